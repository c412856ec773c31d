package dev.hookset.providers;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hookset.inbox.InboxRecord;
import dev.hookset.receive.Provider;
import dev.hookset.receive.Receipt;
import dev.hookset.receive.Reply;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The vectors of every sender besides those that a stack has by itself, made with the senders' own
 * libraries, through the whole receiver.
 */
final class SendersTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Their time stands in a header that nobody signs, so it dates no event. */
  private static final Set<String> UNSIGNED_TIME = Set.of("shopify");

  /**
   * What was decided where documents and libraries disagree, and why: the outcome, or the reason of
   * a refusal.
   */
  private static final Map<String, String> DECIDED =
      Map.ofEntries(
          // Hex is compared as bytes, in either case; nobody is let in who would not be otherwise.
          Map.entry("discord signature_upper_case_hex", "accepted"),
          Map.entry("github digest_upper_case_hex", "accepted"),
          Map.entry("linear digest_upper_case_hex", "accepted"),
          Map.entry("meta digest_upper_case_hex", "accepted"),
          Map.entry("paddle digest_upper_case_hex", "accepted"),
          Map.entry("pagerduty digest_upper_case_hex", "accepted"),
          Map.entry("slack digest_upper_case_hex", "accepted"),
          Map.entry("stripe digest_upper_case_hex", "accepted"),
          Map.entry("zoom digest_upper_case_hex", "accepted"),
          // A signed time is held to a tolerance, each way, whether the library looks or not.
          Map.entry("discord stale_one_day", "timestamp_out_of_tolerance"),
          Map.entry("zoom stale_by_one_second", "timestamp_out_of_tolerance"),
          Map.entry("zoom future_beyond_tolerance", "timestamp_out_of_tolerance"),
          Map.entry("slack future_beyond_tolerance", "timestamp_out_of_tolerance"),
          Map.entry("stripe future_beyond_tolerance", "timestamp_out_of_tolerance"),
          Map.entry("hubspot future_beyond_tolerance", "timestamp_out_of_tolerance"),
          Map.entry("paddle future_ts", "timestamp_out_of_tolerance"),
          // Exactly at the tolerance is inside it.
          Map.entry("slack exactly_300_seconds_old", "accepted"),
          // A timestamp that is no number is malformed, signed or not.
          Map.entry("discord timestamp_not_a_number", "malformed_timestamp"),
          // The body is the bytes that came, whatever a library makes of them.
          Map.entry("github bytes_not_utf8", "accepted"),
          Map.entry("zoom good_pretty_crlf", "accepted"),
          Map.entry("zoom good_not_canonical_json", "accepted"),
          // The signature holds; what is no JSON is kept for a person, and not refused.
          Map.entry("stripe utf8_bom_signed_bytes", "quarantined"),
          // Each of several signatures counts, as documented; the library reads the last alone.
          Map.entry("paddle rotation_two_h1_first_matches", "accepted"),
          // The address as it came is tried first, then as the documentation decodes it.
          Map.entry("hubspot url_with_encoded_characters", "accepted"),
          // One spelling of base64: the other is nothing that the sender sends.
          Map.entry("shopify digest_base64url", "malformed_signature"),
          // No header is signed, so none is asked for, and none decides which event it is.
          Map.entry("shopify topic_changed", "accepted"),
          Map.entry("shopify no_topic_header", "accepted"),
          // A preview's names of headers: not built on.
          Map.entry("shopify events_preview_headers", "missing_signature"),
          // Nothing that is unsigned is answered with success.
          Map.entry("slack ssl_check_unsigned", "missing_signature"));

  @TestFactory
  Stream<DynamicContainer> receive_vector_doesWhatIsExpected() {
    return others()
        .map(
            provider ->
                DynamicContainer.dynamicContainer(
                    provider.name(),
                    Vector.of(provider).stream()
                        .map(
                            vector ->
                                DynamicTest.dynamicTest(vector.name(), () -> check(vector)))));
  }

  @TestFactory
  Stream<DynamicTest> receive_disputedVector_doesWhatWasDecided() {
    return others()
        .flatMap(provider -> Vector.disputed(provider).stream())
        .map(
            vector ->
                DynamicTest.dynamicTest(
                    vector.provider().name() + " " + vector.name(), () -> decide(vector)));
  }

  @Test
  void decided_any_isADisputedVector() {
    assertEquals(
        DECIDED.keySet(),
        Set.copyOf(
            others()
                .flatMap(provider -> Vector.disputed(provider).stream())
                .map(vector -> vector.provider().name() + " " + vector.name())
                .toList()));
  }

  private static void decide(Vector vector) {
    String expected =
        Objects.requireNonNull(DECIDED.get(vector.provider().name() + " " + vector.name()));
    Vector.Stage stage = vector.stage();
    stage.receive(vector.delivery());
    Receipt receipt = stage.receipt();
    boolean refused = receipt.outcome() == Receipt.Outcome.REFUSED;
    assertEquals(expected, refused ? receipt.detail() : receipt.outcome().word());
    assertEquals(refused ? 0 : 1, stage.inbox().all().size(), "records");
  }

  private static void check(Vector vector) throws JsonProcessingException {
    // A library's own example is years older than the moment at which it is judged.
    Vector.Stage stage = vector.stage(Duration.ofDays(3650));

    Reply reply = stage.receive(vector.delivery());

    switch (String.valueOf(vector.expected("outcome"))) {
      case "refused" -> checkRefused(vector, stage, reply);
      case "answered" -> checkAnswered(vector, stage, reply);
      default -> checkRecorded(vector, stage, reply);
    }
  }

  private static void checkRefused(Vector vector, Vector.Stage stage, Reply reply) {
    Receipt receipt = stage.receipt();
    List<String> statuses = vector.allowed("status");
    assertAll(
        () -> assertEquals(Receipt.Outcome.REFUSED, receipt.outcome()),
        () -> assertTrue(vector.allowed("reason").contains(receipt.detail()), receipt::toString),
        () -> assertEquals("{\"error\":\"" + receipt.detail() + "\"}", reply.body()),
        () ->
            assertEquals(
                statuses.isEmpty()
                    ? vector.provider().refusalStatus()
                    : Integer.parseInt(statuses.getFirst()),
                reply.status()),
        () -> assertEquals(List.of(), stage.inbox().all(), "nothing is recorded"),
        () -> assertEquals(List.of(), stage.queue().pushed(), "nothing is pushed"));
  }

  private static void checkAnswered(Vector vector, Vector.Stage stage, Reply reply)
      throws JsonProcessingException {
    assertAll(
        () -> assertEquals(Receipt.Outcome.ANSWERED, stage.receipt().outcome()),
        () ->
            assertTrue(
                vector.allowed("status").contains(Integer.toString(reply.status())), "status"),
        () -> assertEquals(List.of(), stage.inbox().all(), "nothing is recorded"),
        () -> assertEquals(List.of(), stage.queue().pushed(), "nothing is pushed"));
    String type = vector.expected("contentType");
    String expected = String.valueOf(vector.expected("body"));
    if (type == null) {
      assertNull(reply.body());
    } else {
      String given = String.valueOf(reply.headers().get("content-type"));
      assertTrue(given.startsWith(type), given);
      String body = String.valueOf(reply.body());
      assertEquals(
          type.equals("application/json") ? JSON.readTree(expected) : expected,
          type.equals("application/json") ? JSON.readTree(body) : body);
    }
  }

  private static void checkRecorded(Vector vector, Vector.Stage stage, Reply reply) {
    Receipt receipt = stage.receipt();
    assertEquals(vector.expected("outcome"), receipt.outcome().word(), () -> "" + receipt.detail());
    InboxRecord record = stage.inbox().all().getFirst();
    List<String> ids = vector.allowed("eventId");
    List<String> types = vector.allowed("eventType");
    String time = vector.expected("occurredAt");
    assertAll(
        () -> assertEquals(vector.provider().successStatus(), reply.status()),
        () -> assertEquals(1, stage.inbox().all().size(), "records"),
        () -> assertEquals(1, stage.queue().pushed().size(), "pushes"),
        () -> assertEquals(vector.body(), record.body()),
        () -> assertNotNull(receipt.keyFingerprint()),
        // What nobody signed is shown beside the event and is never its ID.
        () ->
            assertTrue(
                ids.isEmpty()
                    || ids.contains(record.key().eventId())
                    || ids.contains(receipt.origin().deliveryId()),
                () -> ids + " " + record.key() + " " + receipt.origin()),
        () ->
            assertTrue(
                types.isEmpty() || types.contains(record.type()), () -> types + record.type()),
        () -> checkTime(vector, time, record.occurredAt()));

    stage.receive(vector.delivery());

    assertEquals(Receipt.Outcome.DUPLICATE, stage.receipt().outcome());
    assertEquals(1, stage.inbox().all().size(), "nothing new is recorded");
  }

  private static void checkTime(
      Vector vector, @Nullable String expected, @Nullable Instant occurredAt) {
    if (UNSIGNED_TIME.contains(vector.provider().name())) {
      assertNull(occurredAt);
    } else if (expected != null) {
      assertEquals(Instant.parse(expected), occurredAt);
    }
  }

  private static Stream<Provider> others() {
    List<Provider> deployed = Providers.deployed();
    return Providers.all().stream().filter(provider -> !deployed.contains(provider));
  }
}
