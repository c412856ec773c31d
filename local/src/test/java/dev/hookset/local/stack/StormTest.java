package dev.hookset.local.stack;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hookset.EventKey;
import dev.hookset.inbox.Status;
import dev.hookset.local.samples.DeliveryRequest;
import dev.hookset.providers.Providers;
import dev.hookset.receive.Provider;
import dev.hookset.receive.Receipt;
import dev.hookset.work.Report;
import dev.hookset.work.Routes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/**
 * Many deliveries at once, shuffled, most of them more than once, over HTTP and through several
 * workers. With {@code -Dproof} five times as many.
 */
final class StormTest {
  private static final int DELIVERIES = System.getProperty("proof") == null ? 2_000 : 10_000;
  private static final int SENDERS = 16;
  private static final int COPIES = 4;
  private static final long SEED = 20_261_121;

  @Test
  void stack_manyDeliveriesAtOnceWithCopies_handlesEachEventOnceAndLosesNone() throws Exception {
    Map<EventKey, Integer> effects = new ConcurrentHashMap<>();
    Routes routes =
        Routes.builder()
            .otherwise((event, _) -> effects.merge(event.key(), 1, Integer::sum))
            .build();
    try (TestStack stack = TestStack.inMemory(routes)) {
      List<Receipt> receipts = new ArrayList<>();
      AtomicInteger posts = new AtomicInteger();
      List<Integer> codes = send(stack, posts);
      for (int i = 0; i < posts.get(); i++) {
        receipts.add(stack.observed().receipt());
      }
      Map<EventKey, Integer> accepted = new HashMap<>();
      for (Receipt receipt : receipts) {
        if (receipt.outcome() == Receipt.Outcome.UNAVAILABLE) {
          continue;
        }
        int first = receipt.outcome() == Receipt.Outcome.ACCEPTED ? 1 : 0;
        accepted.merge(receipt.key(), first, Integer::sum);
      }
      Set<EventKey> open = new TreeSet<>(Comparator.comparing(EventKey::toString));
      open.addAll(accepted.keySet());
      while (!open.isEmpty()) {
        Report report = stack.observed().report();
        if (report.outcome() == Report.Outcome.DONE) {
          open.remove(report.key());
        }
      }
      assertAll(
          () -> assertEquals(Set.of(200, 204), Set.copyOf(codes), "every delivery is taken"),
          () -> assertEquals(DELIVERIES / COPIES, accepted.size(), "events"),
          // On a busy machine a write may be done and its answer late: its repetition, by the SDK
          // or by
          // the sender, then finds the record and is a duplicate. So none accepted is right, two
          // never.
          () -> assertTrue(Set.of(0, 1).containsAll(accepted.values()), "accepted twice"),
          () -> assertEquals(accepted.keySet(), effects.keySet(), "none lost"),
          () -> assertEquals(Set.of(1), Set.copyOf(effects.values()), "handled once each"));
      for (EventKey key : accepted.keySet()) {
        assertEquals(Status.DONE, stack.record(key).status(), key.toString());
      }
      Files.writeString(
          Files.createDirectories(Path.of("target", "proof")).resolve("5-storm.md"),
          String.format(
              Locale.ROOT,
              "## Storm%n%nDeliveries over HTTP into the local stack, each of them %d times,"
                  + " shuffled, from %d senders at once, with two pollers that each run a"
                  + " worker.%n%n| deliveries | events | recorded once | handled once | lost"
                  + " |%n|---:|---:|---:|---:|---:|%n| %d | %d | %d | %d | 0 |%n",
              COPIES,
              SENDERS,
              codes.size(),
              accepted.size(),
              accepted.size(),
              effects.size()));
    }
  }

  /** Sends as providers do, which come again after a 503. */
  private static int sendUntilTaken(TestStack stack, DeliveryRequest delivery, AtomicInteger posts)
      throws Exception {
    int status = 503;
    for (int attempt = 0; status == 503 && attempt < 20; attempt++) {
      posts.incrementAndGet();
      status = stack.post(delivery).status();
    }
    return status;
  }

  private static List<Integer> send(TestStack stack, AtomicInteger posts) throws Exception {
    List<DeliveryRequest> deliveries = new ArrayList<>();
    List<Provider> providers = Providers.deployed();
    for (int i = 0; i < DELIVERIES / COPIES; i++) {
      DeliveryRequest delivery = TestStack.genuine(providers.get(i % providers.size()));
      deliveries.addAll(Collections.nCopies(COPIES, delivery));
    }
    Collections.shuffle(deliveries, new Random(SEED));
    List<Future<Integer>> answers = new ArrayList<>();
    try (ExecutorService senders = Executors.newFixedThreadPool(SENDERS)) {
      for (DeliveryRequest delivery : deliveries) {
        answers.add(senders.submit(() -> sendUntilTaken(stack, delivery, posts)));
      }
    }
    List<Integer> codes = new ArrayList<>();
    for (Future<Integer> answer : answers) {
      codes.add(answer.get());
    }
    return codes;
  }
}
