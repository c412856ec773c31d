package dev.hookset.local.cli.terminal;

import java.io.ByteArrayOutputStream;
import java.io.Console;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The person at the keyboard, if there is one. */
public interface Terminal {
  /** Returns whether a person sees what is printed and can answer. */
  boolean isInteractive();

  /** Returns whether colours are wanted. */
  boolean isColoured();

  /**
   * Asks, and returns what was answered; where nobody sits there, reads a line of what is piped in.
   *
   * @return null if nothing was given
   */
  @Nullable String ask(String question);

  /**
   * Asks for a secret without showing what is typed; where nobody sits there, reads all that is
   * piped in.
   *
   * @return null if nothing was given
   */
  byte @Nullable [] secret(String question);

  /**
   * Waits; false if it is to end.
   *
   * @throws OutputLost if nobody reads what is printed any more
   */
  boolean pause(Duration duration);

  /** Returns the terminal of this process. */
  static Terminal ofProcess(Map<String, String> environment) {
    Optional<Console> console = Optional.ofNullable(System.console());
    boolean interactive = console.isPresent() && console.get().isTerminal();
    boolean coloured =
        interactive
            && environment.getOrDefault("NO_COLOR", "").isEmpty()
            && !environment.getOrDefault("TERM", "").equals("dumb");
    return new Terminal() {
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
        return console.isPresent() ? console.get().readLine("%s", question) : line();
      }

      @Override
      public byte @Nullable [] secret(String question) {
        return interactive ? hidden(console.get(), question) : piped();
      }

      @Override
      public boolean pause(Duration duration) {
        return waited(duration);
      }
    };
  }

  private static byte @Nullable [] hidden(Console console, String question) {
    char[] typed = console.readPassword("%s", question);
    return typed == null ? null : new String(typed).getBytes(StandardCharsets.UTF_8);
  }

  /** Reads no further than the line's end: what is behind it is for who asks next. */
  private static @Nullable String line() {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    try {
      int read = System.in.read();
      if (read < 0) {
        return null;
      }
      while (read >= 0 && read != '\n') {
        line.write(read);
        read = System.in.read();
      }
    } catch (IOException e) {
      throw new Problem("standard input cannot be read");
    }
    return line.toString(StandardCharsets.UTF_8).replaceFirst("\r$", "");
  }

  private static byte[] piped() {
    try {
      return System.in.readAllBytes();
    } catch (IOException e) {
      throw new Problem("standard input cannot be read");
    }
  }

  private static boolean waited(Duration duration) {
    try {
      Thread.sleep(duration);
      Output.requireReader();
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
