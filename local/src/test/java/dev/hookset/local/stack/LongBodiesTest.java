package dev.hookset.local.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hookset.Body;
import dev.hookset.Delivery;
import dev.hookset.Event;
import dev.hookset.EventKey;
import dev.hookset.aws.inbox.DynamoDbInbox;
import dev.hookset.inbox.BodyLost;
import dev.hookset.inbox.BodyStore;
import dev.hookset.inbox.Inbox;
import dev.hookset.inbox.InboxRecord;
import dev.hookset.inbox.InboxUnavailable;
import dev.hookset.inbox.Lifecycle;
import dev.hookset.inbox.NewRecord;
import dev.hookset.inbox.Recording;
import dev.hookset.inbox.Status;
import dev.hookset.janitor.Janitor;
import dev.hookset.local.samples.DeliveryRequest;
import dev.hookset.local.samples.DevelopmentKeys;
import dev.hookset.providers.Providers;
import dev.hookset.receive.Provider;
import dev.hookset.receive.Receiver;
import dev.hookset.receive.Reply;
import dev.hookset.receive.Subscription;
import dev.hookset.receive.WorkQueue;
import dev.hookset.signing.VerificationKey;
import dev.hookset.signing.Verifier;
import dev.hookset.testing.CapturedLog;
import dev.hookset.work.Margins;
import dev.hookset.work.Message;
import dev.hookset.work.Routes;
import dev.hookset.work.Worker;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Bodies that are too long for a record, over real parts: where they are kept, what becomes of them
 * when a process dies anywhere on the way, and that a record never ends up without its body or with
 * another's.
 */
final class LongBodiesTest {
  private static final Duration LATER = Duration.ofMinutes(10);
  private static final int INLINE = DynamoDbInbox.DEFAULT_INLINE_BYTES;

  private static final Set<String> PROOF = new TreeSet<>();

  private static EmbeddedParts parts;

  private final Instant now = Instant.now();

  @BeforeAll
  static void start() throws IOException {
    parts = EmbeddedParts.start();
    parts.keepForEver();
  }

  @AfterAll
  static void stop() throws IOException {
    parts.close();
    Files.writeString(
        Files.createDirectories(Path.of("target", "proof")).resolve("4-long-bodies.md"),
        "## Long bodies\n\n"
            + "A process killed before and after every call on the way of a body that is kept"
            + " apart, over DynamoDB Local, ElasticMQ and S3Proxy; then the sender or the queue"
            + " comes again, and the janitor after two days.\n\n"
            + "| process | deaths | records without their body | bodies lost |\n"
            + "|---|---:|---:|---:|\n"
            + String.join("", PROOF));
  }

  static List<Provider> providers() {
    return Providers.deployed();
  }

  // Where it is kept

  @Test
  void record_bodyAtTheLimitCompressed_isInItsItemAndOneByteMoreApart() {
    Event within = event(noise(INLINE));
    Event beyond = event(noise(INLINE + 1));

    parts.inbox().record(fresh(within));
    parts.inbox().record(fresh(beyond));

    assertNull(found(within.key()).overflow());
    assertEquals(within.body(), found(within.key()).body());
    assertEquals(Lifecycle.overflowName(beyond, now), found(beyond.key()).overflow());
    assertNull(found(beyond.key()).body());
  }

  @Test
  void record_longBodyThatCompressesBelowTheLimit_isInItsItem() {
    Event event = event(new byte[4 * 1024 * 1024]);

    parts.inbox().record(fresh(event));

    assertNull(found(event.key()).overflow());
  }

  @Test
  void record_bodyStoreThatDoesNotAnswer_recordsNothing() {
    Event event = event(noise(INLINE + 1));
    BodyStore down =
        faking(
            BodyStore.class,
            () -> {
              throw new InboxUnavailable("down", new IOException("down"));
            });

    assertThrows(
        InboxUnavailable.class,
        () -> parts.inbox(parts.dynamoDb(parts.http()), down).record(fresh(event)));

    assertEquals(Optional.empty(), parts.inbox().find(event.key()));
  }

  @Test
  void body_thatWasDeleted_isLostAndNamed() {
    Event event = recorded(noise(INLINE + 1));
    String name = Lifecycle.overflowName(event, now);
    parts.bodies().delete(name);

    BodyLost lost = assertThrows(BodyLost.class, () -> parts.inbox().body(found(event.key())));

    assertEquals("the body is no longer in the overflow bucket: " + name, lost.getMessage());
  }

  @Test
  void body_thatIsAnothers_isLostAndNotHandedOver() {
    Event event = recorded(noise(INLINE + 1));
    Event other = recorded(noise(INLINE + 2));
    byte[] others = parts.bodies().get(Lifecycle.overflowName(other, now)).orElseThrow();
    for (byte[] wrong : List.of(others, noise(100))) {
      parts.bodies().put(Lifecycle.overflowName(event, now), event.key(), wrong);

      BodyLost lost = assertThrows(BodyLost.class, () -> parts.inbox().body(found(event.key())));

      assertTrue(String.valueOf(lost.getMessage()).contains("does not match the digest"));
    }
  }

  @Test
  void record_eventThatComesAgainAfterItsRecordExpired_hasABodyThatTheJanitorSpares()
      throws BodyLost {
    Event event = recorded(noise(INLINE + 1));
    String first = Lifecycle.overflowName(event, now);
    parts.delete(event.key());
    Instant nextMonth = now.plus(Duration.ofDays(31));
    parts.inbox().record(new NewRecord(event, nextMonth, Status.RECEIVED, Map.of(), null));

    assertNotEquals(first, found(event.key()).overflow());
    clean(nextMonth.plus(Duration.ofDays(2)), first);

    assertEquals(Optional.empty(), parts.bodies().get(first));
    assertEquals(event.body(), parts.inbox().body(found(event.key())));
  }

  // Deaths

  /** A process died here. */
  private static final class Killed extends Error {
    private static final long serialVersionUID = 1L;
  }

  /** Passes points, and dies at one of them; what it calls from then on has no effect. */
  private static final class Mortal {
    private final List<String> passed = new ArrayList<>();
    private final int deathAt;

    Mortal(int deathAt) {
      this.deathAt = deathAt;
    }

    private synchronized void pass(String point) {
      if (passed.size() > deathAt) {
        throw new Killed();
      }
      passed.add(point);
      if (passed.size() > deathAt) {
        throw new Killed();
      }
    }

    <T> T around(Class<T> port, T real) {
      return port.cast(
          Proxy.newProxyInstance(
              port.getClassLoader(),
              new Class<?>[] {port},
              (_, method, arguments) -> {
                pass("before " + method.getName());
                try {
                  Object result = method.invoke(real, arguments);
                  pass("after " + method.getName());
                  return result;
                } catch (InvocationTargetException e) {
                  throw e.getCause();
                }
              }));
    }

    Inbox inbox() {
      return around(
          Inbox.class,
          parts.inbox(parts.dynamoDb(parts.http()), around(BodyStore.class, parts.bodies())));
    }

    WorkQueue queue() {
      return around(WorkQueue.class, parts.queue());
    }
  }

  @ParameterizedTest
  @MethodSource("providers")
  void receiver_killedAnywhere_leavesAtMostABodyWithoutARecordAndTheRetryIsHandled(
      Provider provider) throws Exception {
    Mortal undisturbed = new Mortal(Integer.MAX_VALUE);
    receive(undisturbed, longDelivery(provider));
    assertEquals(1, work(new Mortal(Integer.MAX_VALUE)).size());
    assertEquals(
        List.of(
            "before record",
            "before put",
            "after put",
            "after record",
            "before push",
            "after push"),
        undisturbed.passed);
    for (int deathAt = 0; deathAt < undisturbed.passed.size(); deathAt++) {
      DeliveryRequest delivery = longDelivery(provider);
      Mortal process = new Mortal(deathAt);
      assertThrows(Killed.class, () -> receive(process, delivery));
      for (InboxRecord record : recordsOf(provider, delivery)) {
        assertEquals(delivery.body(), parts.inbox().body(record), "never without its body");
      }

      Reply retried = receive(new Mortal(Integer.MAX_VALUE), delivery);
      List<Event> handled = work(new Mortal(Integer.MAX_VALUE));

      assertEquals(provider.successStatus(), retried.status());
      assertEquals(List.of(delivery.body()), handled.stream().map(Event::body).toList());
      InboxRecord record = found(handled.getFirst().key());
      assertEquals(Status.DONE, record.status());
      clean(now.plus(Duration.ofDays(2)), overflow(record));
      assertEquals(delivery.body(), parts.inbox().body(record), "spared by the janitor");
    }
    PROOF.add(
        "| receiver of " + provider.name() + " | " + undisturbed.passed.size() + " | 0 | 0 |\n");
  }

  @Test
  void worker_killedAnywhere_handlesTheBodyAsItCameInTheEnd() throws Exception {
    Provider provider = TestStack.provider("lymnus");
    int points = 8;
    for (int deathAt = 0; deathAt < points; deathAt++) {
      DeliveryRequest delivery = longDelivery(provider);
      assertEquals(200, receive(new Mortal(Integer.MAX_VALUE), delivery).status());
      Mortal process = new Mortal(deathAt);
      List<software.amazon.awssdk.services.sqs.model.Message> batch = parts.receive();

      List<Event> handled = work(process, batch, now);

      assertTrue(process.passed.size() <= points, process.passed::toString);
      // The message was not deleted, and comes back when the lease is over.
      handled.addAll(work(new Mortal(Integer.MAX_VALUE), batch, now.plus(LATER)));
      assertTrue(!handled.isEmpty(), process.passed::toString);
      assertEquals(
          Set.of(delivery.body().sha256()),
          new TreeSet<>(handled.stream().map(event -> event.body().sha256()).toList()));
      assertEquals(Status.DONE, found(handled.getFirst().key()).status());
      batch.forEach(parts::delete);
    }
    PROOF.add("| worker | " + points + " | 0 | 0 |\n");
  }

  private static Reply receive(Mortal process, DeliveryRequest delivery) {
    Provider provider = delivery.provider();
    return new Receiver(
            provider,
            new Verifier(
                provider.scheme(),
                () -> keys(provider),
                Duration.ofMinutes(5),
                4 * 1024 * 1024,
                Instant::now),
            process.inbox(),
            process.queue(),
            new Subscription("", null),
            Duration.ofDays(29),
            _ -> {})
        .receive(new Delivery(delivery.headers(), delivery.body(), Instant.now()), null);
  }

  private static List<VerificationKey> keys(Provider provider) {
    String text =
        new DevelopmentKeys(Map.of()).verificationVariables(provider).values().iterator().next();
    return provider.scheme().readKeys(text);
  }

  /** Works on all that is visible, and returns what was handled. */
  private List<Event> work(Mortal process) {
    List<software.amazon.awssdk.services.sqs.model.Message> batch = parts.receive();
    List<Event> handled = work(process, batch, now);
    batch.forEach(parts::delete);
    return handled;
  }

  private static List<Event> work(
      Mortal process, List<software.amazon.awssdk.services.sqs.model.Message> batch, Instant now) {
    List<Event> handled = new ArrayList<>();
    Worker worker =
        new Worker(
            process.inbox(),
            process.queue()::push,
            Routes.builder()
                .otherwise(
                    (event, _) -> {
                      synchronized (handled) {
                        handled.add(event);
                      }
                    })
                .build(),
            9,
            new Margins(Duration.ofSeconds(10), Duration.ofSeconds(5), Duration.ofSeconds(2)),
            () -> now,
            _ -> {
              throw new AssertionError("nothing fails here");
            },
            _ -> {},
            new CapturedLog());
    try {
      List<String> unused =
          worker.work(
              batch.stream()
                  .map(message -> new Message(message.messageId(), EmbeddedParts.pointer(message)))
                  .toList(),
              UUID.randomUUID().toString(),
              now.plusSeconds(60));
      assertNotNull(unused);
    } catch (IllegalStateException e) {
      assertTrue(e.getCause() instanceof Killed, e::toString);
    }
    return handled;
  }

  private static DeliveryRequest longDelivery(Provider provider) {
    String text = TestStack.genuine(provider).body().utf8().strip();
    byte[] noise = noise(30_000);
    return TestStack.genuine(
        provider,
        Body.ofUtf8(
            text.substring(0, text.length() - 1)
                + ",\"padding\":\""
                + Base64.getEncoder().encodeToString(noise)
                + "\"}"));
  }

  /** Returns the record of a delivery, if there is one. */
  private static List<InboxRecord> recordsOf(Provider provider, DeliveryRequest delivery) {
    return parts.keys().stream()
        .filter(key -> key.provider().equals(provider.name()))
        .map(LongBodiesTest::found)
        .filter(record -> record.digest().equals(delivery.body().sha256()))
        .toList();
  }

  /** Has the janitor look at the slice that a name is in. */
  private static void clean(Instant now, String name) {
    String provider = name.substring(0, name.indexOf('/'));
    int slice = Integer.parseInt(name.substring(provider.length() + 1, provider.length() + 3), 16);
    long step = now.getEpochSecond() / Janitor.STEP.toSeconds();
    long turn = Math.floorMod(slice - step, (long) BodyStore.SLICES);
    Instant itsTurn = now.plus(Janitor.STEP.multipliedBy(turn));
    Janitor.Sweep sweep =
        new Janitor(
                List.of(provider),
                parts.inbox(),
                parts.bodies(),
                Duration.ofSeconds(45),
                () -> itsTurn)
            .sweep(itsTurn.plus(Duration.ofMinutes(10)));
    assertTrue(sweep.finished());
  }

  private static String overflow(InboxRecord record) {
    String name = record.overflow();
    assertNotNull(name);
    return name;
  }

  private Event recorded(byte[] bytes) {
    Event event = event(bytes);
    assertEquals(new Recording.Created(), parts.inbox().record(fresh(event)));
    return event;
  }

  private Event event(byte[] bytes) {
    return new Event(
        new EventKey("lemma", UUID.randomUUID().toString()), "type", now, null, Body.copyOf(bytes));
  }

  private NewRecord fresh(Event event) {
    return new NewRecord(event, now, Status.RECEIVED, Map.of(), null);
  }

  private static InboxRecord found(EventKey key) {
    return parts.inbox().find(key).orElseThrow(() -> new AssertionError("no record of " + key));
  }

  private static byte[] noise(int length) {
    byte[] noise = new byte[length];
    new Random(length + System.nanoTime()).nextBytes(noise);
    return noise;
  }

  @FunctionalInterface
  private interface Answer {
    @Nullable Object get() throws Exception;
  }

  private static <T> T faking(Class<T> port, Answer answer) {
    return port.cast(
        Proxy.newProxyInstance(
            port.getClassLoader(), new Class<?>[] {port}, (_, _, _) -> answer.get()));
  }
}
