package dev.hookset.local.senders;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hookset.Delivery;
import dev.hookset.Event;
import dev.hookset.local.troubleshooting.SchemeFinder;
import dev.hookset.receive.Provider;
import dev.hookset.receive.Receipt;
import dev.hookset.signing.Scheme;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.Signature;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * A delivery for tests: as it was captured, but signed anew by a key that was made for it. Neither
 * the secret that signed it first nor what else its headers held is in it.
 *
 * @param delivery what is received
 * @param key the secret, or the public key, that verifies it
 */
public record TestVector(Delivery delivery, String key) {
  /** The name under which it stands in its file. */
  public static final String NAME = "captured";

  private static final JsonMapper JSON = new JsonMapper();
  private static final int KEY_BYTES = 32;

  /**
   * Signs a delivery anew.
   *
   * @param captured with the headers as they came, if it came
   */
  public static TestVector of(Provider provider, Delivery captured) {
    Scheme scheme = provider.scheme();
    Map<String, String> headers = new LinkedHashMap<>();
    keep(headers, captured, "Content-Type");
    provider.keptHeaders().forEach(name -> keep(headers, captured, name));
    scheme.signedHeaders().forEach(name -> keep(headers, captured, name));
    Instant sent = SchemeFinder.time(captured, scheme);
    Instant time = sent == null ? captured.receivedAt() : sent;
    Delivery bare = new Delivery(captured.method(), captured.url(), headers, captured.body(), time);
    Key key = Key.of(scheme);
    return new TestVector(
        bare.with(scheme.headers(bare, time, "msg_1", key.signing())), key.verifying());
  }

  private static void keep(Map<String, String> headers, Delivery captured, String name) {
    String value = captured.header(name);
    if (value != null) {
      headers.put(name, value);
    }
  }

  /**
   * Returns the file of vectors that holds it, and what becomes of it.
   *
   * @param occurredAt when its event happened; null if it does not say
   */
  public String json(Scheme scheme, Receipt receipt, @Nullable Instant occurredAt) {
    ObjectNode file = JSON.createObjectNode();
    ObjectNode vector = file.putArray("vectors").addObject();
    vector
        .put("name", NAME)
        .put("method", delivery.method())
        .put("now", delivery.receivedAt().getEpochSecond());
    if (!delivery.url().isEmpty()) {
      vector.put("url", delivery.url());
    }
    ObjectNode config = vector.putObject("config");
    if (scheme.hasPublicKey()) {
      config.put("publicKeys", key);
    } else {
      config.putArray("secrets").add(key);
    }
    ObjectNode headers = vector.putObject("headers");
    delivery.headers().forEach(headers::put);
    vector.put("bodyBase64", delivery.body().toByteArray());
    ObjectNode expect = vector.putObject("expect").put("outcome", receipt.outcome().word());
    if (receipt.key() != null) {
      expect.put("eventId", receipt.key().eventId());
    }
    if (receipt.type() != null && !receipt.type().equals(Event.UNKNOWN_TYPE)) {
      expect.put("eventType", receipt.type());
    }
    if (occurredAt != null) {
      expect.put("occurredAt", occurredAt.toString());
    }
    return file.toPrettyString() + "\n";
  }

  /** Shows neither headers nor key. */
  @Override
  public String toString() {
    return "TestVector[" + delivery + "]";
  }

  /** A key that is made for a test, in the form that a scheme has. */
  private record Key(String verifying, Scheme.Signing signing) {
    static Key of(Scheme scheme) {
      try {
        return scheme.hasPublicKey() ? pair() : shared(scheme);
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("every Java platform has what signs, for any key", e);
      }
    }

    private static Key pair() throws GeneralSecurityException {
      KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
      return new Key(
          Base64.getEncoder().encodeToString(pair.getPublic().getEncoded()),
          message -> {
            try {
              Signature signature = Signature.getInstance("Ed25519");
              signature.initSign(pair.getPrivate());
              signature.update(message);
              return signature.sign();
            } catch (GeneralSecurityException e) {
              throw new IllegalStateException("the key is our own", e);
            }
          });
    }

    private static Key shared(Scheme scheme) throws GeneralSecurityException {
      byte[] random = new byte[KEY_BYTES];
      new SecureRandom().nextBytes(random);
      String prefix = scheme.secretPrefix();
      String text =
          prefix == null
              ? "for-tests-" + HexFormat.of().formatHex(random)
              : prefix + Base64.getEncoder().encodeToString(random);
      byte[] key = prefix == null ? text.getBytes(StandardCharsets.UTF_8) : random;
      if (scheme.algorithm() == Scheme.Algorithm.TOKEN) {
        return new Key(text, _ -> key);
      }
      String name = scheme.algorithm().jcaName();
      Mac mac = Mac.getInstance(name);
      mac.init(new SecretKeySpec(key, name));
      return new Key(text, mac::doFinal);
    }

    @Override
    public String toString() {
      return "Key";
    }
  }
}
