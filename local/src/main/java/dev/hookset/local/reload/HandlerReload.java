package dev.hookset.local.reload;

import java.nio.file.ClosedWatchServiceException;
import java.util.function.Consumer;

/**
 * Compiles the handlers after each change and has them swapped. If they do not compile, or cannot
 * be built, those before them stay.
 */
public final class HandlerReload {
  private final HandlerSources sources;
  private final SourceWatch watch;
  private final Consumer<ClassLoader> swap;
  private final News news;

  /** Is told what came of a change. */
  public interface News {
    /** The handlers are swapped. */
    void swapped();

    /** The handlers before them go on, for the reason given: javac's own words, or a sentence. */
    void kept(String reason);

    /** The libraries have changed, and those that run are the old ones. */
    void restartNeeded();
  }

  /**
   * Creates one that does nothing yet.
   *
   * @param swap takes the classes; it throws if the handlers cannot be built, and the message says
   *     why
   */
  public HandlerReload(
      HandlerSources sources, SourceWatch watch, Consumer<ClassLoader> swap, News news) {
    this.sources = sources;
    this.watch = watch;
    this.swap = swap;
    this.news = news;
  }

  /** Reloads after every change until the thread is interrupted, or the watch closed. */
  public void run() {
    try {
      while (true) {
        SourceWatch.Change change = watch.await();
        if (change.pom()) {
          news.restartNeeded();
        }
        if (change.sources()) {
          reload();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ClosedWatchServiceException e) {
      // The stack is being closed.
    }
  }

  private void reload() {
    try {
      HandlerSources.Compiled compiled = sources.compile();
      if (!compiled.succeeded()) {
        news.kept(compiled.said().stripTrailing());
        return;
      }
      swap.accept(compiled.loader(HandlerReload.class.getClassLoader(), sources.resources()));
      news.swapped();
    } catch (RuntimeException e) {
      // Whatever it was, the handlers before it run, and the next change is another chance.
      news.kept(e.getMessage() == null ? e.toString() : e.getMessage());
    }
  }
}
