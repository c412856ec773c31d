package dev.hookset.local.samples;

import static dev.hookset.local.samples.CheckoutSamples.SAMPLES;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hookset.Body;
import dev.hookset.Event;
import dev.hookset.EventKey;
import dev.hookset.payloads.LaminaRun;
import dev.hookset.payloads.LemmaIncidentEvent;
import dev.hookset.payloads.LucidEvent;
import dev.hookset.payloads.LymnusEvent;
import dev.hookset.providers.Providers;
import dev.hookset.receive.Provider;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Holds the samples to what the providers document. */
final class SamplesTest {
  private static final Instant NOW = Instant.parse("2026-11-20T09:08:07.654321Z");
  private static final String ID = "0b8f2f3e-6c1d-4a57-9b7e-2f4d1c3a5e69";

  /** The members of the documented examples, in their order. */
  private static final Map<String, List<String>> DOCUMENTED =
      Map.of(
          "lamina", List.of("data"),
          "lemma", List.of("event", "timestamp", "projectId", "incident"),
          "lamba",
              List.of("id", "type", "workspaceId", "projectId", "environment", "createdAt", "data"),
          "lucid", List.of("id", "type", "timestamp", "data"),
          "lymnus", List.of("id", "event", "created", "livemode", "api_version", "data"));

  static List<Provider> providers() {
    return Providers.deployed();
  }

  @ParameterizedTest
  @MethodSource("providers")
  void types_anyProvider_areListedOnceEach(Provider provider) {
    List<String> types = SAMPLES.types(provider);

    assertEquals(types.size(), new HashSet<>(types).size());
    assertEquals(types.getFirst(), SAMPLES.defaultType(provider));
  }

  @ParameterizedTest
  @MethodSource("providers")
  void body_anyType_hasTheDocumentedMembers(Provider provider) {
    assertAll(
        SAMPLES.types(provider).stream()
            .map(
                type ->
                    () ->
                        assertEquals(
                            DOCUMENTED.get(provider.name()),
                            names(Json.readIfJson(SAMPLES.body(provider, type, ID, NOW))),
                            type)));
  }

  @ParameterizedTest
  @MethodSource("providers")
  void body_sameArguments_sameBytes(Provider provider) {
    String type = SAMPLES.defaultType(provider);

    assertEquals(SAMPLES.body(provider, type, ID, NOW), SAMPLES.body(provider, type, ID, NOW));
  }

  @ParameterizedTest
  @MethodSource("providers")
  void body_documentedType_hasDataOfItsOwn(Provider provider) {
    assertAll(
        SAMPLES.types(provider).stream()
            .map(
                type ->
                    () -> {
                      JsonNode body = Json.readIfJson(SAMPLES.body(provider, type, ID, NOW));
                      String object = provider.name().equals("lemma") ? "incident" : "data";
                      assertFalse(body.path(object).isEmpty(), type);
                    }));
  }

  @Test
  void body_ofLamina_isARunToItsPayload() {
    LaminaRun completed = LaminaRun.of(event("lamina", "run.completed"));
    LaminaRun failed = LaminaRun.of(event("lamina", "run.failed"));

    assertEquals(ID, completed.runId());
    assertEquals("completed", completed.status());
    assertEquals(Instant.parse("2026-11-20T09:08:07.654Z"), completed.completedAt());
    assertEquals("https://cdn.example.com/" + ID + ".png", completed.outputs().getFirst().value());
    assertNull(completed.errorMessage());
    assertEquals("failed", failed.status());
    assertEquals("the run ended as failed: out of credits", failed.errorMessage());
    assertNull(failed.outputs().getFirst().value());
  }

  @Test
  void body_ofLemma_hasARootCauseOnlyWhereAnalyzed() {
    for (String type : SAMPLES.types(provider("lemma"))) {
      var incident =
          Objects.requireNonNull(LemmaIncidentEvent.of(event("lemma", type)).incident(), type);

      assertEquals(type.equals("incident.analyzed"), incident.json().has("rootCause"), type);
      assertEquals(
          switch (type) {
            case "incident.resolved" -> "resolved";
            case "incident.dismissed" -> "dismissed";
            default -> "unresolved";
          },
          incident.status());
    }
  }

  @Test
  void body_ofLucidReceipt_isOneToItsPayload() {
    var data =
        Objects.requireNonNull(LucidEvent.of(event("lucid", "receipt.created")).data(), "data");

    assertEquals("gpt-4o", data.model());
    assertEquals(320L, data.outputTokens());
    assertEquals(true, data.signatureValid());
  }

  @Test
  void body_ofLymnusExtraction_isOneToItsPayload() {
    LymnusEvent event = LymnusEvent.of(event("lymnus", "extraction.completed"));
    var data = Objects.requireNonNull(event.data(), "data");

    assertEquals(ID, event.id());
    assertEquals(false, event.livemode());
    assertEquals(847L, data.totalRecords());
  }

  @Test
  void body_ofLaminaWithForeignType_isRefusedWithWhatIsExpected() {
    for (String type : List.of("incident.created", "run.", "run")) {
      IllegalArgumentException thrown =
          assertThrows(
              IllegalArgumentException.class,
              () -> SAMPLES.body(provider("lamina"), type, ID, NOW));
      assertTrue(
          String.valueOf(thrown.getMessage())
              .matches(
                  "Lamina can have no event of type '\\Q"
                      + type
                      + "\\E', or its sample has to be added; one like run\\.[a-z]+ is expected"),
          thrown::getMessage);
    }
  }

  @Test
  void body_awkwardTypeAndId_isStillJson() {
    Body body = SAMPLES.body(provider("lucid"), "a\"b\\c\n", "x\"y", NOW);

    JsonNode json = Json.readIfJson(body);
    assertEquals("a\"b\\c\n", json.path("type").textValue());
    assertEquals("evt_x\"y", json.path("id").textValue());
  }

  private static List<String> names(JsonNode object) {
    Iterable<String> names = object::fieldNames;
    return StreamSupport.stream(names.spliterator(), false).toList();
  }

  private static Event event(String provider, String type) {
    return new Event(
        new EventKey(provider, "1"),
        type,
        null,
        null,
        SAMPLES.body(provider(provider), type, ID, NOW));
  }

  private static Provider provider(String name) {
    return Providers.named(name).orElseThrow();
  }
}
