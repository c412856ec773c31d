package dev.hookset.local.samples;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hookset.Body;
import dev.hookset.EventKey;
import dev.hookset.inbox.InboxRecord;
import dev.hookset.providers.Providers;
import dev.hookset.receive.Provider;
import dev.hookset.receive.Receipt;
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
  private static final Deliveries DELIVERIES = new Deliveries(KEYS);

  static List<Provider> providers() {
    return Providers.deployed();
  }

  static Stream<Arguments> providersAndTypes() {
    return providers().stream()
        .flatMap(
            provider ->
                Stream.concat(
                        Samples.types(provider).stream(),
                        Stream.of(
                            provider.name().equals("lamina") ? "run.cancelled" : "custom.type"))
                    .map(type -> Arguments.of(provider, type)));
  }

  @ParameterizedTest
  @MethodSource("providersAndTypes")
  void genuine_anyType_isAcceptedAsThatType(Provider provider, String type) {
    TestReceiver receiver = new TestReceiver(provider, KEYS, NOW);

    Receipt receipt = receiver.receive(DELIVERIES.genuine(provider, type, ID, NOW));

    assertEquals(Receipt.Outcome.ACCEPTED, receipt.outcome());
    assertEquals(type, receipt.type());
    InboxRecord record = receiver.record(key(receipt));
    Instant occurredAt = Objects.requireNonNull(record.occurredAt(), "a readable time");
    assertEquals(NOW.truncatedTo(ChronoUnit.SECONDS), occurredAt.truncatedTo(ChronoUnit.SECONDS));
    assertFalse(record.key().eventId().startsWith("sha256:"), "the body names its event itself");
  }

  @ParameterizedTest
  @MethodSource("providers")
  void genuine_anyProvider_carriesEveryHeaderThatItsRecordKeeps(Provider provider) {
    TestReceiver receiver = new TestReceiver(provider, KEYS, NOW);

    Receipt receipt =
        receiver.receive(DELIVERIES.genuine(provider, Samples.defaultType(provider), ID, NOW));

    assertEquals(provider.keptHeaders().size(), receipt.headers().size());
  }

  @ParameterizedTest
  @MethodSource("providers")
  void genuine_sentTwice_isADuplicate(Provider provider) {
    TestReceiver receiver = new TestReceiver(provider, KEYS, NOW);
    DeliveryRequest request = DELIVERIES.genuine(provider, Samples.defaultType(provider), ID, NOW);

    receiver.receive(request);

    assertEquals(Receipt.Outcome.DUPLICATE, receiver.receive(request).outcome());
  }

  @ParameterizedTest
  @MethodSource("providers")
  void genuine_otherId_isAnotherEvent(Provider provider) {
    TestReceiver receiver = new TestReceiver(provider, KEYS, NOW);
    String type = Samples.defaultType(provider);

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
    assertEquals(Receipt.Outcome.QUARANTINED, receiver.receive(request).outcome());
  }

  @Test
  void genuine_bodyWithTypeThatNoHeaderCanHold_goesWithoutThatHeader() {
    DeliveryRequest request =
        DELIVERIES.genuine(
            lamba(), Body.ofUtf8("{\"type\":\"a\\r\\nb\",\"workspaceId\":\"wrk_ü\"}"), ID, NOW);

    assertEquals(
        List.of("Content-Type", "X-Lamba-Timestamp", "X-Lamba-Signature", "X-Lamba-Delivery"),
        List.copyOf(request.headers().keySet()));
  }

  @ParameterizedTest
  @MethodSource("providersAndTypes")
  void tampered_anyType_isRefusedForItsSignature(Provider provider, String type) {
    DeliveryRequest genuine = DELIVERIES.genuine(provider, type, ID, NOW);

    DeliveryRequest tampered = genuine.tampered();

    assertEquals(1, differingBytes(genuine.body(), tampered.body()));
    assertTrue(Json.readIfJson(tampered.body()).isObject(), "still JSON");
    assertRefused("invalid_signature", tampered);
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
  void stale_anyType_isRefusedForItsAge(Provider provider, String type) {
    assertRefused("timestamp_out_of_tolerance", DELIVERIES.stale(provider, type, ID, NOW));
  }

  @ParameterizedTest
  @MethodSource("providers")
  void stale_bodyFromElsewhere_isRefusedOrCannotBeMade(Provider provider) {
    Body body = Samples.body(provider, Samples.defaultType(provider), ID, NOW);
    if (provider.scheme().hasTimestamp()) {
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

  @ParameterizedTest
  @MethodSource("providers")
  void request_printed_showsNeitherSignatureNorBody(Provider provider) {
    DeliveryRequest request = DELIVERIES.genuine(provider, Samples.defaultType(provider), ID, NOW);

    assertTrue(
        request
            .toString()
            .matches("DeliveryRequest\\[[a-z]+, \\d headers, Body\\[\\d+ bytes\\]\\]"),
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
