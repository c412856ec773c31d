package dev.hookset.signing;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hookset.Body;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class Ed25519PublicKeyTest {
  private static final Body EMPTY = Body.ofUtf8("");

  /** RFC 8032, section 7.1, test 1: a signature over nothing. */
  private static final String KEY_1 =
      "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";

  private static final String SIGNATURE_1 =
      "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555"
          + "fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b";

  /** RFC 8032, section 7.1, test 2: a signature over the byte 0x72. */
  private static final String KEY_2 =
      "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c";

  private static final String SIGNATURE_2 =
      "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da0"
          + "85ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00";

  // what is read

  @Test
  void readAll_oneJwk_isThatKey() {
    assertKeys(List.of(KEY_1), jwk(KEY_1));
  }

  @Test
  void readAll_bareJwk_needsNeitherUseNorAlg() {
    assertKeys(
        List.of(KEY_1), "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"" + base64Url(KEY_1) + "\"}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"EdDSA", "Ed25519"})
  void readAll_jwkOfEitherNameOfTheAlgorithm_isThatKey(String alg) {
    assertKeys(List.of(KEY_1), jwk(KEY_1).replace("\"EdDSA\"", "\"" + alg + "\""));
  }

  @Test
  void readAll_jwkWithPaddedX_isThatKey() {
    assertKeys(List.of(KEY_1), jwk(KEY_1).replace(base64Url(KEY_1), base64Url(KEY_1) + "="));
  }

  @Test
  void readAll_jwkWithOtherMembers_ignoresThem() {
    assertKeys(
        List.of(KEY_1),
        jwk(KEY_1)
            .replace(
                "{\"kty\"", "{\"kid\":1,\"key_ops\":[\"verify\",{\"x\":\"no\"}],\"a\":{},\"kty\""));
  }

  @Test
  void readAll_set_isItsKeysInOrder() {
    assertKeys(List.of(KEY_2, KEY_1), set(jwk(KEY_2), jwk(KEY_1)));
  }

  @Test
  void readAll_setWithAKeyTwice_isThatKeyOnce() {
    assertKeys(
        List.of(KEY_1, KEY_2),
        set(jwk(KEY_1), jwk(KEY_2), jwk(KEY_1).replace("\"k1\"", "\"other kid\"")));
  }

  @Test
  void readAll_setWithForeignEntries_ignoresThem() {
    assertKeys(
        List.of(KEY_1),
        set(
            "{\"kty\":\"RSA\",\"n\":\"AQAB\",\"e\":\"AQAB\"}",
            "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"" + base64Url(KEY_2) + "\"}",
            "{\"kty\":\"OKP\",\"crv\":\"X25519\",\"x\":\"" + base64Url(KEY_2) + "\"}",
            "{\"kty\":\"OKP\",\"crv\":\"Ed448\",\"x\":\"" + base64Url(KEY_2) + "\"}",
            jwk(KEY_2).replace("\"sig\"", "\"enc\""),
            jwk(KEY_2).replace("\"EdDSA\"", "\"ES256\""),
            "{}",
            "null",
            "1",
            "[]",
            "\"" + base64Url(KEY_2) + "\"",
            jwk(KEY_1)));
  }

  @Test
  void readAll_setWithADishonestKey_leavesItOut() {
    assertKeys(List.of(KEY_1), set(jwk("01" + "00".repeat(31)), jwk(KEY_1), jwk("00".repeat(32))));
  }

  @Test
  void readAll_derInBase64_isThatKey() {
    assertKeys(List.of(KEY_1), der(KEY_1));
  }

  @Test
  void readAll_blanksAround_areIgnored() {
    assertKeys(List.of(KEY_1), "\n  " + der(KEY_1) + "\r\n");
    assertKeys(List.of(KEY_1), "\n\t " + jwk(KEY_1) + " \n");
    assertKeys(List.of(KEY_1), der(KEY_1).substring(0, 30) + "\n" + der(KEY_1).substring(30));
  }

  // what is refused

  /** The eight points whose order divides the cofactor, and the other ways to write them. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "0100000000000000000000000000000000000000000000000000000000000000",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0000000000000000000000000000000000000000000000000000000000000080",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
        // not canonical
        "0100000000000000000000000000000000000000000000000000000000000080",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
      })
  void readAll_pointOfLowOrder_isRefused(String hex) {
    assertRefusedHoweverWritten(hex);
  }

  /** Key 1 plus a point of order 8, 4 and 2; computed apart from this code. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "3b5b475c4b82dd1572799fc546f4c6c03e478c6654aa4c7f945b347ea32af60d",
        "40c7570f4dd54835b9131184410ed4a0cc93e7d9ad053cbc6d07a62426999582",
        "16a567fe7d4ef5482ab4012c369bf8c5f11e8d0c2559dcda50fde59708f8aee5"
      })
  void readAll_pointOfMixedOrder_isRefused(String hex) {
    assertRefusedHoweverWritten(hex);
  }

  /** The {@code y} of each is smaller than p and stands for no {@code x}. */
  @ParameterizedTest
  @ValueSource(strings = {"02", "07", "08", "0b"})
  void readAll_noPointOfTheCurve_isRefused(String firstByte) {
    assertRefusedHoweverWritten(firstByte + "00".repeat(31));
  }

  /** These are points, but written with a {@code y} of p and more. */
  @ParameterizedTest
  @ValueSource(strings = {"f0", "f1", "f2", "f3", "f6", "f7"})
  void readAll_pointThatIsNotCanonical_isRefused(String firstByte) {
    assertRefusedHoweverWritten(firstByte + "ff".repeat(30) + "7f");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 31, 33, 64})
  void readAll_wrongLength_isRefused(int length) {
    String hex = KEY_1.repeat(3).substring(0, 2 * length);

    assertRefusedHoweverWritten(hex);
  }

  @ParameterizedTest
  @MethodSource
  void readAll_junk_isRefusedWithoutRepeatingIt(String text) {
    assertRefused(text);
  }

  static Stream<String> readAll_junk_isRefusedWithoutRepeatingIt() {
    String x = base64Url(KEY_1);
    return Stream.of(
        "",
        " ",
        "null",
        "[]",
        "{}",
        "{",
        "}",
        "{\"keys\":[]}",
        "{\"keys\":{}}",
        "{\"keys\":null}",
        "{\"keys\":\"" + x + "\"}",
        "[" + jwk(KEY_1) + "]",
        jwk(KEY_1) + jwk(KEY_1),
        jwk(KEY_1) + "x",
        x,
        KEY_1,
        "whsec_" + x,
        "lma_0123456789",
        "-----BEGIN PUBLIC KEY-----\n" + der(KEY_1) + "\n-----END PUBLIC KEY-----\n",
        // X25519, Ed448 by its name, a DER with one byte more or less
        base64("302a300506032b656e032100" + KEY_1),
        base64("302a300506032b6571032100" + KEY_1),
        base64("302a300506032b6570032100" + KEY_1 + "00"),
        base64("302a300506032b6570032100" + KEY_1.substring(2)),
        jwk(KEY_1).replace(x, ""),
        jwk(KEY_1).replace(x, "!" + x),
        jwk(KEY_1).replace(x, x + " "),
        jwk(KEY_1).replace(x, x + "=="),
        jwk(KEY_1).replace(x, base64(KEY_2).replace('A', '+')),
        jwk(KEY_1).replace("\"" + x + "\"", "1"),
        jwk(KEY_1).replace("\"" + x + "\"", "[\"" + x + "\"]"),
        jwk(KEY_1).replace("OKP", "okp"),
        jwk(KEY_1).replace("Ed25519", "ed25519"),
        jwk(KEY_1).replace("\"sig\"", "\"enc\""),
        jwk(KEY_1).replace("\"EdDSA\"", "\"HS256\""),
        "{\"a\":".repeat(5000) + "1" + "}".repeat(5000),
        "{\"keys\":" + "[".repeat(5000) + "]".repeat(5000) + "}");
  }

  @Test
  void readAll_anyPrefixOfASet_isRefused() {
    String set = set(jwk(KEY_1), jwk(KEY_2));

    for (int length = 0; length < set.length(); length++) {
      String prefix = set.substring(0, length);
      assertThrows(IllegalArgumentException.class, () -> Ed25519PublicKey.readAll(prefix), prefix);
    }
  }

  @Test
  void readAll_noUsableKey_saysWhy() {
    assertMessage("it is empty", "{\"keys\":[]}");
    assertMessage("point", set(jwk("01" + "00".repeat(31))));
    assertMessage("kty OKP", set("{\"kty\":\"RSA\"}"));
    assertMessage("JWK", "junk");
  }

  // what is verified

  @Test
  void madeOneOf_itsOwnSignature_isTrue() {
    assertTrue(made(KEY_1, SIGNATURE_1, ""), "RFC 8032, test 1");
    assertTrue(made(KEY_2, SIGNATURE_2, "r"), "RFC 8032, test 2");
  }

  @Test
  void madeOneOf_otherKeyBytesOrSignature_isFalse() {
    assertFalse(made(KEY_2, SIGNATURE_1, ""), "other key");
    assertFalse(made(KEY_1, SIGNATURE_1, " "), "other bytes");
    assertFalse(made(KEY_1, SIGNATURE_2, ""), "other signature");
    assertFalse(made(KEY_1, "00".repeat(64), ""), "zeros");
  }

  @Test
  void madeOneOf_itsOwnAmongOthers_isTrue() {
    Ed25519PublicKey key = read(KEY_2);
    byte[] own = bytes(SIGNATURE_2);
    byte[] other = bytes(SIGNATURE_1);

    assertTrue(made(key, List.of(other, own), EMPTY, Body.ofUtf8("r")), "last");
    assertTrue(made(key, List.of(own, other), EMPTY, Body.ofUtf8("r")), "first");
    assertFalse(made(key, List.of(), EMPTY, Body.ofUtf8("r")), "none");
  }

  @Test
  void madeOneOf_bytesInThePrefix_countAsTheBodyDoes() {
    assertTrue(made(read(KEY_2), List.of(bytes(SIGNATURE_2)), Body.ofUtf8("r"), EMPTY));
  }

  @Test
  void toString_any_showsTheFingerprintAlone() {
    Ed25519PublicKey key = read(KEY_1);

    assertTrue(key.fingerprint().matches("[0-9a-f]{8}"), key::fingerprint);
    assertEquals("Ed25519PublicKey[" + key.fingerprint() + "]", key.toString());
    assertFalse(KEY_1.contains(key.fingerprint()), "no part of the key");
  }

  private static void assertKeys(List<String> expected, String text) {
    assertEquals(
        expected.stream().map(Ed25519PublicKeyTest::read).map(VerificationKey::toString).toList(),
        Ed25519PublicKey.readAll(text).stream().map(VerificationKey::toString).toList());
  }

  private static void assertRefusedHoweverWritten(String hex) {
    assertRefused(der(hex));
    assertRefused(jwk(hex));
    assertRefused(set(jwk(hex)));
  }

  private static void assertRefused(String text) {
    IllegalArgumentException refusal =
        assertThrows(IllegalArgumentException.class, () -> Ed25519PublicKey.readAll(text));
    String message = Objects.requireNonNull(refusal.getMessage());
    for (int i = 0; i + 12 <= text.length(); i++) {
      String part = text.substring(i, i + 12);
      assertFalse(message.contains(part), () -> message + " repeats " + part);
    }
    for (Throwable cause = refusal.getCause(); cause != null; cause = cause.getCause()) {
      throw new AssertionError("a cause would quote what it was given", cause);
    }
  }

  private static void assertMessage(String part, String text) {
    String message =
        Objects.requireNonNull(
            assertThrows(IllegalArgumentException.class, () -> Ed25519PublicKey.readAll(text))
                .getMessage());
    assertTrue(message.contains(part), message);
  }

  private static boolean made(String key, String signature, String message) {
    return made(read(key), List.of(bytes(signature)), EMPTY, Body.wrap(message.getBytes(US_ASCII)));
  }

  private static Ed25519PublicKey read(String hex) {
    return Ed25519PublicKey.readAll(der(hex)).getFirst();
  }

  private static String jwk(String hex) {
    return "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\""
        + base64Url(hex)
        + "\",\"kid\":\"k1\",\"use\":\"sig\",\"alg\":\"EdDSA\"}";
  }

  private static String set(String... entries) {
    return "{\"keys\":[" + String.join(",", entries) + "]}";
  }

  private static String der(String hex) {
    return base64("302a300506032b6570032100" + hex);
  }

  private static String base64(String hex) {
    return Base64.getEncoder().encodeToString(bytes(hex));
  }

  private static String base64Url(String hex) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes(hex));
  }

  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex);
  }

  private static boolean made(
      VerificationKey key, List<byte[]> signatures, Body prefix, Body body) {
    return key.madeOneOf(
        signatures.stream().map(bytes -> new Signature(Scheme.Algorithm.ED25519, bytes)).toList(),
        new SignedBytes(List.of(prefix, body)));
  }
}
