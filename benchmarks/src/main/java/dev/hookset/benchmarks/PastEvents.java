package dev.hookset.benchmarks;

import dev.hookset.Body;
import dev.hookset.Event;
import dev.hookset.EventKey;
import dev.hookset.aws.queue.SqsWorkQueue;
import dev.hookset.inbox.Claim;
import dev.hookset.inbox.ClaimTerms;
import dev.hookset.inbox.Inbox;
import dev.hookset.inbox.NewRecord;
import dev.hookset.inbox.Settlement;
import dev.hookset.inbox.Status;
import dev.hookset.local.listen.Bookmark;
import dev.hookset.local.listen.Bookmarks;
import dev.hookset.local.listen.Listener;
import dev.hookset.local.listen.LocalCopies;
import dev.hookset.local.listen.StackSource;
import dev.hookset.local.operator.Records;
import dev.hookset.local.stack.LocalStack;
import dev.hookset.local.stack.StackListener;
import dev.hookset.local.template.Template;
import dev.hookset.providers.Providers;
import dev.hookset.receive.Provider;
import dev.hookset.work.Routes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * How long {@code listen} takes to bring the past of a stack to the local handlers. Another local
 * stack stands in for the deployed one, in this same process: AWS would do its work elsewhere.
 */
final class PastEvents {
  private static final int COUNT = 10_000;
  private static final int BODY_CHARS = 2_000;

  private PastEvents() {}

  static void run(Path checkout, Path directory, Path results)
      throws IOException, InterruptedException {
    Machine machine = Machine.look();
    CountDownLatch handled = new CountDownLatch(COUNT);
    Set<EventKey> seen = ConcurrentHashMap.newKeySet();
    Routes counting =
        Routes.builder()
            .otherwise(
                (event, _) -> {
                  if (seen.add(event.key())) {
                    handled.countDown();
                  }
                })
            .build();
    try (LocalStack there = stack(checkout, null, Routes.builder().build());
        LocalStack here = stack(checkout, directory.resolve("here"), counting)) {
      fill(there);
      Listener listener =
          new Listener(
              new StackSource(
                  new Records(there.dynamoDb(), LocalStack.TABLE, _ -> {}),
                  there.inbox(),
                  there.providers().stream().map(Provider::name).toList()),
              new LocalCopies(
                  here.inbox(),
                  new SqsWorkQueue(here.sqs(), here.queueUrl()),
                  "benchmark",
                  false,
                  InstantSource.system()),
              new Bookmarks(directory, "benchmark"),
              null,
              Bookmark.at(Instant.now().minusSeconds(7_200)),
              InstantSource.system());

      long start = System.nanoTime();
      listener.look(_ -> {});
      double played = (System.nanoTime() - start) / 1e9;
      handled.await();
      double done = (System.nanoTime() - start) / 1e9;

      Files.writeString(
          results.resolve("past-events.md"),
          "# The past of a stack on a laptop\n\n<!-- Written by benchmarks/run. -->\n\n"
              + machine.markdown()
              + String.format(
                  Locale.ROOT,
                  """

                  `./hookset listen` played %,d events of %,d bytes each from one local stack, which stood in for a deployed one,
                  into another with its files on the disk, both in one process: once, on all CPUs.

                  | recorded and pushed here after | handled here after | goal |
                  |---|---|---|
                  | %.0f s | %.0f s | 120 s |
                  """,
                  COUNT,
                  BODY_CHARS,
                  played,
                  done));
    }
  }

  private static LocalStack stack(Path checkout, @Nullable Path directory, Routes routes)
      throws IOException {
    return LocalStack.start(
        Template.read(checkout.resolve("template.yaml")),
        new LocalStack.Settings(directory, 0, 0, 0, 0, Map.of(), routes),
        InstantSource.system(),
        new StackListener() {});
  }

  /** An event every half second of the last hours, of all providers, and handled. */
  private static void fill(LocalStack stack) {
    List<String> names = Providers.deployed().stream().map(Provider::name).toList();
    Inbox inbox = stack.inbox();
    Instant first = Instant.now().minusSeconds(COUNT / 2);
    for (int i = 0; i < COUNT; i++) {
      Instant at = first.plusMillis(500L * i);
      EventKey key = new EventKey(names.get(i % names.size()), "evt_" + i);
      Body body = Body.ofUtf8("{\"text\":\"" + "x".repeat(BODY_CHARS - 11) + "\"}");
      inbox.record(
          new NewRecord(
              new Event(key, "type", at, null, body), at, Status.RECEIVED, Map.of(), null));
      Instant now = Instant.now();
      if (inbox.claim(key, new ClaimTerms("benchmark", now, now.plusSeconds(60), 9, false))
          instanceof Claim.Granted granted) {
        inbox.settle(granted.claimed(), new Settlement.Done(null), now);
      }
    }
  }
}
