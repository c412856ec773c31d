package dev.hookset.fuzz;

import dev.hookset.Body;
import dev.hookset.receive.Provider;
import dev.hookset.signing.Ed25519PublicKey;
import dev.hookset.signing.Scheme;
import dev.hookset.signing.SharedSecret;
import dev.hookset.signing.VerificationKey;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** A provider that signs whatever it is given; with the JDK's cryptography, so not with ours. */
public final class SigningSender {
  private static final String SECRET = "whsec_of_the_fuzzer";

  private final Provider provider;
  private final KeyPair pair;

  /** Creates one with a key of its own. */
  public SigningSender(Provider provider) {
    this.provider = provider;
    try {
      this.pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has Ed25519", e);
    }
  }

  Provider provider() {
    return provider;
  }

  /** Returns the keys that its deliveries are to be judged with. */
  public List<VerificationKey> keys() {
    return switch (provider.scheme().algorithm()) {
      case HMAC_SHA256 -> List.of(SharedSecret.of(SECRET));
      case ED25519 ->
          List.copyOf(
              Ed25519PublicKey.readAll(
                  Base64.getEncoder().encodeToString(pair.getPublic().getEncoded())));
    };
  }

  /** Returns the headers of a delivery of {@code body} that is sent {@code now}. */
  public Map<String, String> headers(Body body, Instant now) {
    String time = Long.toString(now.getEpochSecond());
    Map<String, String> headers = new LinkedHashMap<>();
    switch (provider.scheme()) {
      case Scheme.SignedBody s -> headers.put(s.signatureHeader(), s.prefix() + sign("", body));
      case Scheme.SignedTimestampAndBody s -> {
        headers.put(s.signatureHeader(), s.prefix() + sign(time + ".", body));
        headers.put(s.timestampHeader(), time);
      }
      case Scheme.SignedBodyWithList s ->
          headers.put(s.signatureHeader(), "t=" + time + ",v1=" + sign("", body));
    }
    return headers;
  }

  /** Returns the signature over {@code prefix} and {@code body}, in hexadecimal. */
  String sign(String prefix, Body body) {
    byte[] front = prefix.getBytes(StandardCharsets.UTF_8);
    try {
      return HexFormat.of()
          .formatHex(
              switch (provider.scheme().algorithm()) {
                case HMAC_SHA256 -> {
                  Mac mac = Mac.getInstance("HmacSHA256");
                  mac.init(
                      new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
                  mac.update(front);
                  yield mac.doFinal(body.toByteArray());
                }
                case ED25519 -> {
                  Signature signature = Signature.getInstance("Ed25519");
                  signature.initSign(pair.getPrivate());
                  signature.update(front);
                  signature.update(body.toByteArray());
                  yield signature.sign();
                }
              });
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the key is our own", e);
    }
  }
}
