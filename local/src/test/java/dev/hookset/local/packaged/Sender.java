package dev.hookset.local.packaged;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hookset.Body;
import dev.hookset.EventKey;
import dev.hookset.receive.Provider;
import dev.hookset.signing.Scheme;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/**
 * One provider's side: it sends the delivery that the provider documents, each time as another
 * event and at another time, signed with a key of its own.
 */
final class Sender {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern TIME =
      Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(?:\\.\\d+)?Z");

  private final Provider provider;
  private final JsonNode documented;
  private final byte[] key = new byte[Ed25519.SECRET_KEY_SIZE];

  /** Creates the sender for {@code provider}; the first of its vectors is what it documents. */
  Sender(Provider provider) {
    this.provider = provider;
    String file = "/vectors/" + provider.name() + ".json";
    try (InputStream vectors = Sender.class.getResourceAsStream(file)) {
      this.documented = JSON.readTree(vectors).required("vectors").required(0);
    } catch (IOException e) {
      throw new UncheckedIOException(file, e);
    }
    new SecureRandom().nextBytes(key);
  }

  Provider provider() {
    return provider;
  }

  /** Returns the variable that tells a function the key. */
  Map<String, String> variables() {
    String prefix = provider.name().toUpperCase(Locale.ROOT);
    return provider.scheme().hasPublicKey()
        ? Map.of(prefix + "_WEBHOOK_PUBLIC_KEY", publicKey())
        : Map.of(prefix + "_WEBHOOK_SECRET", secret());
  }

  /** Returns what nobody else may see. */
  String secret() {
    return "whsec_" + HexFormat.of().formatHex(key);
  }

  /** Signs a delivery of an event that happens {@code when} it is sent. */
  SignedDelivery send(Instant when) {
    return send(when, UUID.randomUUID().toString());
  }

  /**
   * Signs a delivery of an event that happens {@code when} it is sent.
   *
   * @param canary what stands in the body beside what is documented
   */
  SignedDelivery send(Instant when, String canary) {
    String id = documented.required("expect").required("eventId").textValue();
    String idPart = id.split("/", 2)[0];
    String newIdPart = idPart + "-" + UUID.randomUUID();
    Duration shift =
        Duration.between(
            Instant.ofEpochSecond(documented.required("now").longValue()),
            Instant.ofEpochSecond(when.getEpochSecond()));
    String body =
        shifted(documentedBody(), shift)
            .replace(idPart, newIdPart)
            .replaceFirst("\\{", "{\"canary\":\"" + canary + "\",");
    return new SignedDelivery(
        new EventKey(provider.name(), shifted(id, shift).replace(idPart, newIdPart)),
        headers(Long.toString(when.getEpochSecond()), body),
        Body.ofUtf8(body),
        canary);
  }

  @Override
  public String toString() {
    return provider.name();
  }

  private String documentedBody() {
    try {
      return new String(documented.required("bodyBase64").binaryValue(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(provider.name(), e);
    }
  }

  private static String shifted(String text, Duration shift) {
    return TIME.matcher(text)
        .replaceAll(time -> Instant.parse(time.group()).plus(shift).toString());
  }

  private Map<String, String> headers(String timestamp, String body) {
    Scheme scheme = provider.scheme();
    Scheme.Timestamp time = scheme.timestamp();
    if (time == null) {
      return Map.of(scheme.header(), scheme.prefix() + signature(body));
    }
    return scheme.signsTimestamp()
        ? Map.of(
            scheme.header(),
            scheme.prefix() + signature(timestamp + "." + body),
            time.name(),
            timestamp)
        : Map.of(scheme.header(), "t=" + timestamp + ",v1=" + signature(body));
  }

  private String signature(String message) {
    byte[] bytes = message.getBytes(UTF_8);
    return HexFormat.of()
        .formatHex(
            switch (provider.scheme().algorithm()) {
              case HMAC_SHA256 -> hmacSha256(bytes);
              case ED25519 -> ed25519(bytes);
              case HMAC_SHA1, HMAC_SHA512, TOKEN ->
                  throw new AssertionError("no function here is asked by it");
            });
  }

  private byte[] hmacSha256(byte[] message) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret().getBytes(UTF_8), "HmacSHA256"));
      return mac.doFinal(message);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private byte[] ed25519(byte[] message) {
    byte[] signature = new byte[Ed25519.SIGNATURE_SIZE];
    Ed25519.sign(key, 0, message, 0, message.length, signature, 0);
    return signature;
  }

  private String publicKey() {
    byte[] publicKey = new byte[Ed25519.PUBLIC_KEY_SIZE];
    Ed25519.generatePublicKey(key, 0, publicKey, 0);
    return JSON.createObjectNode()
        .put("kty", "OKP")
        .put("crv", "Ed25519")
        .put("x", Base64.getUrlEncoder().withoutPadding().encodeToString(publicKey))
        .toString();
  }
}
