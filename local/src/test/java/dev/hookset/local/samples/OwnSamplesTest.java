package dev.hookset.local.samples;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hookset.Body;
import dev.hookset.receive.Provider;
import dev.hookset.receive.Receipt;
import dev.hookset.receive.Shown;
import dev.hookset.receive.Signed;
import dev.hookset.signing.Scheme;
import dev.hookset.signing.TimestampForm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A sender of one's own has samples as the catalogue's have, and what was captured is one. */
final class OwnSamplesTest {
  private static final Instant NOW = Instant.parse("2026-11-20T09:08:07.654321Z");
  private static final String ID = "0b8f2f3e-6c1d-4a57-9b7e-2f4d1c3a5e69";
  private static final String BARE = "0b8f2f3e6c1d4a579b7e2f4d1c3a5e69";

  private static final Provider ACME =
      Provider.named("acme")
          .signs(
              Scheme.hmacSha512("{timestamp}.{body}")
                  .in("X-Acme-Signature", "v1=")
                  .timestamp("X-Acme-Timestamp", TimestampForm.UNIX_SECONDS))
          .id(Signed.member("order.id"))
          .type(Shown.header("X-Acme-Topic"))
          .occurredAt(TimestampForm.RFC3339, "at")
          .environment("MODE", Signed.member("mode"), Map.of("live", "live", "sandbox", "test"))
          .form("json")
          .keyIn("in the tests")
          .build();

  private static final String CAPTURED =
      """
      {"order.paid": {"order": {"id": "ord_9f8e7d6c5b4a", "seen": 17},
        "at": "2026-01-02T03:04:05.678+01:00", "due": "2026-01-09T02:04:05Z", "mode": "live",
        "link": "https://acme.example/orders/9f8e7d6c5b4a"},
       "order.lost": "json=%7B%22order%22%3A%7B%22id%22%3A%22ord_9f8e7d6c5b4a%22%7D%7D&v=2"}
      """;

  @TempDir
  @SuppressWarnings("NullAway.Init") // JUnit sets it.
  private Path checkout;

  @BeforeEach
  void keep() throws IOException {
    write(CAPTURED);
  }

  private void write(String text) throws IOException {
    Path folder = checkout.resolve("functions/src/test/resources/samples");
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("acme.json"), text);
  }

  @Test
  void body_thatWasCaptured_isAnEventOfItsOwnThatHappensNow() {
    JsonNode body = Json.readIfJson(new Samples(checkout).body(ACME, "order.paid", ID, NOW));

    assertAll(
        () -> assertEquals("ord_" + BARE, body.path("order").path("id").textValue()),
        () -> assertEquals("2026-11-20T09:08:07.654321Z", body.path("at").textValue()),
        () -> assertEquals("2026-11-27T09:08:06Z", body.path("due").textValue(), "a week later"),
        () -> assertEquals("sandbox", body.path("mode").textValue()),
        () -> assertEquals("https://acme.example/orders/" + BARE, body.path("link").textValue()),
        () -> assertEquals(17, body.path("order").path("seen").intValue()));
  }

  @Test
  void body_thatIsAForm_staysOne() {
    Body body = new Samples(checkout).body(ACME, "order.lost", ID, NOW);

    assertEquals(
        "json=%7B%22order%22%3A%7B%22id%22%3A%22ord_" + BARE + "%22%7D%7D&v=2", body.utf8());
  }

  @Test
  void deliveries_ofIt_areJudgedAsTheyShould() {
    DevelopmentKeys keys = new DevelopmentKeys(Map.of());
    Deliveries deliveries = new Deliveries(keys, new Samples(checkout));
    for (String type : deliveries.samples().types(ACME)) {
      TestReceiver receiver = new TestReceiver(ACME, keys, NOW);
      DeliveryRequest genuine = deliveries.genuine(ACME, type, ID, NOW);

      Receipt receipt = receiver.receive(genuine);

      assertEquals(Receipt.Outcome.ACCEPTED, receipt.outcome());
      assertEquals(type, receipt.type());
      assertEquals("ord_" + BARE, Objects.requireNonNull(receipt.key()).eventId());
      assertEquals("invalid_signature", receiver.receive(deliveries.forged(genuine)).detail());
      assertEquals(
          "timestamp_out_of_tolerance",
          receiver.receive(deliveries.stale(ACME, type, ID, NOW)).detail());
    }
  }

  // Saved files were read when the class was loaded: a sample that was added took another start.
  @Test
  void types_ofAFileThatWasChanged_areThoseOfTheNextReader() throws IOException {
    assertEquals(List.of("order.paid", "order.lost"), new Samples(checkout).types(ACME));

    write("{\"order.found\": {}}");

    assertEquals(List.of("order.found"), new Samples(checkout).types(ACME));
  }

  @Test
  void body_whereNothingNamesTheEvent_isAnotherEachTime() throws IOException {
    write("{\"order.paid\": {\"total\": 3}}");

    Body one = new Samples(checkout).body(ACME, "order.paid", ID, NOW);
    Body other = new Samples(checkout).body(ACME, "order.paid", ID + "1", NOW);

    assertNotEquals(one, other);
    assertEquals("{\"total\":3,\"hookset_sample\":\"" + ID + "\"}", one.utf8());
  }

  @Test
  void types_withoutAFile_sayWhichFileIsMissing() throws IOException {
    Path file = checkout.resolve("functions/src/test/resources/samples/acme.json");
    Files.delete(file);

    assertEquals(
        "there are no samples of acme: "
            + file
            + " is not there; it is an object with a body by type",
        assertThrows(IllegalArgumentException.class, () -> new Samples(checkout).types(ACME))
            .getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{}", "[]", "{\"a\":1}", "{\"a\":{}", "{\"a\":null}"})
  void types_ofAFileThatIsNone_sayWhatIsExpected(String text) throws IOException {
    write(text);

    IllegalArgumentException thrown =
        assertThrows(IllegalArgumentException.class, () -> new Samples(checkout).types(ACME));

    assertTrue(
        String.valueOf(thrown.getMessage())
            .endsWith(
                "acme.json is no file of samples: an object is expected, which has by type a body:"
                    + " an object, an array, or, for a form, a string"));
  }
}
