package dev.hookset.signing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.hookset.Body;
import dev.hookset.Delivery;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class VerifierTest {
  private static final Instant NOW = Instant.ofEpochSecond(1_780_315_200);
  private static final Duration TOLERANCE = Duration.ofMinutes(5);
  private static final Duration TICK = Duration.ofNanos(1);
  private static final int MOST = 64;

  private static final Scheme BODY = Scheme.hmacSha256("{body}").in("X-Sig", "sha256=").build();
  private static final Scheme TIMESTAMP =
      Scheme.hmacSha256("{timestamp}.{body}")
          .in("X-Sig", "v1=")
          .timestamp("X-Time", TimestampForm.UNIX_SECONDS)
          .build();
  private static final Scheme LIST =
      Scheme.hmacSha256("{body}")
          .in("X-Sig", "v1=")
          .list(",")
          .timestampInList("t=", TimestampForm.UNIX_SECONDS)
          .build();

  private static final String SECRET = "whsec_current";
  private static final String TEXT = "{\"id\":\"evt\"}";

  /** One of the ways in which a signature can come. */
  private enum Signature {
    GOOD,
    ABSENT,
    EMPTY,
    NO_PREFIX,
    SHORT,
    LONG,
    NO_HEX,
    WRONG;

    @Nullable Reason flaw() {
      return switch (this) {
        case GOOD -> null;
        case ABSENT, EMPTY -> Reason.MISSING_SIGNATURE;
        case NO_PREFIX, SHORT, LONG, NO_HEX -> Reason.MALFORMED_SIGNATURE;
        case WRONG -> Reason.INVALID_SIGNATURE;
      };
    }

    @Nullable String header(String prefix, String good) {
      return switch (this) {
        case GOOD -> prefix + good;
        case ABSENT -> null;
        case EMPTY -> "";
        case NO_PREFIX -> good + "x";
        case SHORT -> prefix + good.substring(1);
        case LONG -> prefix + good + "0";
        case NO_HEX -> prefix + "g" + good.substring(1);
        case WRONG -> prefix + (good.startsWith("0") ? "1" : "0") + good.substring(1);
      };
    }
  }

  /** One of the ways in which a timestamp can come. */
  private enum Timestamp {
    GOOD,
    ABSENT,
    EMPTY,
    JUNK,
    STALE,
    AHEAD;

    @Nullable Reason flaw() {
      return switch (this) {
        case GOOD -> null;
        case ABSENT, EMPTY -> Reason.MISSING_TIMESTAMP;
        case JUNK -> Reason.MALFORMED_TIMESTAMP;
        case STALE, AHEAD -> Reason.TIMESTAMP_OUT_OF_TOLERANCE;
      };
    }

    @Nullable String text() {
      return switch (this) {
        case GOOD -> seconds(NOW);
        case ABSENT -> null;
        case EMPTY -> "";
        case JUNK -> "now";
        case STALE -> seconds(NOW.minusSeconds(301));
        case AHEAD -> seconds(NOW.plusSeconds(301));
      };
    }
  }

  // the order of the judgement: every combination of flaws

  @TestFactory
  Stream<DynamicTest> verify_signedBodyWithAnyFlaws_namesTheFirst() {
    return combinations(
        (signature, timestamp, text) -> {
          Map<String, String> headers = new HashMap<>();
          put(headers, "X-Sig", signature.header("sha256=", hmac(SECRET, text)));
          return judge(BODY, headers, text);
        },
        false);
  }

  @TestFactory
  Stream<DynamicTest> verify_signedTimestampWithAnyFlaws_namesTheFirst() {
    return combinations(
        (signature, timestamp, text) -> {
          Map<String, String> headers = new HashMap<>();
          String time = timestamp.text();
          put(headers, "X-Time", time);
          put(headers, "X-Sig", signature.header("v1=", hmac(SECRET, time + "." + text)));
          return judge(TIMESTAMP, headers, text);
        },
        true);
  }

  @TestFactory
  Stream<DynamicTest> verify_signedBodyWithListWithAnyFlaws_namesTheFirst() {
    return combinations(
        (signature, timestamp, text) -> {
          Map<String, String> headers = new HashMap<>();
          String list = signature.header("v1=", hmac(SECRET, text));
          String time = timestamp.text();
          put(
              headers,
              "X-Sig",
              list == null || list.isEmpty() || time == null ? list : "t=" + time + "," + list);
          return judge(LIST, headers, text);
        },
        true);
  }

  private static Stream<DynamicTest> combinations(Judge judge, boolean hasTimestamp) {
    return Stream.of(Signature.values())
        .flatMap(
            signature ->
                Stream.of(Timestamp.values())
                    .flatMap(
                        timestamp ->
                            Stream.of(TEXT, "x".repeat(MOST + 1))
                                .map(
                                    text -> {
                                      Reason expected =
                                          first(
                                              text.length() > MOST ? Reason.BODY_TOO_LARGE : null,
                                              signature.flaw(),
                                              hasTimestamp ? timestamp.flaw() : null);
                                      return DynamicTest.dynamicTest(
                                          signature + " " + timestamp + " " + text.length(),
                                          () ->
                                              assertEquals(
                                                  expected,
                                                  judge.judge(signature, timestamp, text)));
                                    })));
  }

  /** The flaw that the contract's order, written down here again, names before the others. */
  private static @Nullable Reason first(@Nullable Reason... flaws) {
    List<Reason> order =
        List.of(
            Reason.BODY_TOO_LARGE,
            Reason.MISSING_SIGNATURE,
            Reason.MALFORMED_SIGNATURE,
            Reason.MISSING_TIMESTAMP,
            Reason.MALFORMED_TIMESTAMP,
            Reason.INVALID_SIGNATURE,
            Reason.TIMESTAMP_OUT_OF_TOLERANCE);
    List<@Nullable Reason> found = Arrays.asList(flaws);
    return order.stream().filter(found::contains).findFirst().orElse(null);
  }

  // the signature's form

  @Test
  void verify_hexInEitherCase_isAccepted() {
    String hex = hmac(SECRET, TEXT);

    assertNull(judge(BODY, Map.of("X-Sig", "sha256=" + hex.toUpperCase(Locale.ROOT)), TEXT));
    assertNull(judge(BODY, Map.of("x-sig", "sha256=" + hex), TEXT));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SHA256=%s", "Sha256=%s", " sha256=%s", "sha256= %s", "sha256=%s ", "sha256=%s,sha256=%s",
        "sha256=%s%s", "v1=%s", "%s", "sha256", "sha256=", "sha256=0x%s"
      })
  void verify_otherForm_isMalformed(String form) {
    String header = form.replace("%s", hmac(SECRET, TEXT));

    assertEquals(Reason.MALFORMED_SIGNATURE, judge(BODY, Map.of("X-Sig", header), TEXT));
  }

  @Test
  void verify_digitsThatAreNoAsciiHex_isMalformed() {
    // FULLWIDTH DIGIT ZERO and its like satisfy Character.digit.
    String header = "sha256=" + "\uFF10".repeat(64);

    assertEquals(Reason.MALFORMED_SIGNATURE, judge(BODY, Map.of("X-Sig", header), TEXT));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "t=%t,v1=%s |",
        "v1=%s,t=%t |",
        " t=%t , v1=%s |",
        "t=%t,v1=%w,v1=%s |",
        "t=%t,v1=%s,v1=%w |",
        "t=%t,v1=junk,v1=%s |",
        "t=%t,v1=,v1=%s |",
        "t=%t,v0=%w,foo=bar,baz,,v1=%s, |",
        "t=%t,t=%t,v1=%s |",
        "t=%t,v1=%w | INVALID_SIGNATURE",
        "t=%t,v1=junk,v1=%w | INVALID_SIGNATURE",
        "t=%t,v1=junk | MALFORMED_SIGNATURE",
        "t=%t,v1= | MALFORMED_SIGNATURE",
        "t=%t,v0=%s | MALFORMED_SIGNATURE",
        "t=%t,V1=%s | MALFORMED_SIGNATURE",
        "t=%t,%s | MALFORMED_SIGNATURE",
        "t=%t | MALFORMED_SIGNATURE",
        ", | MALFORMED_SIGNATURE",
        "t=%t;v1=%s | MALFORMED_SIGNATURE",
        "v1=%s | MISSING_TIMESTAMP",
        "T=%t,v1=%s | MISSING_TIMESTAMP",
        "t=,v1=%s | MISSING_TIMESTAMP",
        "t=,v1=%w | MISSING_TIMESTAMP",
        "t=%t,t=1,v1=%s | MALFORMED_TIMESTAMP",
        "t=%t,t=,v1=%s | MALFORMED_TIMESTAMP",
        "t=%t,t=0%t,v1=%s | MALFORMED_TIMESTAMP",
        "t=+%t,v1=%s | MALFORMED_TIMESTAMP",
        "t=2026-06-01T12:00:00Z,v1=%s | MALFORMED_TIMESTAMP",
        "t=%t,t=1,v1=junk | MALFORMED_SIGNATURE",
        "t=%t,t=1,v1=%w | MALFORMED_TIMESTAMP"
      })
  void verify_list_isReadElementByElement(String form, @Nullable Reason expected) {
    String header =
        form.replace("%s", hmac(SECRET, TEXT))
            .replace("%w", hmac("other", TEXT))
            .replace("%t", seconds(NOW));

    assertEquals(expected, judge(LIST, Map.of("X-Sig", header), TEXT));
  }

  @Test
  void verify_timestampWrittenOtherwiseThanSigned_isInvalid() {
    String time = seconds(NOW);
    String signature = "v1=" + hmac(SECRET, time + "." + TEXT);

    assertEquals(
        Reason.INVALID_SIGNATURE,
        judge(TIMESTAMP, Map.of("X-Sig", signature, "X-Time", "0" + time), TEXT));
  }

  @Test
  void verify_dotMovedBetweenTimestampAndBody_isInvalid() {
    String signature = "v1=" + hmac(SECRET, "1780315200.5.x");

    assertNull(judge(TIMESTAMP, Map.of("X-Sig", signature, "X-Time", "1780315200"), "5.x"));
    assertEquals(
        Reason.MALFORMED_TIMESTAMP,
        judge(TIMESTAMP, Map.of("X-Sig", signature, "X-Time", "1780315200.5"), "x"));
  }

  // limits

  @Test
  void verify_bodyExactlyAsLongAsMayBe_isAccepted() {
    String text = "x".repeat(MOST);

    assertNull(judge(BODY, Map.of("X-Sig", "sha256=" + hmac(SECRET, text)), text));
  }

  @TestFactory
  Stream<DynamicTest> verify_atTheEdgeOfTheTolerance_isJudgedToTheNanosecond() {
    Map<Instant, @Nullable Reason> clocks = new HashMap<>();
    clocks.put(NOW, null);
    clocks.put(NOW.plus(TOLERANCE), null);
    clocks.put(NOW.minus(TOLERANCE), null);
    clocks.put(NOW.plus(TOLERANCE).minus(TICK), null);
    clocks.put(NOW.minus(TOLERANCE).plus(TICK), null);
    clocks.put(NOW.plus(TOLERANCE).plus(TICK), Reason.TIMESTAMP_OUT_OF_TOLERANCE);
    clocks.put(NOW.minus(TOLERANCE).minus(TICK), Reason.TIMESTAMP_OUT_OF_TOLERANCE);
    return clocks.entrySet().stream()
        .flatMap(
            entry ->
                Stream.of(TIMESTAMP, LIST)
                    .map(
                        scheme ->
                            DynamicTest.dynamicTest(
                                scheme + " at " + entry.getKey(),
                                () ->
                                    assertEquals(
                                        entry.getValue(),
                                        judge(
                                            scheme,
                                            signed(scheme, SECRET),
                                            TEXT,
                                            keys(SECRET),
                                            entry.getKey())))));
  }

  @Test
  void verify_timestampFarAway_isOutOfToleranceAndNoError() {
    for (String time : List.of("0", "999999999999999")) {
      String signature = "v1=" + hmac(SECRET, time + "." + TEXT);
      assertEquals(
          Reason.TIMESTAMP_OUT_OF_TOLERANCE,
          judge(TIMESTAMP, Map.of("X-Sig", signature, "X-Time", time), TEXT));
    }
  }

  @Test
  void verify_schemeWithoutTimestamp_isAcceptedWhateverTheClock() {
    assertNull(judge(BODY, signed(BODY, SECRET), TEXT, keys(SECRET), Instant.EPOCH));
  }

  // keys

  @Test
  void verify_anyOfSeveralKeys_isAcceptedAndNamed() throws Exception {
    List<VerificationKey> keys =
        List.of(SharedSecret.of("first"), SharedSecret.of("second"), SharedSecret.of("third"));
    for (String secret : List.of("first", "second", "third")) {
      Verified verified = verifier(BODY, () -> keys, NOW).verify(delivery(signed(BODY, secret)));

      assertEquals(SharedSecret.of(secret).fingerprint(), verified.keyFingerprint());
    }
    assertEquals(
        Reason.INVALID_SIGNATURE, judge(BODY, signed(BODY, "fourth"), TEXT, () -> keys, NOW));
  }

  @Test
  void verify_invalidSignature_looksForNewerKeysOnce() {
    Rotating keys = new Rotating(List.of(), "first", "second");

    assertEquals(Reason.INVALID_SIGNATURE, judge(BODY, signed(BODY, "other"), TEXT, keys, NOW));

    assertEquals(List.of(keys.current), keys.looks);
  }

  @Test
  void verify_signatureOfANewerKey_isAcceptedAndNamed() throws Exception {
    Rotating keys = new Rotating(List.of(SharedSecret.of("newer")), "first");

    Verified verified = verifier(BODY, keys, NOW).verify(delivery(signed(BODY, "newer")));

    assertEquals(SharedSecret.of("newer").fingerprint(), verified.keyFingerprint());
    assertEquals(List.of(keys.current), keys.looks);
  }

  @Test
  void verify_staleSignatureOfANewerKey_isOutOfTolerance() {
    Rotating keys = new Rotating(List.of(SharedSecret.of("newer")), "first");

    assertEquals(
        Reason.TIMESTAMP_OUT_OF_TOLERANCE,
        judge(TIMESTAMP, signed(TIMESTAMP, "newer"), TEXT, keys, NOW.plusSeconds(301)));
  }

  @Test
  void verify_anythingButAnInvalidSignature_doesNotLookForNewerKeys() {
    Rotating keys = new Rotating(List.of(SharedSecret.of("newer")), SECRET);
    Map<String, String> good = signed(TIMESTAMP, SECRET);
    String signature = String.valueOf(good.get("X-Sig"));

    judge(TIMESTAMP, good, TEXT, keys, NOW);
    judge(TIMESTAMP, good, TEXT, keys, NOW.plusSeconds(301));
    judge(TIMESTAMP, good, "x".repeat(MOST + 1), keys, NOW);
    judge(TIMESTAMP, Map.of("X-Time", seconds(NOW)), TEXT, keys, NOW);
    judge(TIMESTAMP, Map.of("X-Time", seconds(NOW), "X-Sig", "v1=00"), TEXT, keys, NOW);
    judge(TIMESTAMP, Map.of("X-Sig", signature), TEXT, keys, NOW);
    judge(TIMESTAMP, Map.of("X-Time", "junk", "X-Sig", signature), TEXT, keys, NOW);

    assertEquals(List.of(), keys.looks);
  }

  @Test
  void verify_noKeys_saysSoWhateverTheSignature() {
    KeysUnavailable none =
        new KeysUnavailable(KeysUnavailable.Cause.NOT_CONFIGURED, "set ACME_WEBHOOK_SECRET");
    KeySource keys =
        () -> {
          throw none;
        };

    for (Map<String, String> headers : List.of(signed(BODY, SECRET), Map.<String, String>of())) {
      KeysUnavailable thrown =
          assertThrows(
              KeysUnavailable.class, () -> verifier(BODY, keys, NOW).verify(delivery(headers)));
      assertSame(none, thrown);
    }
  }

  @Test
  void verify_noKeysAndTooLarge_isRefusedAsTooLarge() {
    KeySource keys =
        () -> {
          throw new KeysUnavailable(KeysUnavailable.Cause.UNREACHABLE, "down");
        };

    assertEquals(
        Reason.BODY_TOO_LARGE, judge(BODY, signed(BODY, SECRET), "x".repeat(MOST + 1), keys, NOW));
  }

  // the proof

  @Test
  void verified_signedTimestamp_isThereWhereItWasSigned() throws Exception {
    assertEquals(NOW, verify(TIMESTAMP).signedTimestamp());
    assertNull(verify(LIST).signedTimestamp(), "t is not signed");
    assertNull(verify(BODY).signedTimestamp(), "there is none");
  }

  @Test
  void verified_delivery_isTheOneThatWasJudged() throws Exception {
    Delivery delivery = delivery(signed(BODY, SECRET));

    Verified verified = verifier(BODY, keys(SECRET), NOW).verify(delivery);

    assertSame(delivery, verified.delivery());
    assertSame(delivery.body(), verified.body());
  }

  @Test
  void refusal_any_saysTheReasonAndNothingElse() {
    for (Reason reason : Reason.values()) {
      Refusal refusal = new Refusal(reason);

      assertEquals(reason.name().toLowerCase(Locale.ROOT), refusal.getMessage());
      assertEquals(reason, refusal.reason());
      assertEquals(0, refusal.getStackTrace().length, "anybody can cause any number of them");
    }
  }

  /** A source whose keys have just changed, unless there are no newer ones. */
  private static final class Rotating implements KeySource {
    private final List<VerificationKey> newer;
    private final List<VerificationKey> current;
    private final List<List<VerificationKey>> looks = new ArrayList<>();

    Rotating(List<VerificationKey> newer, String... current) {
      this.newer = newer;
      this.current =
          Stream.of(current).<VerificationKey>map(secret -> SharedSecret.of(secret)).toList();
    }

    @Override
    public List<VerificationKey> keys() {
      return current;
    }

    @Override
    public List<VerificationKey> newerThan(List<VerificationKey> tried) {
      looks.add(tried);
      return newer;
    }
  }

  @FunctionalInterface
  private interface Judge {
    @Nullable Reason judge(Signature signature, Timestamp timestamp, String text);
  }

  private static Verified verify(Scheme scheme) throws Refusal, KeysUnavailable {
    return verifier(scheme, keys(SECRET), NOW).verify(delivery(signed(scheme, SECRET)));
  }

  private static @Nullable Reason judge(Scheme scheme, Map<String, String> headers, String text) {
    return judge(scheme, headers, text, keys(SECRET), NOW);
  }

  /** Returns the reason of the refusal; null if the delivery is believed. */
  private static @Nullable Reason judge(
      Scheme scheme, Map<String, String> headers, String text, KeySource keys, Instant clock) {
    Delivery delivery = new Delivery(headers, Body.ofUtf8(text), NOW);
    try {
      verifier(scheme, keys, clock).verify(delivery);
      return null;
    } catch (Refusal e) {
      return e.reason();
    } catch (KeysUnavailable e) {
      throw new AssertionError(e);
    }
  }

  private static Verifier verifier(Scheme scheme, KeySource keys, Instant clock) {
    return new Verifier(scheme, keys, TOLERANCE, MOST, InstantSource.fixed(clock));
  }

  private static KeySource keys(String secret) {
    List<VerificationKey> keys = List.of(SharedSecret.of(secret));
    return () -> keys;
  }

  private static Delivery delivery(Map<String, String> headers) {
    return new Delivery(headers, Body.ofUtf8(TEXT), NOW);
  }

  /** The headers of a delivery of {@link #TEXT} at {@link #NOW}. */
  private static Map<String, String> signed(Scheme scheme, String secret) {
    String time = seconds(NOW);
    return scheme.equals(BODY)
        ? Map.of("X-Sig", "sha256=" + hmac(secret, TEXT))
        : scheme.equals(LIST)
            ? Map.of("X-Sig", "t=" + time + ",v1=" + hmac(secret, TEXT))
            : Map.of("X-Time", time, "X-Sig", "v1=" + hmac(secret, time + "." + TEXT));
  }

  private static void put(Map<String, String> headers, String name, @Nullable String value) {
    if (value != null) {
      headers.put(name, value);
    }
  }

  private static String seconds(Instant instant) {
    return Long.toString(instant.getEpochSecond());
  }

  private static String hmac(String secret, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret.getBytes(UTF_8), "HmacSHA256"));
      return HexFormat.of().formatHex(mac.doFinal(text.getBytes(UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }
}
