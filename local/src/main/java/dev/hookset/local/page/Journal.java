package dev.hookset.local.page;

import dev.hookset.local.files.FileFailure;
import dev.hookset.local.files.PrivateFiles;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The file of the log of deliveries, an entry a line, so that it goes on where it was when the
 * stack is started again. A line that was cut off by the end of its process is left out. What
 * cannot be written is told once; then nothing more is written.
 *
 * <p>Not safe to share between threads; the log calls it under its lock.
 */
public final class Journal implements AutoCloseable {
  /** The name of the file, in the folder where the stack keeps its records. */
  public static final String FILE = "deliveries.jsonl";

  private static final int ROOM_TO_GROW = 64 * 1024 * 1024;

  private final Path file;
  private final FileChannel lock;
  private final Consumer<String> troubled;
  private @Nullable Writer writer;
  private long written;

  /**
   * Opens a journal.
   *
   * @param file where it is kept; created if absent
   * @param troubled is told, for the person at the laptop, if it cannot be written
   * @throws IOException if it cannot be opened, or another process has it open
   */
  public Journal(Path file, Consumer<String> troubled) throws IOException {
    this.file = file;
    this.troubled = troubled;
    PrivateFiles.folderOf(file);
    Path lockFile = file.resolveSibling(file.getFileName() + ".lock");
    PrivateFiles.file(lockFile);
    this.lock = FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    boolean locked = false;
    try {
      locked = lock.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      // It is open in this very process.
    }
    if (!locked) {
      lock.close();
      throw new IOException(file + " is in use");
    }
  }

  /** Returns what was logged so far. */
  List<LogEntry> read() {
    List<LogEntry> entries = new ArrayList<>();
    if (!Files.exists(file)) {
      return entries;
    }
    CharsetDecoder lenient =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPLACE)
            .onUnmappableCharacter(CodingErrorAction.REPLACE);
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(Files.newInputStream(file), lenient))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        LogEntry entry = LogEntryJson.read(line);
        if (entry != null) {
          entries.add(entry);
        }
      }
    } catch (IOException e) {
      troubled.accept("cannot read " + FileFailure.said(file, e));
    }
    return entries;
  }

  /** Replaces what was logged so far. */
  void rewrite(Stream<LogEntry> entries) {
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    try {
      close(writer);
      PrivateFiles.file(fresh);
      try (BufferedWriter out = Files.newBufferedWriter(fresh)) {
        entries.forEach(entry -> line(out, entry));
      }
      Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
      writer = Files.newBufferedWriter(file, StandardOpenOption.APPEND);
      written = 0;
    } catch (IOException | UncheckedIOException e) {
      giveUp(e);
    }
  }

  /**
   * Adds an entry.
   *
   * @return whether so much was added that it should be rewritten
   */
  boolean append(LogEntry entry) {
    if (writer == null) {
      return false;
    }
    try {
      line(writer, entry);
      writer.flush();
    } catch (IOException | UncheckedIOException e) {
      giveUp(e);
    }
    return writer != null && written > ROOM_TO_GROW;
  }

  private void line(Writer out, LogEntry entry) {
    String line = LogEntryJson.write(entry);
    try {
      out.write(line);
      out.write('\n');
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    written += line.length();
  }

  private void giveUp(Exception e) {
    try {
      close(writer);
    } catch (IOException again) {
      e.addSuppressed(again);
    }
    writer = null;
    troubled.accept(
        "deliveries are not kept for the next start any more; cannot write "
            + FileFailure.said(file, e));
  }

  private static void close(@Nullable Writer writer) throws IOException {
    if (writer != null) {
      writer.close();
    }
  }

  @Override
  public void close() {
    try {
      close(writer);
      lock.close();
    } catch (IOException e) {
      troubled.accept("cannot close " + FileFailure.said(file, e));
    }
    writer = null;
  }
}
