package dev.hookset.local.cli.terminal;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A terminal without a person, or one whose answers and pauses are known before. */
public final class TestTerminal implements Terminal {
  private final Deque<String> answers = new ArrayDeque<>();
  private final Deque<Runnable> pauses = new ArrayDeque<>();
  private final List<String> questions = new ArrayList<>();
  private final boolean interactive;
  private final boolean coloured;

  public TestTerminal() {
    this(false, false);
  }

  public TestTerminal(boolean interactive, boolean coloured) {
    this.interactive = interactive;
    this.coloured = coloured;
  }

  public TestTerminal answering(String answer) {
    answers.add(answer);
    return this;
  }

  /** Has something happen in the next pause; behind the last the command is to end. */
  public TestTerminal inAPause(Runnable what) {
    pauses.add(what);
    return this;
  }

  public List<String> questions() {
    return questions;
  }

  @Override
  public boolean isInteractive() {
    return interactive;
  }

  @Override
  public boolean isColoured() {
    return coloured;
  }

  @Override
  public @Nullable String ask(String question) {
    questions.add(question);
    return answers.poll();
  }

  @Override
  public byte @Nullable [] secret(String question) {
    String answer = ask(question);
    return answer == null ? null : answer.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public boolean pause(Duration duration) {
    Runnable next = pauses.poll();
    if (next == null) {
      return false;
    }
    next.run();
    return true;
  }
}
