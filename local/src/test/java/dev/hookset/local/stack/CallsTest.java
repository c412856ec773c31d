package dev.hookset.local.stack;

import static dev.hookset.local.samples.CheckoutSamples.SAMPLES;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hookset.Body;
import dev.hookset.Delivery;
import dev.hookset.EventKey;
import dev.hookset.Pointer;
import dev.hookset.aws.inbox.DynamoDbInbox;
import dev.hookset.aws.queue.SqsWorkQueue;
import dev.hookset.inbox.Inbox;
import dev.hookset.inbox.Lifecycle;
import dev.hookset.inbox.Status;
import dev.hookset.inbox.SubjectKey;
import dev.hookset.inbox.TurnTerms;
import dev.hookset.local.samples.Deliveries;
import dev.hookset.local.samples.DeliveryRequest;
import dev.hookset.local.samples.DevelopmentKeys;
import dev.hookset.providers.Providers;
import dev.hookset.receive.Provider;
import dev.hookset.receive.Receiver;
import dev.hookset.receive.Reply;
import dev.hookset.receive.Subscription;
import dev.hookset.signing.SharedSecret;
import dev.hookset.signing.VerificationKey;
import dev.hookset.signing.Verifier;
import dev.hookset.testing.CapturedLog;
import dev.hookset.work.Margins;
import dev.hookset.work.Message;
import dev.hookset.work.Routes;
import dev.hookset.work.Worker;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What an event costs: the calls to AWS, and the units of writing that DynamoDB counts, for each
 * step that it can go. {@code docs/cost.md} reckons with these numbers.
 *
 * <p>The units of a refused write are not in what DynamoDB returns; it is as many as the item that
 * stood in its way has kilobytes.
 */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class CallsTest {
  /** The embedded DynamoDB deletes what has expired by the real clock. */
  private static final Instant NOW = Instant.parse("2100-01-01T00:00:00Z");

  private static final Provider PROVIDER = Providers.named("lymnus").orElseThrow();
  private static final Deliveries DELIVERIES =
      new Deliveries(new DevelopmentKeys(Map.of()), SAMPLES);

  private static EmbeddedParts parts;
  private static Meter meter;
  private static Inbox inbox;
  private static SqsWorkQueue queue;
  private static Receiver receiver;

  private final String id = UUID.randomUUID().toString();
  private final String subject = UUID.randomUUID().toString();

  @BeforeAll
  static void start() throws IOException {
    parts = EmbeddedParts.start();
    meter = new Meter();
    inbox =
        parts.inbox(
            parts.dynamoDb(parts.http(), meter), parts.bodies(parts.s3(parts.http(), meter)));
    queue = parts.queue(parts.sqs(parts.http(), meter));
    List<VerificationKey> keys = List.of(SharedSecret.of("whsec_hookset_development_lymnus"));
    receiver =
        new Receiver(
            PROVIDER,
            new Verifier(
                PROVIDER.scheme(), () -> keys, Duration.ofMinutes(5), 4_000_000, () -> NOW),
            inbox,
            queue,
            new Subscription("", null),
            Duration.ofDays(29),
            _ -> {});
  }

  @AfterAll
  static void stop() {
    parts.close();
  }

  @BeforeEach
  void begin() {
    parts.purge();
    meter.reset();
  }

  @Test
  void receive_newEvent_isOneWriteAndOnePush() {
    assertEquals(200, receive(ordinary(id)).status());

    assertEquals(List.of("PutItem", "SendMessage"), meter.calls());
    // One for the record, one for its place among what is open, one for that in the order of
    // receipt.
    assertEquals(3, meter.writeUnits());
  }

  @Test
  void receive_finishedDuplicate_isOneWriteThatIsRefused() {
    receive(ordinary(id));
    work(routes("only"));
    meter.reset();

    assertEquals(200, receive(ordinary(id)).status());

    assertEquals(List.of("PutItem"), meter.calls());
  }

  @Test
  void receive_duplicateThatNoWorkerHasSeen_isPushedAgain() {
    receive(ordinary(id));
    meter.reset();

    receive(ordinary(id));

    assertEquals(List.of("PutItem", "SendMessage"), meter.calls());
  }

  @Test
  void receive_otherBytesUnderTheSameId_isOneWriteMore() {
    receive(ordinary(id));
    work(routes("only"));
    meter.reset();

    receive(
        DELIVERIES.genuine(PROVIDER, SAMPLES.body(PROVIDER, "report.generated", id, NOW), id, NOW));

    assertEquals(List.of("PutItem", "PutItem"), meter.calls());
  }

  @Test
  void receive_bodyTooLongForTheTable_isOneCallMore() {
    receive(DELIVERIES.genuine(PROVIDER, tooLongForTheTable(id), id, NOW));

    assertEquals(List.of("PutObject", "PutItem", "SendMessage"), meter.calls());
    assertEquals(3, meter.writeUnits());
  }

  @Test
  void receive_refusal_callsNobody() {
    assertEquals(401, receive(ordinary(id).tampered()).status());
    assertEquals(
        401, receive(DELIVERIES.stale(PROVIDER, SAMPLES.defaultType(PROVIDER), id, NOW)).status());
    assertEquals(413, receive(DELIVERIES.genuine(PROVIDER, tooLarge(), id, NOW)).status());

    assertEquals(List.of(), meter.calls());
  }

  @Test
  void work_oneHandler_isTwoWrites() {
    receive(ordinary(id));
    meter.reset();

    work(routes("only"));

    assertEquals(List.of("UpdateItem", "UpdateItem"), meter.calls());
    // One for the claim, which leaves the index alone; one for the settlement, and one for its
    // leaving the index.
    assertEquals(3, meter.writeUnits());
  }

  @Test
  void work_bodyTooLongForTheTable_isOneCallMore() {
    receive(DELIVERIES.genuine(PROVIDER, tooLongForTheTable(id), id, NOW));
    meter.reset();

    work(routes("only"));

    assertEquals(List.of("UpdateItem", "GetObject", "UpdateItem"), meter.calls());
    assertEquals(3, meter.writeUnits());
  }

  @Test
  void work_eachFurtherHandler_isOneWriteMore() {
    receive(ordinary(id));
    meter.reset();

    work(routes("first", "second", "third"));

    assertEquals(List.of("UpdateItem", "UpdateItem", "UpdateItem", "UpdateItem"), meter.calls());
  }

  /** What docs/cost.md says of a route that wants the latest alone: two writes and two units. */
  @Test
  void work_latestOfItsSubject_isTwoWritesMoreHoweverManyHandlers() {
    receive(ordinary(id));
    meter.reset();
    work(latest("only"));

    assertEquals(List.of("UpdateItem", "UpdateItem", "UpdateItem", "UpdateItem"), meter.calls());
    assertEquals(5, meter.writeUnits());

    String other = UUID.randomUUID().toString();
    receive(ordinary(other));
    meter.reset();
    work(latest("first", "second", "third"));

    assertEquals(6, meter.calls().size(), "without the subject they are four");
    assertEquals(7, meter.writeUnits(), "and five");
  }

  @Test
  void work_supersededEvent_isOneWriteMoreThatIsRefused() {
    String newer = UUID.randomUUID().toString();
    receive(ordinary(newer));
    work(latest("only"));
    receive(DELIVERIES.genuine(PROVIDER, SAMPLES.defaultType(PROVIDER), id, NOW.minusSeconds(60)));
    meter.reset();

    work(latest("only"));

    assertEquals(List.of("UpdateItem", "UpdateItem", "UpdateItem"), meter.calls());
    assertEquals(3, meter.writeUnits(), "and one for the refusal");
    assertEquals(
        Status.SUPERSEDED, inbox.find(new EventKey(PROVIDER.name(), id)).orElseThrow().status());
  }

  /** What an event pays each time that another of its subject is in its handlers. */
  @Test
  void work_busySubject_isTwoWritesAndOneThatIsRefused() {
    receive(ordinary(id));
    inbox.takeTurn(
        new SubjectKey(PROVIDER.name(), subject),
        new TurnTerms(
            new EventKey(PROVIDER.name(), "another"), NOW, "a", NOW, NOW.plusSeconds(60)));
    meter.reset();

    work(latest("only"));

    assertEquals(List.of("UpdateItem", "UpdateItem", "UpdateItem", "SendMessage"), meter.calls());
    assertEquals(2, meter.writeUnits(), "and one for the refusal; none for an index");
  }

  @Test
  void work_finishedEvent_isOneWriteThatIsRefused() {
    receive(ordinary(id));
    work(routes("only"));
    queue.push(Pointer.to(new EventKey(PROVIDER.name(), id)), Duration.ZERO);
    meter.reset();

    work(routes("only"));

    assertEquals(List.of("UpdateItem"), meter.calls());
  }

  private static DeliveryRequest ordinary(String id) {
    return DELIVERIES.genuine(PROVIDER, SAMPLES.defaultType(PROVIDER), id, NOW);
  }

  /** A body that does not compress. */
  private static Body tooLongForTheTable(String id) {
    byte[] noise = new byte[DynamoDbInbox.DEFAULT_INLINE_BYTES];
    new Random(42).nextBytes(noise);
    String ordinary = SAMPLES.body(PROVIDER, SAMPLES.defaultType(PROVIDER), id, NOW).utf8();
    return Body.ofUtf8(
        "{\"noise\":\"" + HexFormat.of().formatHex(noise) + "\"," + ordinary.substring(1));
  }

  private static Body tooLarge() {
    return Body.ofUtf8("{\"a\":\"" + "-".repeat(4_000_000) + "\"}");
  }

  private static Reply receive(DeliveryRequest request) {
    return receiver.receive(new Delivery(request.headers(), request.body(), NOW), null);
  }

  private static Routes routes(String... handlers) {
    Routes.Builder routes = Routes.builder();
    for (String handler : handlers) {
      routes.on(PROVIDER.name(), "*", handler, (_, _) -> {});
    }
    return routes.build();
  }

  /** Handlers that want the latest of one subject alone. */
  private Routes latest(String... handlers) {
    Routes.Builder routes = Routes.builder();
    for (String handler : handlers) {
      routes.on(PROVIDER.name(), "*", handler, (_, _) -> {}).latest(_ -> subject);
    }
    return routes.build();
  }

  private static void work(Routes routes) {
    Worker worker =
        new Worker(
            inbox,
            queue::push,
            routes,
            Lifecycle.DEFAULT_MAX_ATTEMPTS,
            new Margins(Duration.ofSeconds(10), Duration.ofSeconds(5), Duration.ofSeconds(2)),
            () -> NOW,
            _ -> {
              throw new AssertionError("nothing fails here");
            },
            _ -> {},
            new CapturedLog());
    List<software.amazon.awssdk.services.sqs.model.Message> batch = parts.receive();
    List<String> comeBack =
        worker.work(
            batch.stream()
                .map(message -> new Message(message.messageId(), EmbeddedParts.pointer(message)))
                .toList(),
            UUID.randomUUID().toString(),
            NOW.plusSeconds(60));
    assertEquals(List.of(), comeBack);
    batch.forEach(parts::delete);
  }
}
