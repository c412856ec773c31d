package dev.hookset.providers;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hookset.Body;
import dev.hookset.EventKey;
import dev.hookset.inbox.InboxRecord;
import dev.hookset.inbox.Status;
import dev.hookset.receive.InMemoryWorkQueue;
import dev.hookset.receive.Provider;
import dev.hookset.receive.Receipt;
import dev.hookset.receive.Reply;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every vector through the whole receiver: verify, read, record, push, answer. */
final class VectorTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int VECTORS = 184;

  @Test
  void vectors_all_areThere() {
    assertEquals(VECTORS, Providers.deployed().stream().mapToInt(p -> Vector.of(p).size()).sum());
  }

  @TestFactory
  Stream<DynamicContainer> receive_vector_doesWhatIsExpected() {
    return eachProvider(
        provider ->
            Vector.of(provider).stream()
                .map(vector -> DynamicTest.dynamicTest(vector.name(), () -> check(vector))));
  }

  private static void check(Vector vector) {
    Vector.Stage stage = vector.stage();

    Reply reply = stage.receive(vector.headers(), vector.body());

    if (expected(vector, "outcome").equals("refused")) {
      checkRefused(vector, stage, reply);
    } else {
      checkRecorded(vector, stage, reply);
    }
  }

  private static void checkRefused(Vector vector, Vector.Stage stage, Reply reply) {
    String reason = expected(vector, "reason");
    assertAll(
        () -> assertEquals(Receipt.Outcome.REFUSED, stage.receipt().outcome()),
        () -> assertEquals(reason, stage.receipt().detail()),
        () -> assertEquals(refusalStatus(vector.provider(), reason), reply.status()),
        () -> assertEquals("{\"error\":\"" + reason + "\"}", reply.body()),
        () -> assertEquals("application/json", reply.headers().get("content-type")),
        () -> assertEquals(List.of(), stage.inbox().all(), "nothing is recorded"),
        () -> assertEquals(List.of(), stage.queue().pushed(), "nothing is pushed"),
        () -> assertEquals(1, stage.log().size()));
  }

  private static void checkRecorded(Vector vector, Vector.Stage stage, Reply reply) {
    String outcome = expected(vector, "outcome");
    EventKey key = new EventKey(vector.provider().name(), expected(vector, "eventId"));
    boolean accepted = outcome.equals("accepted");
    List<InMemoryWorkQueue.Push> pushed =
        accepted ? List.of(new InMemoryWorkQueue.Push(key, vector.now())) : List.of();
    Receipt receipt = stage.receipt();
    List<InboxRecord> recorded = stage.inbox().all();
    assertAll(
        () -> assertEquals(outcome, receipt.outcome().word(), () -> "" + receipt.detail()),
        () -> assertEquals(key, receipt.key()),
        () -> assertEquals(vector.expected("eventType"), receipt.type()),
        () -> assertFalse(receipt.conflict(), "conflict"),
        () -> assertNotNull(receipt.keyFingerprint(), "keyFingerprint"),
        () -> checkSuccess(vector.provider(), reply, outcome, key),
        () -> assertEquals(1, recorded.size(), "records"),
        () -> assertEquals(pushed, stage.queue().pushed()));
    InboxRecord record = recorded.getFirst();
    assertAll(
        () -> assertEquals(key, record.key()),
        () -> assertEquals(vector.expected("eventType"), record.type()),
        () -> assertEquals(statusOf(outcome), record.status()),
        () -> assertEquals(vector.body(), record.body()),
        () -> assertEquals("trace", record.traceId()),
        () -> assertEquals(vector.now(), record.receivedAt()),
        () -> checkOccurredAt(vector, record.occurredAt()),
        () -> checkKeptHeaders(vector, record.headers()));

    Reply again = stage.receive(vector.headers(), vector.body());

    assertAll(
        () -> assertEquals(Receipt.Outcome.DUPLICATE, stage.receipt().outcome()),
        () -> checkSuccess(vector.provider(), again, "duplicate", key),
        () -> assertEquals(List.of(record), stage.inbox().all(), "nothing new is recorded"),
        // No worker has claimed it yet, so it may not have been pushed.
        () -> assertEquals(accepted ? 2 : 0, stage.queue().pushed().size(), "pushes"));
  }

  private static void checkSuccess(Provider provider, Reply reply, String word, EventKey key)
      throws JsonProcessingException {
    if (provider.name().equals("lamba")) {
      assertEquals(204, reply.status());
      assertNull(reply.body(), "a 204 carries nothing");
      assertEquals(Map.of(), reply.headers());
    } else {
      assertEquals(200, reply.status());
      assertEquals("application/json", reply.headers().get("content-type"));
      assertEquals(
          Map.of("status", word, "id", key.eventId()),
          JSON.readValue(Objects.requireNonNull(reply.body()), Map.class));
    }
  }

  private static void checkOccurredAt(Vector vector, @Nullable Instant occurredAt) {
    String expected = vector.expected("occurredAt");
    if (expected != null) {
      assertEquals(Instant.parse(expected), occurredAt);
    }
  }

  private static void checkKeptHeaders(Vector vector, Map<String, String> kept) {
    Map<String, String> came = new TreeMap<>();
    vector.headers().forEach((name, value) -> came.put(name.toLowerCase(Locale.ROOT), value));
    kept.forEach((name, value) -> assertEquals(came.get(name), value));
    kept.keySet().forEach(name -> assertFalse(name.endsWith("-signature"), name));
  }

  private static Status statusOf(String outcome) {
    return switch (outcome) {
      case "accepted" -> Status.RECEIVED;
      case "skipped" -> Status.SKIPPED;
      case "quarantined" -> Status.QUARANTINED;
      default -> throw new AssertionError("no such outcome: " + outcome);
    };
  }

  private static int refusalStatus(Provider provider, String reason) {
    if (reason.equals("body_too_large")) {
      return 413;
    }
    return provider.name().equals("lamba") ? 400 : 401;
  }

  // What follows is derived from each provider's documented delivery by machine; MutationTest
  // derives what is to be refused.

  @ParameterizedTest(name = "{0}")
  @MethodSource("documented")
  void receive_documentedDeliveryWithHeadersInAnyCase_isAccepted(Vector vector) {
    Map<String, String> lower = new TreeMap<>();
    Map<String, String> upper = new TreeMap<>();
    vector
        .headers()
        .forEach(
            (name, value) -> {
              lower.put(name.toLowerCase(Locale.ROOT), value);
              upper.put(name.toUpperCase(Locale.ROOT), value);
            });

    assertNull(reasonFor(vector, lower, vector.body()));
    assertNull(reasonFor(vector, upper, vector.body()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("documented")
  void receive_documentedDelivery_leavesNothingOfItInTheReceiptThatWasNotAsked(Vector vector) {
    Vector.Stage stage = vector.stage();
    stage.receive(vector.headers(), vector.body());
    String shown = stage.receipt().toString();
    String signature =
        Objects.requireNonNull(vector.headers().get(vector.provider().scheme().signatureHeader()));

    assertTrue(shown.contains(vector.provider().name()), shown);
    assertFalse(shown.contains(signature), "the signature");
    assertFalse(
        shown.contains(signature.substring(signature.length() - 16)), "a part of the signature");
    assertFalse(shown.contains(vector.body().utf8()), "the body");
    assertFalse(shown.contains("\"data\""), "a part of the body");
  }

  private static Stream<Named<Vector>> documented() {
    return Providers.deployed().stream()
        .map(provider -> Named.of(provider.name(), Vector.of(provider).getFirst()));
  }

  /** Returns the reason of the refusal; null if the delivery is accepted. */
  private static @Nullable String reasonFor(Vector vector, Map<String, String> headers, Body body) {
    Vector.Stage stage = vector.stage();
    stage.receive(headers, body);
    boolean accepted = stage.receipt().outcome() == Receipt.Outcome.ACCEPTED;
    assertEquals(accepted ? 1 : 0, stage.inbox().all().size(), "records");
    assertEquals(accepted ? 1 : 0, stage.queue().pushed().size(), "pushes");
    return stage.receipt().detail();
  }

  private static String expected(Vector vector, String name) {
    return Objects.requireNonNull(vector.expected(name), name);
  }

  private static Stream<DynamicContainer> eachProvider(
      Function<Provider, Stream<DynamicTest>> tests) {
    return Providers.deployed().stream()
        .map(provider -> DynamicContainer.dynamicContainer(provider.name(), tests.apply(provider)));
  }
}
