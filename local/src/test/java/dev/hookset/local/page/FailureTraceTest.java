package dev.hookset.local.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FailureTraceTest {
  @Test
  void trace_ofAFailureWithACause_hasBothAndTheirFrames() {
    Exception cause = new IllegalArgumentException("no such account");
    cause.setStackTrace(
        new StackTraceElement[] {new StackTraceElement("app.Bank", "find", "Bank.java", 7)});

    List<String> lines =
        FailureTrace.of(new IllegalStateException("cannot pay", cause)).lines().toList();

    assertEquals("java.lang.IllegalStateException: cannot pay", lines.getFirst());
    int second = lines.indexOf("Caused by: java.lang.IllegalArgumentException: no such account");
    assertTrue(second > 1, lines.toString());
    assertEquals("\tat app.Bank.find(Bank.java:7)", lines.get(second + 1));
  }

  /** It would be kept in the log of deliveries, whole, for each attempt. */
  @Test
  void trace_ofARecursionWithoutAnEnd_isCutAndSaysSo() {
    StackTraceElement[] frames = new StackTraceElement[1024];
    Arrays.fill(frames, new StackTraceElement("app.Loop", "again", "Loop.java", 3));
    Throwable failure = new StackOverflowError();
    failure.setStackTrace(frames);

    List<String> lines = FailureTrace.of(failure).lines().toList();

    assertEquals(201, lines.size());
    assertEquals("\t... 825 more lines", lines.getLast());
  }

  /** What a handler throws is the user's class: a message that fails took the page's log along. */
  @Test
  void trace_ofAFailureThatCannotSayWhatItIs_isItsName() {
    assertEquals(Mute.class.getName(), FailureTrace.of(new Mute()));
  }

  private static final class Mute extends RuntimeException {
    private static final long serialVersionUID = 1;

    @Override
    public String getMessage() {
      throw new IllegalStateException("not even that");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\tat app.PageOnCall.handle(PageOnCall.java:21)",
        "\tat handlers//app.PageOnCall.handle(PageOnCall.java:21)",
        "\t\tat app.pager.Client$Call.lambda$run$0(Client.java:9)",
      })
  void own_frameOfTheUsersRoom_isTold(String line) {
    assertTrue(FailureTrace.isOwn(line));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\tat java.base/java.util.Objects.requireNonNull(Objects.java:220)",
        "\tat dev.hookset.work.Attempt.handle(Attempt.java:150)",
        "\tat apple.Banana.app.peel(Banana.java:1)",
        "app.Failure: at app.Bank",
        "Caused by: app.Failure",
      })
  void own_anythingElse_isNot(String line) {
    assertFalse(FailureTrace.isOwn(line));
  }
}
