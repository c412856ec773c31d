package dev.hookset.local.reload;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Watches the folders of {@link HandlerSources} by the means of the operating system. */
public final class FolderWatch implements SourceWatch, AutoCloseable {
  /** An editor that saves a file writes it, renames it, and touches it. */
  private static final long QUIET_MILLIS = 60;

  private final HandlerSources sources;
  private final WatchService service;
  private final Map<WatchKey, Path> folders = new HashMap<>();

  /**
   * Starts watching.
   *
   * @throws IOException if the operating system does not allow it
   */
  public FolderWatch(HandlerSources sources) throws IOException {
    this.sources = sources;
    this.service = FileSystems.getDefault().newWatchService();
    watchAll();
  }

  @Override
  public Change await() throws InterruptedException {
    while (true) {
      Change change = noted(service.take());
      for (WatchKey next = service.poll(QUIET_MILLIS, TimeUnit.MILLISECONDS);
          next != null;
          next = service.poll(QUIET_MILLIS, TimeUnit.MILLISECONDS)) {
        Change more = noted(next);
        change = new Change(change.sources() || more.sources(), change.pom() || more.pom());
      }
      if (change.sources() || change.pom()) {
        return change;
      }
    }
  }

  private Change noted(WatchKey key) {
    Path folder = folders.get(key);
    boolean isSource = false;
    boolean isPom = false;
    for (WatchEvent<?> event : key.pollEvents()) {
      Path file = folder == null ? null : changed(folder, event);
      if (file == null) {
        // The system lost count: look at everything.
        isSource = true;
      } else if (file.equals(sources.pom())) {
        isPom = true;
      } else if (file.startsWith(sources.main()) || file.startsWith(sources.resources())) {
        isSource |= file.toString().endsWith(".java") || !file.startsWith(sources.main());
        isSource |= Files.isDirectory(file);
      }
    }
    key.reset();
    try {
      // A new folder comes with files in it.
      watchAll();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot watch " + sources.main() + " any longer", e);
    }
    return new Change(isSource, isPom);
  }

  private static @Nullable Path changed(Path folder, WatchEvent<?> event) {
    return event.context() instanceof Path name ? folder.resolve(name) : null;
  }

  private void watchAll() throws IOException {
    watch(sources.functions());
    for (Path root : List.of(sources.main(), sources.resources())) {
      if (Files.isDirectory(root)) {
        try (Stream<Path> below = Files.walk(root)) {
          for (Path folder : below.filter(Files::isDirectory).toList()) {
            watch(folder);
          }
        }
      }
    }
  }

  private void watch(Path folder) throws IOException {
    if (!folders.containsValue(folder)) {
      folders.put(
          folder.register(
              service,
              StandardWatchEventKinds.ENTRY_CREATE,
              StandardWatchEventKinds.ENTRY_MODIFY,
              StandardWatchEventKinds.ENTRY_DELETE),
          folder);
    }
  }

  @Override
  public void close() throws IOException {
    service.close();
  }
}
