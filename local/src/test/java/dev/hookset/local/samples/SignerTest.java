package dev.hookset.local.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hookset.Body;
import dev.hookset.providers.Providers;
import dev.hookset.receive.Provider;
import dev.hookset.signing.Scheme;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Holds signatures to those that somebody else's code made. */
final class SignerTest {
  private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");

  private static final Scheme HMAC = Scheme.hmacSha256("{body}").in("X-Sig").build();
  private static final Scheme ED25519 = Scheme.ed25519("{body}").in("X-Sig").build();

  static List<Provider> sharingASecret() {
    return Providers.deployed().stream()
        .filter(provider -> provider.scheme().algorithm() == Scheme.Algorithm.HMAC_SHA256)
        .toList();
  }

  @ParameterizedTest
  @MethodSource("sharingASecret")
  void sign_documentedDelivery_makesItsVeryHeaders(Provider provider) throws IOException {
    JsonNode vector = firstVector(provider);
    SigningKey key =
        SigningKey.read(
            provider.scheme(),
            vector.required("config").required("secrets").required(0).textValue());
    Body body = Body.wrap(vector.required("bodyBase64").binaryValue());

    Map<String, String> headers =
        Signer.sign(
            provider.scheme(), key, body, Instant.ofEpochSecond(vector.required("now").asLong()));

    assertTrue(headers.containsKey(provider.scheme().signatureHeader()));
    headers.forEach(
        (name, value) ->
            assertEquals(vector.required("headers").path(name).textValue(), value, name));
  }

  @Test
  void sign_ed25519_holdsForTheJdk() throws GeneralSecurityException {
    KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    SigningKey key =
        SigningKey.read(
            ED25519, Base64.getEncoder().encodeToString(pair.getPrivate().getEncoded()));
    Scheme scheme = Providers.named("lamina").orElseThrow().scheme();

    Map<String, String> headers = Signer.sign(scheme, key, Body.ofUtf8("{}"), NOW);

    Signature verifier = Signature.getInstance("Ed25519");
    verifier.initVerify(pair.getPublic());
    verifier.update("1780315200.{}".getBytes(StandardCharsets.US_ASCII));
    String signature =
        Objects.requireNonNull(headers.get(scheme.signatureHeader()), "the signature");
    assertEquals("1780315200", headers.get("X-Lamina-Webhook-Timestamp"));
    assertTrue(verifier.verify(HexFormat.of().parseHex(signature)));
  }

  @Test
  void sign_keyOfAnotherAlgorithm_isRefused() {
    SigningKey key = SigningKey.read(HMAC, "a shared secret");

    IllegalArgumentException thrown =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                Signer.sign(
                    Providers.named("lamina").orElseThrow().scheme(), key, Body.ofUtf8("{}"), NOW));

    assertEquals("a key for HMAC_SHA256 cannot sign for ED25519", thrown.getMessage());
  }

  @Test
  void read_seedOrItsPkcs8_isTheSameKey() {
    byte[] seed = new byte[32];
    seed[0] = 7;
    String pkcs8 = "302e020100300506032b657004220420" + HexFormat.of().formatHex(seed);

    SigningKey ofSeed = readEd25519(Base64.getEncoder().encodeToString(seed));
    SigningKey ofPkcs8 =
        readEd25519(Base64.getEncoder().encodeToString(HexFormat.of().parseHex(pkcs8)));

    assertEquals(ofSeed.publicJwkSet(), ofPkcs8.publicJwkSet());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "c2hvcnQ=", "not base64: §", "whsec_something_quite_secret"})
  void read_noEd25519Key_isRefusedWithoutRepeatingIt(String text) {
    IllegalArgumentException thrown =
        assertThrows(IllegalArgumentException.class, () -> readEd25519(text));

    assertEquals(
        "neither the base64 of the 32 bytes of an Ed25519 private key, nor that of its PKCS#8 form",
        thrown.getMessage());
  }

  @Test
  void key_printed_showsNothingOfIt() {
    assertEquals("SigningKey[HMAC_SHA256]", SigningKey.read(HMAC, "whsec_something").toString());
  }

  private static SigningKey readEd25519(String text) {
    return SigningKey.read(ED25519, text);
  }

  private static JsonNode firstVector(Provider provider) throws IOException {
    try (InputStream file =
        Provider.class.getResourceAsStream("/vectors/" + provider.name() + ".json")) {
      assertNotNull(file, "the vectors are in the functions' test jar");
      return new ObjectMapper().readTree(file).required("vectors").required(0);
    }
  }
}
