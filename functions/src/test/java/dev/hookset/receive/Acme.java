package dev.hookset.receive;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.hookset.Body;
import dev.hookset.Delivery;
import dev.hookset.signing.Scheme;
import dev.hookset.signing.SchemeBuilder;
import dev.hookset.signing.TimestampForm;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** A provider that exists in tests alone, with an answer of its own to every question. */
final class Acme {
  static final String SECRET = "whsec_the_secret_of_acme";
  static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");

  private static final String SIGNATURE = "X-Acme-Signature";

  private Acme() {}

  /** Signs the body alone. */
  static Provider provider() {
    return provider(Scheme.hmacSha256("{body}").in(SIGNATURE));
  }

  static Provider provider(SchemeBuilder scheme) {
    return Provider.named("acme")
        .signs(scheme)
        .id(Signed.member("id"))
        .type(Signed.member("type"))
        .occurredAt(TimestampForm.RFC3339, "at")
        .environment("ENVIRONMENT", Signed.member("environment"), Map.of())
        .deliveryId(Shown.header("X-Acme-Delivery"))
        .workspace(Signed.member("workspace"))
        .project(Signed.member("project"))
        .handshake(Handshake.when("ask", "who").answers(200, "{\"name\":{name}}"))
        .answers(202, 403)
        .keyIn("in the tests")
        .build();
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
