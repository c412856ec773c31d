package dev.hookset.signing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hookset.Body;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SharedSecretTest {
  private static final Body EMPTY = Body.ofUtf8("");

  /** RFC 4231, section 4.3. */
  private static final String TEXT = "what do ya want for nothing?";

  private static final byte[] SIGNATURE =
      HexFormat.of().parseHex("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");

  private static final SharedSecret JEFE = SharedSecret.of("Jefe");

  @Test
  void madeOneOf_itsOwnSignature_isTrue() {
    assertTrue(made(JEFE, List.of(SIGNATURE), EMPTY, Body.ofUtf8(TEXT)));
  }

  @Test
  void madeOneOf_bytesInThePrefix_countAsTheBodyDoes() {
    for (int split = 0; split <= TEXT.length(); split++) {
      Body prefix = Body.ofUtf8(TEXT.substring(0, split));
      Body body = Body.ofUtf8(TEXT.substring(split));
      assertTrue(made(JEFE, List.of(SIGNATURE), prefix, body), "split at " + split);
    }
  }

  @Test
  void madeOneOf_otherSecretBytesOrSignature_isFalse() {
    Body body = Body.ofUtf8(TEXT);

    assertFalse(made(SharedSecret.of("jefe"), List.of(SIGNATURE), EMPTY, body), "secret");
    assertFalse(made(JEFE, List.of(SIGNATURE), EMPTY, Body.ofUtf8(TEXT + "?")), "bytes");
    for (int bit = 0; bit < 256; bit++) {
      byte[] flipped = SIGNATURE.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      assertFalse(made(JEFE, List.of(flipped), EMPTY, body), "bit " + bit);
    }
  }

  @Test
  void madeOneOf_itsOwnAmongOthers_isTrue() {
    Body body = Body.ofUtf8(TEXT);
    byte[] other = new byte[32];

    assertTrue(made(JEFE, List.of(other, SIGNATURE), EMPTY, body), "last");
    assertTrue(made(JEFE, List.of(SIGNATURE, other), EMPTY, body), "first");
    assertFalse(made(JEFE, List.of(other, other), EMPTY, body), "not among them");
    assertFalse(made(JEFE, List.of(), EMPTY, body), "none");
  }

  /** Computed apart from this code. */
  @ParameterizedTest
  @CsvSource({
    "whsec_abc, a7e20c39a3bd9a0d00109906483a125cba27c676f9feabcde8702361770cc020",
    "schl\u00FCssel-\uD83D\uDD11, adba31322d1973edae515f452fc5606025ebc5f8874a69c7d61bd30633c49976",
    "xxxxxxxxxxxxxxxxxxxx-is-longer-than-a-block-of-the-hash-yyyyyyyyyyyyyyyyyyyy,"
        + " c79387c772d65d300773d075e08377d1f4b843ce206e334a951d0d0c62a2d625"
  })
  void of_anyText_isItsUtf8CharactersAsTheyStand(String secret, String signature) {
    byte[] expected = HexFormat.of().parseHex(signature);

    assertTrue(made(SharedSecret.of(secret), List.of(expected), EMPTY, Body.ofUtf8("{}")), secret);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"abc", "whsec_ABC", " whsec_abc", "whsec_abc\n", "whsec_abc ", "WHSEC_abc"})
  void of_textThatDiffersALittle_isAnotherSecret(String secret) {
    assertNotEquals(
        SharedSecret.of("whsec_abc").fingerprint(), SharedSecret.of(secret).fingerprint());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "\n", "\r\n\t", "\u2003"})
  void of_blankText_isRefused(String blank) {
    // The fuzzer was let in with a line break for a secret, which is what a command leaves where
    // the value was forgotten.
    assertThrows(IllegalArgumentException.class, () -> SharedSecret.of(blank));
  }

  @ParameterizedTest
  @ValueSource(strings = {"\uD800", "whsec_\uDC00", "whsec_\uDC00\uD800"})
  void of_halfACharacter_isRefused(String text) {
    // It became a question mark, as did every other half.
    assertThrows(IllegalArgumentException.class, () -> SharedSecret.of(text));
  }

  @Test
  void readAll_severalInAnArray_isTheKeyOfEach() {
    assertEquals(
        List.of(
            SharedSecret.of("whsec_first").fingerprint(),
            SharedSecret.of("whsec_second").fingerprint()),
        SharedSecret.readAll("[\"whsec_first\",\"whsec_second\"]").stream()
            .map(SharedSecret::fingerprint)
            .toList());
  }

  @Test
  void fingerprint_sameSecret_isTheSame() {
    assertEquals(SharedSecret.of("Jefe").fingerprint(), JEFE.fingerprint());
    assertTrue(JEFE.fingerprint().matches("[0-9a-f]{8}"), JEFE::fingerprint);
  }

  @Test
  void fingerprint_any_isNotThePlainDigestOfTheSecret() {
    String digest = Body.ofUtf8("Jefe").sha256();

    assertFalse(digest.contains(JEFE.fingerprint()), JEFE::fingerprint);
  }

  @Test
  void toString_any_showsTheFingerprintAlone() {
    assertEquals("SharedSecret[" + JEFE.fingerprint() + "]", JEFE.toString());
  }

  private static boolean made(
      VerificationKey key, List<byte[]> signatures, Body prefix, Body body) {
    return key.madeOneOf(
        signatures.stream()
            .map(bytes -> new Signature(Scheme.Algorithm.HMAC_SHA256, bytes))
            .toList(),
        new SignedBytes(List.of(prefix, body)));
  }
}
