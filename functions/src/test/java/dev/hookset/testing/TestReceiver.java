package dev.hookset.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.hookset.Body;
import dev.hookset.Delivery;
import dev.hookset.inbox.InMemoryInbox;
import dev.hookset.providers.Providers;
import dev.hookset.receive.InMemoryWorkQueue;
import dev.hookset.receive.Provider;
import dev.hookset.receive.Receipt;
import dev.hookset.receive.Receiver;
import dev.hookset.receive.Subscription;
import dev.hookset.signing.Scheme;
import dev.hookset.signing.VerificationKey;
import dev.hookset.signing.Verifier;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The real receiver of a provider over an inbox in memory. It gets deliveries that stand in the
 * test resources, {@code vectors/<provider>.json}, each at the time when it came and with its key.
 */
public final class TestReceiver {
  private static final JsonMapper JSON = new JsonMapper();
  private static final Duration ALWAYS = Duration.ofDays(36_500);

  private final Provider provider;

  private TestReceiver(Provider provider) {
    this.provider = provider;
  }

  /** Returns the receiver of {@code provider}, with nothing received so far. */
  public static TestReceiver of(String provider) {
    return new TestReceiver(
        Providers.named(provider)
            .orElseThrow(() -> new IllegalArgumentException("there is no provider " + provider)));
  }

  /**
   * Receives a delivery as it came.
   *
   * @param name of the delivery in its file
   * @return what became of it, and the event's type or the reason of the refusal: {@code accepted
   *     invoice.paid}
   */
  public String receive(String name) {
    JsonNode vector = vector(name);
    return receive(vector, headers(vector), body(vector));
  }

  /** Receives the same with a byte of what is signed changed on its way. */
  public String receiveForged(String name) {
    JsonNode vector = vector(name);
    Map<String, String> headers = headers(vector);
    byte[] bytes = body(vector).toByteArray();
    Scheme scheme = provider.scheme();
    if (bytes.length > 0 && scheme.isSigned()) {
      bytes[bytes.length / 2] ^= 1;
    } else {
      headers.computeIfPresent(scheme.header().toLowerCase(Locale.ROOT), (_, token) -> token + "0");
    }
    return receive(vector, headers, Body.wrap(bytes));
  }

  private String receive(JsonNode vector, Map<String, String> headers, Body body) {
    Instant now = Instant.ofEpochSecond(vector.required("now").longValue());
    List<VerificationKey> keys = keys(vector.required("config"));
    List<Receipt> receipts = new ArrayList<>();
    new Receiver(
            provider,
            new Verifier(
                provider.scheme(),
                () -> keys,
                provider.scheme().tolerance(),
                Integer.MAX_VALUE,
                () -> now),
            new InMemoryInbox(ALWAYS),
            new InMemoryWorkQueue(() -> now),
            new Subscription("", null),
            ALWAYS,
            receipts::add)
        .receive(
            new Delivery(
                vector.path("method").asText("POST"),
                vector.path("url").asText(),
                headers,
                body,
                now),
            null);
    Receipt receipt = receipts.getFirst();
    return receipt.outcome().word()
        + " "
        + (receipt.outcome() == Receipt.Outcome.REFUSED ? receipt.detail() : receipt.type());
  }

  private List<VerificationKey> keys(JsonNode config) {
    if (config.has("publicKeys")) {
      JsonNode keys = config.required("publicKeys");
      return provider.scheme().readKeys(keys.isTextual() ? keys.textValue() : keys.toString());
    }
    List<VerificationKey> keys = new ArrayList<>();
    config
        .required("secrets")
        .forEach(secret -> keys.add(provider.scheme().readKey(secret.textValue())));
    return keys;
  }

  private JsonNode vector(String name) {
    String file = "/vectors/" + provider.name() + ".json";
    List<String> names = new ArrayList<>();
    try (InputStream stream = TestReceiver.class.getResourceAsStream(file)) {
      if (stream == null) {
        throw new IllegalArgumentException("there is no " + file + " in the test resources");
      }
      for (JsonNode vector : JSON.readTree(stream).required("vectors")) {
        names.add(vector.required("name").textValue());
        if (names.getLast().equals(name)) {
          return vector;
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(file, e);
    }
    throw new IllegalArgumentException(
        "there is no '" + name + "' in " + file + "; there are " + names);
  }

  private static Map<String, String> headers(JsonNode vector) {
    Map<String, String> headers = new LinkedHashMap<>();
    vector
        .required("headers")
        .properties()
        .forEach(
            header ->
                headers.put(
                    header.getKey().toLowerCase(Locale.ROOT), header.getValue().textValue()));
    return headers;
  }

  private static Body body(JsonNode vector) {
    try {
      return Body.wrap(vector.required("bodyBase64").binaryValue());
    } catch (IOException e) {
      throw new UncheckedIOException("bodyBase64", e);
    }
  }
}
