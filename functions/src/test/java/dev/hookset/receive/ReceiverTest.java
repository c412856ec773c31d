package dev.hookset.receive;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hookset.Body;
import dev.hookset.Delivery;
import dev.hookset.Event;
import dev.hookset.EventKey;
import dev.hookset.Origin;
import dev.hookset.Pointer;
import dev.hookset.inbox.Claim;
import dev.hookset.inbox.ClaimTerms;
import dev.hookset.inbox.InMemoryInbox;
import dev.hookset.inbox.Inbox;
import dev.hookset.inbox.InboxRecord;
import dev.hookset.inbox.InboxUnavailable;
import dev.hookset.inbox.NewRecord;
import dev.hookset.inbox.Recording;
import dev.hookset.inbox.Settlement;
import dev.hookset.inbox.Status;
import dev.hookset.signing.KeySource;
import dev.hookset.signing.KeysUnavailable;
import dev.hookset.signing.Scheme;
import dev.hookset.signing.SharedSecret;
import dev.hookset.signing.TimestampForm;
import dev.hookset.signing.VerificationKey;
import dev.hookset.signing.Verifier;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

final class ReceiverTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Instant NOW = Acme.NOW;
  private static final Duration MAX_AGE = Duration.ofDays(29);
  private static final String BODY = "{\"id\":\"evt\",\"type\":\"a.b\",\"private\":\"iban 42\"}";
  private static final EventKey KEY = new EventKey("acme", "evt");

  private final InMemoryInbox inbox = new InMemoryInbox(Duration.ofDays(30));
  private final InMemoryWorkQueue queue = new InMemoryWorkQueue(InstantSource.fixed(NOW));
  private final List<Receipt> log = new ArrayList<>();
  private final List<VerificationKey> keys = List.of(SharedSecret.of(Acme.SECRET));

  // what goes well

  @Test
  void receive_delivery_isPushedUnderItsTrace() {
    receiver().receive(Acme.delivery(BODY), "Root=1");

    assertEquals(List.of(new Pointer(KEY, "Root=1")), queue.receivePointers());
  }

  @Test
  void receive_newEvent_isRecordedThenPushedThenAcknowledged() {
    List<String> order = new ArrayList<>();
    Inbox watchedInbox =
        faking(
            Inbox.class,
            arguments -> {
              order.add("record");
              return inbox.record((NewRecord) arguments[0]);
            });
    WorkQueue watchedQueue =
        faking(
            WorkQueue.class,
            arguments -> {
              order.add("push " + ((Pointer) arguments[0]).key() + " " + arguments[1]);
              return null;
            });
    Receiver receiver =
        new Receiver(
            Acme.provider(),
            verifier(() -> keys),
            watchedInbox,
            watchedQueue,
            new Subscription("", null),
            MAX_AGE,
            receipt -> order.add("log " + receipt.outcome().word()));

    Reply reply = receiver.receive(Acme.delivery(BODY), null);

    assertEquals(202, reply.status());
    assertEquals(List.of("record", "push acme#evt PT0S", "log accepted"), order);
  }

  @Test
  void receive_newEvent_isNotedWithAllThatIsKnown() {
    Delivery delivery =
        Acme.delivery(
            "{\"id\":\"evt\",\"type\":\"a.b\",\"environment\":\"prod\",\"workspace\":\"wrk_1\","
                + "\"project\":\"prj_1\"}",
            Map.of("x-acme-delivery", "dlv_1", "x-other", "o"));

    Reply reply = receiver().receive(delivery, "Root=1");

    assertEquals(
        new Receipt(
            "acme",
            Receipt.Outcome.ACCEPTED,
            null,
            KEY,
            "a.b",
            "prod",
            new Origin("dlv_1", "wrk_1", "prj_1"),
            false,
            true,
            null,
            keys.getFirst().fingerprint(),
            Map.of("x-acme-delivery", "dlv_1"),
            "Root=1",
            reply),
        onlyReceipt());
    InboxRecord record = onlyRecord();
    assertEquals(Map.of("x-acme-delivery", "dlv_1"), record.headers());
    assertEquals("Root=1", record.traceId());
    assertEquals("prod", record.environment());
    assertEquals(NOW, record.receivedAt());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("unkeepable")
  void receive_keptHeaderThatARecordCannotHold_isLeftOut(String value) {
    receiver().receive(Acme.delivery(BODY, Map.of("X-Acme-Delivery", value)), null);

    assertEquals(Receipt.Outcome.ACCEPTED, onlyReceipt().outcome());
    assertEquals(Map.of(), onlyReceipt().headers());
    assertEquals(Map.of(), onlyRecord().headers());
  }

  private static Stream<Named<String>> unkeepable() {
    return Stream.of("", "x".repeat(257), "lone \uD83D surrogate")
        .map(value -> Named.of(value.length() + " characters", value));
  }

  @ParameterizedTest
  @MethodSource("unusable")
  void receive_typeOrEnvironmentThatARecordCannotHold_isUnknown(String value) {
    String body = "{'id':V,'type':V,'environment':V}".replace('\'', '"').replace("V", value);

    receiver().receive(Acme.delivery(body), null);

    assertEquals(Receipt.Outcome.ACCEPTED, onlyReceipt().outcome());
    assertEquals(Event.UNKNOWN_TYPE, onlyRecord().type());
    assertNull(onlyRecord().environment());
    String id = onlyRecord().key().eventId();
    assertTrue(id.matches("sha256:[0-9a-f]{64}"), id);
  }

  private static Stream<String> unusable() {
    return Stream.of("\"\"", "\"" + "x".repeat(257) + "\"", "\"\\ud83d\"", "1", "null");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("idsToEscape")
  void receive_idWithAnyCharacters_isEscapedInTheReply(String id) {
    Reply reply = receiver().receive(Acme.delivery(json(Map.of("id", id))), null);

    assertReply(202, "accepted", id, reply);
    String text = Objects.requireNonNull(reply.body());
    assertTrue(text.chars().noneMatch(c -> c < ' '), "no control characters");
  }

  private static Stream<Named<String>> idsToEscape() {
    return Stream.of(
            "\"",
            "\\",
            "\",\"status\":\"accepted",
            "a\u0000\u0001\u001F\u007Fb",
            "\r\n\t\b\f",
            "\u2028\u2029",
            "\uD83D\uDE00",
            "</script>",
            "\u00E9".repeat(256))
        .map(id -> Named.of(json(id), id));
  }

  // duplicates

  @ParameterizedTest
  @EnumSource(Status.class)
  void receive_sameAgain_isPushedAgainWhileNoWorkerHasHadIt(Status status) {
    Event event = new Event(KEY, "a.b", null, null, Body.ofUtf8(BODY));
    bringTo(status, event);

    Reply reply = receiver().receive(Acme.delivery(BODY), null);

    Receipt receipt = onlyReceipt();
    assertReply(202, "duplicate", "evt", reply);
    assertEquals(Receipt.Outcome.DUPLICATE, receipt.outcome());
    assertEquals(KEY, receipt.key());
    assertFalse(receipt.conflict(), "conflict");
    assertEquals(status == Status.RECEIVED ? List.of(KEY) : List.of(), queue.receive());
    assertEquals(status, onlyRecord().status());
  }

  @Test
  void receive_sameAgainUnderAnotherSubscription_isADuplicateAllTheSame() {
    receiver().receive(Acme.delivery(BODY), null);

    receiver(new Subscription("nothing", null)).receive(Acme.delivery(BODY), null);

    assertEquals(Receipt.Outcome.DUPLICATE, log.getLast().outcome());
  }

  // conflicts

  @Test
  void receive_otherBytesUnderTheSameId_isQuarantinedBesides() throws Exception {
    String other = "{\"id\":\"evt\",\"type\":\"a.c\",\"at\":\"2026-06-01T11:00:00Z\"}";
    String otherId = "evt~" + Body.ofUtf8(other).sha256().substring(0, 16);
    receiver().receive(Acme.delivery(BODY), null);
    queue.receive();
    log.clear();

    Reply reply = receiver().receive(Acme.delivery(other), "trace");

    Receipt receipt = onlyReceipt();
    InboxRecord kept = inbox.find(new EventKey("acme", otherId)).orElseThrow();
    assertAll(
        () -> assertReply(202, "quarantined", otherId, reply),
        () -> assertEquals(Receipt.Outcome.QUARANTINED, receipt.outcome()),
        () -> assertTrue(receipt.conflict(), "conflict"),
        () -> assertEquals(kept.key(), receipt.key()),
        () -> assertEquals(Status.QUARANTINED, kept.status()),
        () -> assertEquals(Body.ofUtf8(other), kept.body()),
        () -> assertEquals("a.c", kept.type()),
        () -> assertEquals(Instant.parse("2026-06-01T11:00:00Z"), kept.occurredAt()),
        () -> assertEquals("trace", kept.traceId()),
        () -> assertEquals(List.of(), queue.receive(), "nothing is pushed"),
        () -> assertEquals(Body.ofUtf8(BODY), inbox.find(KEY).orElseThrow().body()));
  }

  @Test
  void receive_sameConflictAgain_isADuplicateConflict() {
    String other = BODY + " ";
    receiver().receive(Acme.delivery(BODY), null);
    receiver().receive(Acme.delivery(other), null);
    queue.receive();

    receiver().receive(Acme.delivery(other), null);

    assertEquals(Receipt.Outcome.DUPLICATE, log.getLast().outcome());
    assertTrue(log.getLast().conflict(), "conflict");
    assertEquals(List.of(), queue.receive(), "nothing is pushed");
    assertEquals(2, inbox.all().size());
  }

  @Test
  void receive_thirdBody_isQuarantinedUnderItsOwnDigest() {
    receiver().receive(Acme.delivery(BODY), null);
    receiver().receive(Acme.delivery(BODY + " "), null);
    receiver().receive(Acme.delivery(BODY + "  "), null);

    assertEquals(
        List.of(Status.RECEIVED, Status.QUARANTINED, Status.QUARANTINED),
        inbox.all().stream().map(InboxRecord::status).toList());
  }

  @Test
  void receive_firstBodyAfterAConflict_isAPlainDuplicate() {
    receiver().receive(Acme.delivery(BODY), null);
    receiver().receive(Acme.delivery(BODY + " "), null);

    receiver().receive(Acme.delivery(BODY), null);

    assertEquals(Receipt.Outcome.DUPLICATE, log.getLast().outcome());
    assertFalse(log.getLast().conflict(), "conflict");
  }

  @Test
  void receive_conflictOutsideTheSubscription_isQuarantinedAllTheSame() {
    receiver().receive(Acme.delivery(BODY), null);

    receiver(new Subscription("nothing", null)).receive(Acme.delivery(BODY + " "), null);

    assertEquals(Receipt.Outcome.QUARANTINED, log.getLast().outcome());
  }

  // age

  @Test
  void receive_ownTimeExactlyAtTheWindow_isAccepted() {
    assertNull(reasonAtAge(Acme.provider(), MAX_AGE));
  }

  @Test
  void receive_ownTimeANanosecondPastTheWindow_isRefused() {
    assertEquals("timestamp_out_of_tolerance", reasonAtAge(Acme.provider(), MAX_AGE.plusNanos(1)));
    assertEquals(List.of(), inbox.all());
    assertEquals(List.of(), queue.pushed());
  }

  @Test
  void receive_ownTimePastTheWindowUnderASignedTimestamp_isAccepted() {
    Provider signsTimestamp =
        Acme.provider(
            Scheme.hmacSha256("{timestamp}.{body}")
                .in("X-Acme-Signature")
                .timestamp("X-Acme-Time", TimestampForm.UNIX_SECONDS));
    String body = "{\"id\":\"evt\",\"at\":\"2020-01-01T00:00:00Z\"}";
    String time = Long.toString(NOW.getEpochSecond());
    Map<String, String> headers =
        Map.of("X-Acme-Time", time, "X-Acme-Signature", Acme.signature(time + "." + body));

    receiver(signsTimestamp).receive(new Delivery(headers, Body.ofUtf8(body), NOW), null);

    assertEquals(Receipt.Outcome.ACCEPTED, onlyReceipt().outcome());
  }

  @Test
  void receive_duplicatePastTheWindow_isRefusedAsTheFirstWouldBe() {
    String body = "{\"id\":\"evt\",\"at\":\"" + NOW.minus(MAX_AGE).minusSeconds(1) + "\"}";
    Event event = new Event(KEY, "unknown", null, null, Body.ofUtf8(body));
    bringTo(Status.DONE, event);

    receiver().receive(Acme.delivery(body), null);

    assertEquals("timestamp_out_of_tolerance", onlyReceipt().detail());
  }

  private @Nullable String reasonAtAge(Provider provider, Duration age) {
    String body = "{\"id\":\"evt\",\"at\":\"" + NOW.minus(age) + "\"}";
    receiver(provider).receive(Acme.delivery(body), null);
    return onlyReceipt().detail();
  }

  // refusals

  @Test
  void receive_forged_isRefusedAndRecordsNothing() {
    Delivery forged =
        new Delivery(
            Map.of("X-Acme-Signature", Acme.signature("other"), "X-Acme-Delivery", "dlv_1"),
            Body.ofUtf8(BODY),
            NOW);

    Reply reply = receiver().receive(forged, "trace");

    Receipt receipt = onlyReceipt();
    assertError(403, "invalid_signature", reply);
    assertEquals(
        new Receipt(
            "acme",
            Receipt.Outcome.REFUSED,
            "invalid_signature",
            null,
            null,
            null,
            Origin.UNKNOWN,
            false,
            false,
            null,
            null,
            Map.of(),
            "trace",
            reply),
        receipt);
    assertEquals(List.of(), inbox.all());
    assertEquals(List.of(), queue.pushed());
  }

  @Test
  void receive_tooLarge_is413() {
    assertError(413, "body_too_large", receiver().receive(Acme.delivery("x".repeat(1025)), null));
    assertEquals(List.of(), inbox.all());
  }

  @Test
  void refuseMalformed_any_is400AndRecordsNothing() {
    Reply reply = receiver().refuseMalformed();

    assertError(400, "malformed_request", reply);
    assertEquals("malformed_request", onlyReceipt().detail());
    assertEquals(Receipt.Outcome.REFUSED, onlyReceipt().outcome());
    assertEquals(List.of(), inbox.all());
  }

  // outages

  @Test
  void receive_queueDown_isAcceptedAllTheSameAndNoted() {
    Reply reply = receiver(() -> keys, inbox, queueDown()).receive(Acme.delivery(BODY), null);

    assertReply(202, "accepted", "evt", reply);
    assertEquals(Receipt.Outcome.ACCEPTED, onlyReceipt().outcome());
    String failure = Objects.requireNonNull(onlyReceipt().pushFailure());
    assertTrue(failure.contains("SQS SendMessage failed"), failure);
    assertTrue(failure.contains("timed out"), failure);
    assertEquals(Status.RECEIVED, onlyRecord().status());
  }

  @Test
  void receive_duplicateWhileTheQueueIsDown_isAcknowledgedAllTheSame() {
    receiver().receive(Acme.delivery(BODY), null);

    Reply reply = receiver(() -> keys, inbox, queueDown()).receive(Acme.delivery(BODY), null);

    assertReply(202, "duplicate", "evt", reply);
    assertNotNull(log.getLast().pushFailure());
  }

  @Test
  void receive_inboxDown_asksTheSenderToComeAgainAndPushesNothing() {
    Reply reply = receiver(() -> keys, inboxDown(), queue).receive(Acme.delivery(BODY), null);

    assertError(503, "unavailable", reply);
    assertEquals("30", reply.headers().get("retry-after"));
    assertEquals(Receipt.Outcome.UNAVAILABLE, onlyReceipt().outcome());
    assertEquals(KEY, onlyReceipt().key(), "what is not recorded is at least in the log");
    String detail = Objects.requireNonNull(onlyReceipt().detail());
    assertTrue(detail.contains("DynamoDB PutItem failed"), detail);
    assertTrue(detail.contains("timed out"), detail);
    assertEquals(List.of(), queue.pushed());
  }

  @Test
  void receive_inboxDownForAConflict_asksTheSenderToComeAgain() {
    Inbox down = inboxDownAfter(new Recording.Existing(false, "0".repeat(64)));

    Reply reply = receiver(() -> keys, down, queue).receive(Acme.delivery(BODY), null);

    assertError(503, "unavailable", reply);
  }

  @Test
  void receive_noKeyConfigured_is500AndTellsTheOperatorWhatToSet() {
    Reply reply =
        receiver(missing(KeysUnavailable.Cause.NOT_CONFIGURED), inbox, queue)
            .receive(Acme.delivery(BODY), null);

    assertError(500, "not_configured", reply);
    assertNull(reply.headers().get("retry-after"), "nothing changes by itself");
    assertEquals(Receipt.Outcome.NOT_CONFIGURED, onlyReceipt().outcome());
    assertEquals("set ACME_WEBHOOK_SECRET", onlyReceipt().detail());
    assertEquals(List.of(), inbox.all());
    assertEquals(List.of(), queue.pushed());
  }

  @Test
  void receive_keysUnreachable_asksTheSenderToComeAgain() {
    Reply reply =
        receiver(missing(KeysUnavailable.Cause.UNREACHABLE), inbox, queue)
            .receive(Acme.delivery(BODY), null);

    assertError(503, "unavailable", reply);
    assertEquals("30", reply.headers().get("retry-after"));
    assertEquals(Receipt.Outcome.UNAVAILABLE, onlyReceipt().outcome());
    assertEquals("set ACME_WEBHOOK_SECRET", onlyReceipt().detail());
    assertEquals(List.of(), inbox.all());
  }

  // what does not get out

  @Test
  void receipt_ofAnyOutcome_showsNeitherSecretNorSignatureNorBody() {
    Map<String, String> signed = Map.of("authorization", "Bearer token-of-somebody");
    Delivery forged =
        new Delivery(Map.of("X-Acme-Signature", Acme.signature("other")), Body.ofUtf8(BODY), NOW);
    receiver().receive(Acme.delivery(BODY, signed), null);
    receiver().receive(Acme.delivery(BODY, signed), null);
    receiver().receive(Acme.delivery(BODY + " ", signed), null);
    receiver().receive(Acme.delivery("iban 42", signed), null);
    receiver(new Subscription("nothing", null))
        .receive(Acme.delivery("{\"iban 42\":1}", signed), null);
    receiver().receive(Acme.delivery("{\"ask\":\"who\",\"name\":\"acme\"}", signed), null);
    receiver().receive(forged, null);
    receiver().receive(Acme.delivery("iban 42".repeat(999)), null);
    receiver(() -> keys, inboxDown(), queue).receive(Acme.delivery(BODY, signed), null);
    receiver(missing(KeysUnavailable.Cause.NOT_CONFIGURED), inbox, queue)
        .receive(Acme.delivery(BODY, signed), null);

    assertEquals(
        List.of(Receipt.Outcome.values()),
        log.stream().map(Receipt::outcome).distinct().sorted().toList(),
        "each outcome is among them");
    for (Receipt receipt : log) {
      String shown = receipt.toString();
      assertFalse(shown.contains(Acme.SECRET), shown);
      assertFalse(shown.contains("iban"), shown);
      assertFalse(shown.contains("somebody"), shown);
      for (String text : List.of(BODY, BODY + " ", "iban 42", "{\"iban 42\":1}", "other")) {
        assertFalse(shown.contains(Acme.signature(text).substring(0, 16)), shown);
      }
    }
  }

  // many at once

  @Test
  void receive_sameEventManyTimesAtOnce_isAcceptedOnce() throws Exception {
    List<Receipt> receipts = Collections.synchronizedList(new ArrayList<>());
    Receiver receiver =
        new Receiver(
            Acme.provider(),
            verifier(() -> keys),
            inbox,
            queue,
            new Subscription("", null),
            MAX_AGE,
            receipts::add);
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      threads.add(Thread.ofVirtual().start(() -> receiver.receive(Acme.delivery(BODY), null)));
    }
    for (Thread thread : threads) {
      thread.join();
    }

    Map<Receipt.Outcome, Integer> outcomes = new HashMap<>();
    receipts.forEach(receipt -> outcomes.merge(receipt.outcome(), 1, Integer::sum));
    assertEquals(Map.of(Receipt.Outcome.ACCEPTED, 1, Receipt.Outcome.DUPLICATE, 15), outcomes);
    assertEquals(1, inbox.all().size());
  }

  private void bringTo(Status status, Event event) {
    Status first =
        switch (status) {
          case RECEIVED, SKIPPED, QUARANTINED -> status;
          case PROCESSING, DONE, SUPERSEDED, FAILED -> Status.RECEIVED;
        };
    inbox.record(new NewRecord(event, NOW, first, Map.of(), null));
    if (first != status
        && inbox.claim(event.key(), new ClaimTerms("a", NOW, NOW.plusSeconds(60), 9, false))
            instanceof Claim.Granted granted) {
      if (status == Status.DONE) {
        inbox.settle(granted.claimed(), new Settlement.Done(null), NOW);
      } else if (status == Status.SUPERSEDED) {
        inbox.settle(granted.claimed(), new Settlement.Superseded(null), NOW);
      } else if (status == Status.FAILED) {
        inbox.settle(granted.claimed(), new Settlement.Failed("no use"), NOW);
      }
    }
    assertEquals(status, onlyRecord().status());
  }

  private Receipt onlyReceipt() {
    assertEquals(1, log.size(), () -> "receipts: " + log);
    return log.getFirst();
  }

  private InboxRecord onlyRecord() {
    assertEquals(1, inbox.all().size(), () -> "records: " + inbox.all());
    return inbox.all().getFirst();
  }

  private static void assertReply(int status, String word, String id, Reply reply)
      throws AssertionError {
    assertEquals(status, reply.status());
    assertEquals(Map.of("content-type", "application/json"), reply.headers());
    try {
      assertEquals(
          Map.of("status", word, "id", id),
          JSON.readValue(Objects.requireNonNull(reply.body()), Map.class));
    } catch (JsonProcessingException e) {
      throw new AssertionError("no JSON: " + reply.body(), e);
    }
  }

  private static String json(Object value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }

  private static void assertError(int status, String word, Reply reply) {
    assertEquals(status, reply.status());
    assertEquals("{\"error\":\"" + word + "\"}", reply.body());
    assertEquals("application/json", reply.headers().get("content-type"));
  }

  private static KeySource missing(KeysUnavailable.Cause cause) {
    return () -> {
      throw new KeysUnavailable(cause, "set ACME_WEBHOOK_SECRET");
    };
  }

  private static Verifier verifier(Scheme scheme, KeySource source) {
    return new Verifier(scheme, source, Duration.ofMinutes(5), 1024, InstantSource.fixed(NOW));
  }

  private static Verifier verifier(KeySource source) {
    return verifier(Acme.provider().scheme(), source);
  }

  private Receiver receiver() {
    return receiver(() -> keys, inbox, queue);
  }

  private Receiver receiver(Subscription subscription) {
    return new Receiver(
        Acme.provider(), verifier(() -> keys), inbox, queue, subscription, MAX_AGE, log::add);
  }

  private Receiver receiver(Provider provider) {
    return new Receiver(
        provider,
        verifier(provider.scheme(), () -> keys),
        inbox,
        queue,
        new Subscription("", null),
        MAX_AGE,
        log::add);
  }

  private Receiver receiver(KeySource source, Inbox recordsIn, WorkQueue pushesTo) {
    return new Receiver(
        Acme.provider(),
        verifier(source),
        recordsIn,
        pushesTo,
        new Subscription("", null),
        MAX_AGE,
        log::add);
  }

  @FunctionalInterface
  private interface Answer {
    @Nullable Object to(Object[] arguments);
  }

  private static WorkQueue queueDown() {
    return faking(
        WorkQueue.class,
        _ -> {
          throw new QueueUnavailable("SQS SendMessage failed", new IOException("timed out"));
        });
  }

  /** An inbox that gives these answers, one each time, and is down from then on. */
  private static Inbox inboxDownAfter(Recording... answers) {
    Iterator<Recording> left = List.of(answers).iterator();
    return faking(
        Inbox.class,
        _ -> {
          if (left.hasNext()) {
            return left.next();
          }
          throw new InboxUnavailable("DynamoDB PutItem failed", new IOException("timed out"));
        });
  }

  private static Inbox inboxDown() {
    return inboxDownAfter();
  }

  /** A port of which one method is called, and answers so. */
  private static <T> T faking(Class<T> port, Answer answer) {
    return port.cast(
        Proxy.newProxyInstance(
            port.getClassLoader(),
            new Class<?>[] {port},
            (_, _, arguments) -> answer.to(arguments)));
  }
}
