package dev.hookset.local.cli;

import dev.hookset.local.cli.terminal.Json;
import dev.hookset.local.cli.terminal.Problem;
import dev.hookset.local.crash.CrashReport;
import dev.hookset.local.files.FileFailure;
import dev.hookset.local.listen.Bookmarks;
import dev.hookset.local.page.Journal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Forgets what is saved. */
@Command(
    name = "clear",
    mixinStandardHelpOptions = true,
    description = "Forget the saved public URL.",
    footerHeading = "%nExamples:%n",
    footer = {"  ./hookset clear", "  ./hookset clear --records"})
final class ClearCommand implements Callable<Integer> {
  @ParentCommand private Hookset hookset;

  @Spec private CommandSpec spec;

  @Option(
      names = "--records",
      description =
          "Delete the local records, messages, log, counts of keys, deliveries and bookmarks, too."
              + " `./hookset dev` must not be running.")
  private boolean records;

  @Option(names = "--json", description = "One JSON object.")
  private boolean json;

  @Override
  public Integer call() {
    if (records) {
      deleteRecords();
    }
    boolean forgot = new Settings(hookset.state()).clear();
    spec.commandLine()
        .getOut()
        .println(
            json
                ? new Json().put("publicUrlForgotten", forgot).put("recordsDeleted", records)
                : (forgot ? "The saved public URL is forgotten." : "No public URL was saved.")
                    + (records ? " The local records, messages and log are deleted." : ""));
    return Hookset.OK;
  }

  private void deleteRecords() {
    Path messages = hookset.state().resolve("sqs/messages.mv.db");
    try {
      if (Files.exists(messages) && isOpen(messages)) {
        throw new Problem("`./hookset dev` is running here; stop it first");
      }
      for (String kept :
          List.of(
              "sqs",
              "dynamodb",
              "s3",
              "log",
              Bookmarks.FOLDER,
              Journal.FILE,
              Ports.FILE,
              CrashReport.FILE)) {
        delete(hookset.state().resolve(kept));
      }
      KeyCounts.clear(hookset.state());
    } catch (IOException | UncheckedIOException e) {
      throw new Problem("cannot delete the records in " + FileFailure.said(hookset.state(), e));
    }
  }

  /** The message store locks its file as long as it is open. */
  private static boolean isOpen(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock()) {
      return lock == null;
    } catch (OverlappingFileLockException e) {
      return true;
    }
  }

  private static void delete(Path path) throws IOException {
    if (!Files.exists(path)) {
      return;
    }
    List<Path> paths;
    try (Stream<Path> walk = Files.walk(path)) {
      paths = walk.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path each : paths) {
      Files.delete(each);
    }
  }
}
