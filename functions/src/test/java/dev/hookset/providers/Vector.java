package dev.hookset.providers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hookset.Body;
import dev.hookset.Delivery;
import dev.hookset.inbox.InMemoryInbox;
import dev.hookset.receive.InMemoryWorkQueue;
import dev.hookset.receive.Provider;
import dev.hookset.receive.Receipt;
import dev.hookset.receive.Receiver;
import dev.hookset.receive.Reply;
import dev.hookset.receive.Subscription;
import dev.hookset.signing.Ed25519PublicKey;
import dev.hookset.signing.Scheme;
import dev.hookset.signing.VerificationKey;
import dev.hookset.signing.Verifier;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * One recorded delivery with what is to become of it; made by somebody else's code, so that ours is
 * not measured against itself.
 */
record Vector(Provider provider, JsonNode json) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Returns all vectors of {@code provider}, from its file in {@code vectors}. */
  static List<Vector> of(Provider provider) {
    String file = "/vectors/" + provider.name() + ".json";
    try (InputStream stream = Vector.class.getResourceAsStream(file)) {
      if (stream == null) {
        throw new AssertionError("every provider has its vectors, but there is no " + file);
      }
      List<Vector> vectors = new ArrayList<>();
      for (JsonNode json : JSON.readTree(stream).required("vectors")) {
        vectors.add(new Vector(provider, json));
      }
      return vectors;
    } catch (IOException e) {
      throw new UncheckedIOException(file, e);
    }
  }

  String name() {
    return json.required("name").textValue();
  }

  Instant now() {
    return Instant.ofEpochSecond(json.required("now").longValue());
  }

  Map<String, String> headers() {
    Map<String, String> headers = new LinkedHashMap<>();
    json.required("headers")
        .properties()
        .forEach(header -> headers.put(header.getKey(), header.getValue().textValue()));
    return headers;
  }

  Body body() {
    try {
      return Body.wrap(json.required("bodyBase64").binaryValue());
    } catch (IOException e) {
      throw new UncheckedIOException(name(), e);
    }
  }

  /** Returns what is expected under {@code name}; null if nothing is said about it. */
  @Nullable String expected(String name) {
    return json.required("expect").path(name).textValue();
  }

  private JsonNode config(String name) {
    return json.required("config").path(name);
  }

  List<VerificationKey> keys() {
    JsonNode publicKeys = config("publicKeys");
    if (!publicKeys.isMissingNode()) {
      return List.copyOf(
          Ed25519PublicKey.readAll(
              publicKeys.isTextual() ? publicKeys.textValue() : publicKeys.toString()));
    }
    return secrets().stream().map(provider.scheme()::readKey).toList();
  }

  /** Returns the shared secrets; none where the provider has public keys. */
  List<String> secrets() {
    return StreamSupport.stream(config("secrets").spliterator(), false)
        .map(JsonNode::textValue)
        .toList();
  }

  /** Returns which of the provider's schemes the delivery follows. */
  Scheme scheme() {
    List<VerificationKey> keys = keys();
    Delivery delivery = new Delivery(headers(), body(), now());
    return provider.scheme().all().stream()
        .filter(each -> keys.stream().anyMatch(each::fits))
        .filter(each -> delivery.header(each.header()) != null)
        .findFirst()
        .orElseGet(provider::scheme);
  }

  Duration tolerance() {
    return Duration.ofSeconds(config("toleranceSeconds").asLong(300));
  }

  int maxBodyBytes() {
    return config("maxBodyBytes").asInt(4 << 20);
  }

  private @Nullable String environment() {
    Provider.EnvironmentSetting setting = provider.environmentSetting();
    if (setting == null) {
      return null;
    }
    String value =
        config(
                switch (setting.suffix()) {
                  case "ENVIRONMENT" -> "environment";
                  case "LIVEMODE" -> "livemode";
                  default -> throw new AssertionError("the vectors know no " + setting.suffix());
                })
            .asText("any");
    if (value.isEmpty() || value.equals("any")) {
      return null;
    }
    String environment = setting.values().get(value);
    if (environment == null) {
      throw new AssertionError(setting.suffix() + " does not know the vector's value " + value);
    }
    return environment;
  }

  /** Returns a receiver that is configured as the vector says, with nothing received so far. */
  Stage stage() {
    InstantSource clock = InstantSource.fixed(now());
    List<VerificationKey> active = keys();
    InMemoryInbox inbox = new InMemoryInbox(Duration.ofDays(30));
    InMemoryWorkQueue queue = new InMemoryWorkQueue(clock);
    List<Receipt> log = new ArrayList<>();
    Verifier verifier =
        new Verifier(provider.scheme(), () -> active, tolerance(), maxBodyBytes(), clock);
    Receiver receiver =
        new Receiver(
            provider,
            verifier,
            inbox,
            queue,
            new Subscription(config("events").asText(""), environment()),
            Duration.ofDays(29),
            log::add);
    return new Stage(now(), receiver, inbox, queue, log);
  }

  /**
   * A whole receiving function but for AWS.
   *
   * @param log what became of each delivery
   */
  record Stage(
      Instant now,
      Receiver receiver,
      InMemoryInbox inbox,
      InMemoryWorkQueue queue,
      List<Receipt> log) {
    Reply receive(Map<String, String> headers, Body body) {
      return receiver.receive(new Delivery(headers, body, now), "trace");
    }

    Receipt receipt() {
      return log.getLast();
    }
  }
}
