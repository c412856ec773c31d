package dev.hookset.local.cli.terminal;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.Writer;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;

/**
 * Standard output, which ends the command when it fails. {@link PrintWriter} notes a failed write
 * and says nothing, and so commands ran on behind a closed pipe, or ended with 0 on a full disk.
 */
public final class Output extends Writer {
  private static final int STANDARD_OUTPUT = 1;

  /** Of poll(2), the same on Linux and macOS: of a pipe, that nobody reads it any more. */
  private static final int ERROR = 0x08;

  /** Likewise: an error, hung up, not open. */
  private static final int GONE = ERROR | 0x10 | 0x20;

  private final Writer target;

  private Output(Writer target) {
    this.target = target;
  }

  /** Returns the standard output of this process, in the charset of the terminal. */
  public static PrintWriter ofProcess() {
    return over(
        new OutputStreamWriter(new FileOutputStream(FileDescriptor.out), System.out.charset()));
  }

  /** Returns the same over another stream. */
  public static PrintWriter over(OutputStream stream) {
    return over(new OutputStreamWriter(stream, StandardCharsets.UTF_8));
  }

  private static PrintWriter over(Writer writer) {
    return new PrintWriter(new Output(writer), true);
  }

  /**
   * Returns if what is printed is read by somebody still, or that cannot be told.
   *
   * @throws OutputLost if it is a pipe that nobody reads any more: who waits for something to print
   *     would learn of it only with the next line, which may never come
   */
  static void requireReader() {
    if (Poll.says(STANDARD_OUTPUT, GONE)) {
      throw OutputLost.ofAClosedPipe();
    }
  }

  @Override
  public void write(char[] characters, int offset, int length) {
    try {
      target.write(characters, offset, length);
    } catch (IOException e) {
      throw lost(e);
    }
  }

  @Override
  public void flush() {
    try {
      target.flush();
    } catch (IOException e) {
      throw lost(e);
    }
  }

  /** The system says in its own language that a pipe is closed; poll(2) says it in numbers. */
  private static OutputLost lost(IOException e) {
    return Poll.says(STANDARD_OUTPUT, ERROR) ? OutputLost.ofAClosedPipe() : OutputLost.of(e);
  }

  @Override
  public void close() {
    flush();
  }

  /** The system's poll(2), where there is one. */
  private static final class Poll {
    private static final Linker LINKER = Linker.nativeLinker();

    private Poll() {}

    /** Returns whether a file descriptor is in one of these states, without waiting. */
    @SuppressWarnings("restricted") // The launcher allows native access; poll's signature is fixed.
    static boolean says(int descriptor, int states) {
      MemorySegment function = LINKER.defaultLookup().find("poll").orElse(null);
      if (function == null) {
        return false;
      }
      MethodHandle poll =
          LINKER.downcallHandle(
              function,
              FunctionDescriptor.of(
                  ValueLayout.JAVA_INT,
                  ValueLayout.ADDRESS,
                  ValueLayout.JAVA_LONG,
                  ValueLayout.JAVA_INT));
      try (Arena arena = Arena.ofConfined()) {
        // struct pollfd { int fd; short events; short revents; }
        MemorySegment asked = arena.allocate(8, 4);
        asked.set(ValueLayout.JAVA_INT, 0, descriptor);
        int found = (int) poll.invokeExact(asked, 1L, 0);
        return found > 0 && (asked.get(ValueLayout.JAVA_SHORT, 6) & states) != 0;
      } catch (RuntimeException | Error e) {
        throw e;
      } catch (Throwable e) {
        throw new IllegalStateException("a call of C throws nothing", e);
      }
    }
  }
}
