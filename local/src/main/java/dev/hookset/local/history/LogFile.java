package dev.hookset.local.history;

import dev.hookset.local.files.FileFailure;
import dev.hookset.local.files.PrivateFiles;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * The file in which the local stack keeps its log. When it has become long, it is put aside, and
 * the one that was put aside before is let go.
 */
public final class LogFile {
  private static final long LONGEST = 16L << 20;

  private final Path file;
  private final Path aside;
  private final long longest;

  /**
   * Names the file; opens nothing.
   *
   * @param state where the local stack is kept
   */
  public LogFile(Path state) {
    this(state, LONGEST);
  }

  LogFile(Path state, long longest) {
    this.file = state.resolve("log/hookset.jsonl");
    this.aside = state.resolve("log/hookset.1.jsonl");
    this.longest = longest;
  }

  /** Returns where it lies. */
  public Path path() {
    return file;
  }

  /**
   * Opens it for more lines, behind those that are there. Each line is in the file when its print
   * returns.
   */
  public PrintStream open() throws IOException {
    return open(_ -> {});
  }

  /**
   * Opens it likewise.
   *
   * @param troubled is told, once and in a sentence, that no more can be written: a {@code
   *     PrintStream} keeps that to itself
   */
  public PrintStream open(Consumer<String> troubled) throws IOException {
    PrivateFiles.folderOf(file);
    return new PrintStream(new Appender(troubled), true, StandardCharsets.UTF_8);
  }

  /** Reads all lines that are kept, the oldest first; none if there is no file. */
  public List<LogLine> read() throws IOException {
    List<LogLine> lines = new ArrayList<>();
    for (Path each : List.of(aside, file)) {
      if (Files.exists(each)) {
        // A handler prints what it likes: a byte that is not UTF-8 costs its own line alone.
        new String(Files.readAllBytes(each), StandardCharsets.UTF_8)
            .lines()
            .map(LogLine::read)
            .filter(Objects::nonNull)
            .forEach(lines::add);
      }
    }
    return lines;
  }

  /**
   * Puts blanks in the place of some lines. Whoever adds lines meanwhile, in this process or
   * another one, is not disturbed.
   *
   * @return how many there were
   */
  public int erase(Predicate<LogLine> unwanted) throws IOException {
    int erased = 0;
    for (Path each : List.of(aside, file)) {
      if (Files.exists(each)) {
        erased += erase(each, unwanted);
      }
    }
    return erased;
  }

  private static int erase(Path file, Predicate<LogLine> unwanted) throws IOException {
    int erased = 0;
    try (RandomAccessFile access = new RandomAccessFile(file.toFile(), "rw")) {
      byte[] bytes = new byte[(int) access.length()];
      access.readFully(bytes);
      int start = 0;
      for (int i = 0; i < bytes.length; i++) {
        if (bytes[i] == '\n') {
          LogLine line = LogLine.read(new String(bytes, start, i - start, StandardCharsets.UTF_8));
          if (line != null && unwanted.test(line)) {
            byte[] blanks = new byte[i - start];
            Arrays.fill(blanks, (byte) ' ');
            access.seek(start);
            access.write(blanks);
            erased++;
          }
          start = i + 1;
        }
      }
    }
    return erased;
  }

  /** Returns a reader of the lines that are added from now on. */
  public Tail tail() throws IOException {
    return new Tail(Files.exists(file) ? Files.size(file) : 0);
  }

  /** Reads what is added to the file. Not for several threads. */
  public final class Tail {
    private long position;

    private Tail(long position) {
      this.position = position;
    }

    /** Returns the whole lines that were added since the last call; does not wait for any. */
    public List<LogLine> more() throws IOException {
      if (!Files.exists(file)) {
        return List.of();
      }
      byte[] added;
      try (RandomAccessFile access = new RandomAccessFile(file.toFile(), "r")) {
        if (access.length() < position) {
          position = 0; // It was put aside, and this is the next.
        }
        added = new byte[(int) Math.min(access.length() - position, longest)];
        access.seek(position);
        access.readFully(added);
      }
      int end = added.length;
      while (end > 0 && added[end - 1] != '\n') {
        end--;
      }
      position += end;
      return new String(added, 0, end, StandardCharsets.UTF_8)
          .lines()
          .map(LogLine::read)
          .filter(Objects::nonNull)
          .toList();
    }
  }

  /** Writes to the end of the file, and begins a new one between two lines. */
  private final class Appender extends OutputStream {
    private OutputStream stream;
    private long length;
    private int last = '\n';
    private final Consumer<String> troubled;
    private boolean isTold;

    Appender(Consumer<String> troubled) throws IOException {
      this.troubled = troubled;
      this.length = Files.exists(file) ? Files.size(file) : 0;
      this.stream = append();
    }

    @Override
    public synchronized void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int count) throws IOException {
      try {
        append(bytes, offset, count);
      } catch (IOException e) {
        if (!isTold) {
          isTold = true;
          troubled.accept(
              "the log is not kept any more; cannot write " + FileFailure.said(file, e));
        }
        throw e;
      }
    }

    private void append(byte[] bytes, int offset, int count) throws IOException {
      if (length >= longest && last == '\n') {
        stream.close();
        Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING);
        stream = append();
        length = 0;
      }
      if (count > 0) {
        stream.write(bytes, offset, count);
        length += count;
        last = bytes[offset + count - 1];
      }
    }

    @Override
    public synchronized void close() throws IOException {
      stream.close();
    }

    private OutputStream append() throws IOException {
      PrivateFiles.file(file);
      return Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
  }
}
