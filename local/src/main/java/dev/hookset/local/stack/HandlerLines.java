package dev.hookset.local.stack;

import dev.hookset.EventKey;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Tells which line was printed for which event: a worker claims a record on the thread on which it
 * then runs the handlers, so a thread's lines belong to the event that it claimed last. A thread
 * that a handler starts belongs to it, too; one of a pool does not.
 */
final class HandlerLines {
  private static final int LONGEST_LINE = 16 * 1024;

  private static final InheritableThreadLocal<@Nullable EventKey> CURRENT =
      new InheritableThreadLocal<>();
  private static final ThreadLocal<ByteArrayOutputStream> BEGUN =
      ThreadLocal.withInitial(ByteArrayOutputStream::new);

  private final BiConsumer<EventKey, String> listener;

  /** Tells {@code listener} of each line. */
  HandlerLines(BiConsumer<EventKey, String> listener) {
    this.listener = listener;
  }

  /** From here on the lines of this thread belong to {@code key}. */
  void begin(EventKey key) {
    CURRENT.set(key);
  }

  /** From here on the lines of this thread belong to no event. */
  void end() {
    CURRENT.remove();
  }

  /** Returns a stream that passes everything on to {@code target}, and tells of each line. */
  PrintStream over(OutputStream target) {
    return new PrintStream(new Lines(target), true, StandardCharsets.UTF_8);
  }

  /** Parts what is written into lines, for each thread apart. */
  private final class Lines extends OutputStream {
    private final OutputStream target;

    Lines(OutputStream target) {
      this.target = target;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      target.write(bytes, offset, length);
      EventKey key = CURRENT.get();
      if (key == null) {
        return;
      }
      ByteArrayOutputStream line = BEGUN.get();
      for (byte b : Arrays.copyOfRange(bytes, offset, offset + length)) {
        if (b != '\n' && line.size() < LONGEST_LINE) {
          line.write(b);
        } else if (b == '\n') {
          listener.accept(key, line.toString(StandardCharsets.UTF_8).stripTrailing());
          line.reset();
        }
      }
    }

    @Override
    public void flush() throws IOException {
      target.flush();
    }
  }
}
