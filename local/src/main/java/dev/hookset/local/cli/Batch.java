package dev.hookset.local.cli;

import dev.hookset.EventKey;
import dev.hookset.local.cli.terminal.Printable;
import dev.hookset.local.cli.terminal.Problem;
import dev.hookset.local.cli.terminal.Progress;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Replays of many events: asked for before more than a hundred, with a bar while it takes, and safe
 * to interrupt, as each is done or not done.
 */
final class Batch {
  /** So many are done without a question, and named one by one. */
  static final int FEW = 100;

  /** How long an interrupted one may take to come to its end. */
  private static final Duration LAST_ONE = Duration.ofSeconds(5);

  private final Hookset hookset;
  private final PrintWriter err;
  private final boolean yes;

  /**
   * Prepares replays; does nothing yet.
   *
   * @param yes whether to go on without a question
   */
  Batch(Hookset hookset, PrintWriter err, boolean yes) {
    this.hookset = hookset;
    this.err = err;
    this.yes = yes;
  }

  /** Returns whether to go on with so many. */
  boolean isWanted(int count) {
    if (count <= FEW || yes) {
      return true;
    }
    if (!hookset.terminal().isInteractive()) {
      throw Problem.ofTheCommandLine(
          count + " events are more than " + FEW + ", and nobody is there to ask; say --yes");
    }
    String answer = hookset.terminal().ask("Replay " + count + " events? [y/N] ");
    return answer != null
        && (answer.strip().equalsIgnoreCase("y") || answer.strip().equalsIgnoreCase("yes"));
  }

  /**
   * Replays them in their order.
   *
   * @param replay replays one; false if it was not to be replayed
   * @param rest says how to go on, should it end before its time; asked at that moment
   * @param each is told of each whether it was replayed
   * @return how many were replayed
   */
  int run(
      List<EventKey> keys,
      Predicate<EventKey> replay,
      Supplier<String> rest,
      BiConsumer<EventKey, Boolean> each) {
    Progress progress = new Progress(err, hookset.terminal(), keys.size() > FEW ? keys.size() : 0);
    Count count = new Count();
    AtomicBoolean stopping = new AtomicBoolean();
    CompletableFuture<@Nullable Void> ended = new CompletableFuture<>();
    Thread interrupted =
        new Thread(
            () -> {
              stopping.set(true);
              // The one in hand is done or not done before it is said how far it came; should its
              // call hang, it is tried again with the rest.
              ended.completeOnTimeout(null, LAST_ONE.toSeconds(), TimeUnit.SECONDS).join();
              stopped(count, keys.size(), rest);
            },
            "says-where-it-was-stopped");
    Runtime.getRuntime().addShutdownHook(interrupted);
    try {
      for (EventKey key : keys) {
        if (stopping.get()) {
          break;
        }
        boolean replayed = replay.test(key);
        count.add(replayed);
        progress.step();
        each.accept(key, replayed);
      }
      return count.replayed.get();
    } catch (RuntimeException e) {
      stopped(count, keys.size(), rest);
      throw e;
    } finally {
      progress.end();
      ended.complete(null);
      forget(interrupted);
    }
  }

  /** Prints a line for each that was not replayed, and, if they are few, for each that was. */
  static BiConsumer<EventKey, Boolean> lines(PrintWriter out, int count) {
    return (key, replayed) -> {
      if (!replayed) {
        out.println(
            "not replayed " + Printable.of(key.toString()) + ": not there, or not finished");
      } else if (count <= FEW) {
        out.println("replayed " + Printable.of(key.toString()));
      }
    };
  }

  private void stopped(Count count, int total, Supplier<String> rest) {
    err.println();
    err.println("Stopped after " + count.seen + " of " + total + ". " + rest.get());
    err.flush();
  }

  private static void forget(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The JVM is going down already, and the hook is running.
    }
  }

  /** Written by one thread, and read by the one that says where it was stopped. */
  private static final class Count {
    private final AtomicInteger seen = new AtomicInteger();
    private final AtomicInteger replayed = new AtomicInteger();

    void add(boolean wasReplayed) {
      seen.incrementAndGet();
      replayed.addAndGet(wasReplayed ? 1 : 0);
    }
  }
}
