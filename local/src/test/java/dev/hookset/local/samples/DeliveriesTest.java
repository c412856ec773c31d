package dev.hookset.local.samples;

import static dev.hookset.local.samples.CheckoutSamples.SAMPLES;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hookset.Body;
import dev.hookset.EventKey;
import dev.hookset.Form;
import dev.hookset.inbox.InboxRecord;
import dev.hookset.providers.Providers;
import dev.hookset.receive.Provider;
import dev.hookset.receive.Receipt;
import dev.hookset.signing.Scheme;
import java.net.URI;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Holds deliveries to what the genuine receivers make of them. */
final class DeliveriesTest {
  private static final Instant NOW = Instant.parse("2026-11-20T09:08:07.654321Z");
  private static final String ID = "0b8f2f3e-6c1d-4a57-9b7e-2f4d1c3a5e69";
  private static final String OTHER_ID = "5f0e4f1a-7d2b-4e58-8c6f-3a5e2d4b6f70";
  private static final DevelopmentKeys KEYS = new DevelopmentKeys(Map.of());
  private static final Deliveries DELIVERIES = new Deliveries(KEYS, SAMPLES);

  static List<Provider> providers() {
    return Providers.all();
  }

  static Stream<Arguments> providersAndTypes() {
    return providers().stream()
        .flatMap(
            provider -> SAMPLES.types(provider).stream().map(type -> Arguments.of(provider, type)));
  }

  @ParameterizedTest
  @MethodSource("providersAndTypes")
  void genuine_anyType_isAcceptedAsThatType(Provider provider, String type) {
    TestReceiver receiver = new TestReceiver(provider, KEYS, NOW);

    Receipt receipt = receiver.receive(DELIVERIES.genuine(provider, type, ID, NOW));

    assertEquals(Receipt.Outcome.ACCEPTED, receipt.outcome(), () -> "" + receipt.detail());
    assertEquals(type, receipt.type());
    InboxRecord record = receiver.record(key(receipt));
    Instant occurredAt = record.occurredAt();
    if (occurredAt != null) {
      assertEquals(NOW.truncatedTo(ChronoUnit.SECONDS), occurredAt.truncatedTo(ChronoUnit.SECONDS));
    } else {
      assertFalse(provider.scheme().signsTimestamp(), "a signed time dates it");
      assertEquals(List.of(), provider.timePaths(), "the sample says when");
    }
  }

  @ParameterizedTest
  @MethodSource("providers")
  void genuine_typeWithoutASample_isAcceptedAsThatType_orRefusedWithWhatIsExpected(
      Provider provider) {
    String like = SAMPLES.defaultType(provider);
    String type = like + "_by_hand";

    DeliveryRequest request;
    try {
      request = DELIVERIES.genuine(provider, type, ID, NOW);
    } catch (IllegalArgumentException e) {
      assertEquals(
          provider.title()
              + " can have no event of type '"
              + type
              + "', or its sample has to be added; one like "
              + like
              + " is expected",
          e.getMessage());
      return;
    }
    assertEquals(type, new TestReceiver(provider, KEYS, NOW).receive(request).type());
  }

  @ParameterizedTest
  @MethodSource("providers")
  void genuine_anyProvider_carriesTheHeadersThatSayWhatItIs(Provider provider) {
    DeliveryRequest request = DELIVERIES.genuine(provider, SAMPLES.defaultType(provider), ID, NOW);

    if (provider.typeHeader() != null) {
      assertEquals(SAMPLES.defaultType(provider), request.headers().get(provider.typeHeader()));
    }
    if (provider.deliveryHeader() != null) {
      assertEquals(ID, request.headers().get(provider.deliveryHeader()));
    }
    assertEquals(
        Form.read(request.body()) == null
            ? "application/json"
            : "application/x-www-form-urlencoded",
        request.headers().get("Content-Type"));
  }

  @ParameterizedTest
  @MethodSource("providers")
  void genuine_sentTwice_isADuplicate(Provider provider) {
    TestReceiver receiver = new TestReceiver(provider, KEYS, NOW);
    DeliveryRequest request = DELIVERIES.genuine(provider, SAMPLES.defaultType(provider), ID, NOW);

    receiver.receive(request);

    assertEquals(Receipt.Outcome.DUPLICATE, receiver.receive(request).outcome());
  }

  // The second push of a sender that names no event was a duplicate of the first, and handled
  // never.
  @ParameterizedTest
  @MethodSource("providersAndTypes")
  void genuine_otherId_isAnotherEvent(Provider provider, String type) {
    TestReceiver receiver = new TestReceiver(provider, KEYS, NOW);

    Receipt first = receiver.receive(DELIVERIES.genuine(provider, type, ID, NOW));
    Receipt second = receiver.receive(DELIVERIES.genuine(provider, type, OTHER_ID, NOW));

    assertNotEquals(key(first), key(second));
    assertEquals(Receipt.Outcome.ACCEPTED, second.outcome());
  }

  @ParameterizedTest
  @MethodSource("providers")
  void genuine_bodyFromElsewhere_isSentAsItStands(Provider provider) {
    TestReceiver receiver = new TestReceiver(provider, KEYS, NOW);
    Body body = Body.copyOf(new byte[] {'{', '"', (byte) 0xff, '\n', 0});

    DeliveryRequest request = DELIVERIES.genuine(provider, body, ID, NOW);

    assertEquals(body, request.body());
    Receipt.Outcome outcome = receiver.receive(request).outcome();
    boolean takesBytes = outcome == Receipt.Outcome.ACCEPTED;
    // Linear's time stands in the body, so that one without is refused.
    assertEquals(
        provider.name().equals("linear")
            ? Receipt.Outcome.QUARANTINED
            : takesBytes ? Receipt.Outcome.ACCEPTED : Receipt.Outcome.QUARANTINED,
        outcome);
  }

  @Test
  void genuine_typeThatNoHeaderCanHold_goesWithoutThatHeader() {
    Provider github = Providers.named("github").orElseThrow();

    DeliveryRequest request = DELIVERIES.genuine(github, "a\r\nb", Body.ofUtf8("{}"), "ü", NOW);

    assertEquals(
        List.of("Content-Type", "X-Hub-Signature-256"), List.copyOf(request.headers().keySet()));
  }

  @ParameterizedTest
  @MethodSource("providersAndTypes")
  void forged_anyType_isRefusedForItsSignature(Provider provider, String type) {
    DeliveryRequest genuine = DELIVERIES.genuine(provider, type, ID, NOW);

    DeliveryRequest forged = DELIVERIES.forged(genuine);

    assertEquals(1, differingBytes(genuine.body(), forged.body()));
    assertTrue(
        Json.readIfJson(forged.body()).isContainerNode() || Form.read(forged.body()) != null,
        "still what it was");
    assertRefused("invalid_signature", forged);
  }

  @Test
  void forged_whereATokenComesAlong_cannotBeMade() {
    DevelopmentKeys token = new DevelopmentKeys(Map.of("GITLAB_WEBHOOK_SECRET", "a plain token"));
    Deliveries deliveries = new Deliveries(token, SAMPLES);
    Provider gitlab = Providers.named("gitlab").orElseThrow();
    DeliveryRequest genuine = deliveries.genuine(gitlab, "Push Hook", ID, NOW);

    assertEquals("a plain token", genuine.headers().get("X-Gitlab-Token"));
    assertEquals(
        Receipt.Outcome.ACCEPTED, new TestReceiver(gitlab, token, NOW).receive(genuine).outcome());
    assertEquals(
        "GitLab sends a plain token and signs nothing: a changed body is accepted",
        assertThrows(IllegalArgumentException.class, () -> deliveries.forged(genuine))
            .getMessage());
    assertThrows(
        IllegalArgumentException.class, () -> deliveries.stale(gitlab, "Push Hook", ID, NOW));
  }

  @Test
  void tampered_bodyWithoutDigitsOrWithoutBytes_differsAllTheSame() {
    DeliveryRequest noDigits = DELIVERIES.genuine(lamba(), Body.ofUtf8("{}"), ID, NOW);
    DeliveryRequest noBytes = DELIVERIES.genuine(lamba(), Body.ofUtf8(""), ID, NOW);

    assertAll(
        () -> assertRefused("invalid_signature", noDigits.tampered()),
        () -> assertRefused("invalid_signature", noBytes.tampered()));
  }

  @ParameterizedTest
  @MethodSource("providersAndTypes")
  void stale_anyType_isRefusedForItsAge_orCannotBe(Provider provider, String type) {
    if (provider.scheme().hasTimestamp() || !provider.timePaths().isEmpty()) {
      assertRefused("timestamp_out_of_tolerance", DELIVERIES.stale(provider, type, ID, NOW));
    } else {
      assertEquals(
          "no delivery of " + provider.title() + " is too old: " + provider.replay(),
          assertThrows(
                  IllegalArgumentException.class, () -> DELIVERIES.stale(provider, type, ID, NOW))
              .getMessage());
    }
  }

  @ParameterizedTest
  @MethodSource("providers")
  void stale_bodyFromElsewhere_isRefusedOrCannotBeMade(Provider provider) {
    Body body = SAMPLES.body(provider, SAMPLES.defaultType(provider), ID, NOW);
    Scheme.Timestamp timestamp = provider.scheme().timestamp();
    if (timestamp != null && timestamp.place() != Scheme.Timestamp.Place.MEMBER) {
      assertRefused("timestamp_out_of_tolerance", DELIVERIES.stale(provider, body, ID, NOW));
    } else {
      IllegalArgumentException thrown =
          assertThrows(
              IllegalArgumentException.class, () -> DELIVERIES.stale(provider, body, ID, NOW));
      assertEquals(
          "a delivery of "
              + provider.name()
              + " carries no timestamp; to make one stale, put an old time into its body",
          thrown.getMessage());
    }
  }

  // Whoever asked a function for its new secret left an event behind, which its handlers got.
  @ParameterizedTest
  @MethodSource("providers")
  void outdated_anyProvider_isRefusedForItsAge_orThereIsNone(Provider provider) {
    DeliveryRequest request = DELIVERIES.outdated(provider, ID, NOW);

    if (request == null) {
      assertFalse(provider.scheme().hasTimestamp());
      assertEquals(List.of(), provider.timePaths());
    } else {
      assertRefused("timestamp_out_of_tolerance", request);
    }
  }

  @Test
  void genuine_senderThatSignsTheAddress_isSignedForTheOneItGoesTo() {
    Provider twilio = Providers.named("twilio").orElseThrow();
    String url = "https://hooks.example.com/webhooks/twilio";
    TestReceiver receiver = new TestReceiver(twilio, KEYS, NOW);
    DeliveryRequest there =
        DELIVERIES.to(URI.create(url)).genuine(twilio, "message.delivered", ID, NOW);

    assertEquals(Receipt.Outcome.ACCEPTED, receiver.receive(there, url).outcome());
    assertEquals("invalid_signature", receiver.receive(there, url + "2").detail());
  }

  @ParameterizedTest
  @MethodSource("providers")
  void request_printed_showsNeitherSignatureNorBody(Provider provider) {
    DeliveryRequest request = DELIVERIES.genuine(provider, SAMPLES.defaultType(provider), ID, NOW);

    assertTrue(
        request
            .toString()
            .matches("DeliveryRequest\\[[a-z-]+, \\d headers, Body\\[\\d+ bytes\\]\\]"),
        request::toString);
  }

  private static void assertRefused(String reason, DeliveryRequest request) {
    Receipt receipt = new TestReceiver(request.provider(), KEYS, NOW).receive(request);
    assertEquals(Receipt.Outcome.REFUSED, receipt.outcome());
    assertEquals(reason, receipt.detail());
  }

  private static long differingBytes(Body one, Body other) {
    byte[] first = one.toByteArray();
    byte[] second = other.toByteArray();
    assertEquals(first.length, second.length);
    long count = 0;
    for (int i = 0; i < first.length; i++) {
      count += first[i] == second[i] ? 0 : 1;
    }
    return count;
  }

  private static EventKey key(Receipt receipt) {
    return Objects.requireNonNull(receipt.key(), "the key of what was believed");
  }

  private static Provider lamba() {
    return Providers.named("lamba").orElseThrow();
  }
}
