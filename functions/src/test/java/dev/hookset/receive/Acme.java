package dev.hookset.receive;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.hookset.Body;
import dev.hookset.Delivery;
import dev.hookset.Origin;
import dev.hookset.signing.Scheme;
import dev.hookset.signing.Verified;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** A provider that exists in tests alone, with an answer of its own to every question. */
record Acme(Scheme scheme) implements Provider {
  static final String SECRET = "whsec_the_secret_of_acme";
  static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");

  private static final String SIGNATURE = "X-Acme-Signature";

  /** Signs the body alone. */
  Acme() {
    this(new Scheme.SignedBody(Scheme.Algorithm.HMAC_SHA256, SIGNATURE, ""));
  }

  @Override
  public String name() {
    return "acme";
  }

  @Override
  public Set<String> fields() {
    return Set.of("id", "type", "at", "environment", "workspace", "project");
  }

  @Override
  public Facts read(Fields fields, Verified verified) {
    return new Facts(
        fields.string("id"),
        fields.string("type"),
        fields.instant("at"),
        fields.string("environment"),
        new Origin(
            verified.delivery().header("X-Acme-Delivery"),
            fields.string("workspace"),
            fields.string("project")));
  }

  @Override
  public String whereToFindTheKey() {
    return "in the tests";
  }

  @Override
  public int successStatus() {
    return 202;
  }

  @Override
  public int refusalStatus() {
    return 403;
  }

  @Override
  public List<String> keptHeaders() {
    return List.of("X-Acme-Delivery");
  }

  /** Returns a delivery of {@code body} as Acme would send it. */
  static Delivery delivery(String body) {
    return delivery(body, Map.of());
  }

  /** The same, with other headers beside the signature's. */
  static Delivery delivery(String body, Map<String, String> others) {
    Map<String, String> headers = new HashMap<>(others);
    headers.put(SIGNATURE, signature(body));
    return new Delivery(headers, Body.ofUtf8(body), NOW);
  }

  static String signature(String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(SECRET.getBytes(UTF_8), "HmacSHA256"));
      return HexFormat.of().formatHex(mac.doFinal(text.getBytes(UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }
}
