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
import dev.hookset.signing.Scheme;
import dev.hookset.signing.VerificationKey;
import dev.hookset.signing.Verifier;
import dev.hookset.signing.VerifyToken;
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
import java.util.stream.Stream;
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
    return read(provider, "/vectors/" + fileOf(provider.name()) + ".json");
  }

  /** Returns those that its documents and its libraries disagree about; none for most. */
  static List<Vector> disputed(Provider provider) {
    String file = "/vectors/disputed/" + provider.name() + ".json";
    return Vector.class.getResource(file) == null ? List.of() : read(provider, file);
  }

  /** Who signs as another does has that one's vectors. */
  private static String fileOf(String name) {
    return switch (name) {
      case "clerk", "resend" -> "svix";
      case "openai" -> "standard-webhooks";
      case "whatsapp" -> "meta";
      default -> name;
    };
  }

  private static List<Vector> read(Provider provider, String file) {
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

  /** Returns the delivery, asked for as the vector says. */
  Delivery delivery() {
    String query = json.path("query").asText();
    String url =
        json.path("url")
            .asText(
                "https://hooks.example.invalid"
                    + json.path("path").asText("/webhooks/" + provider.name())
                    + (query.isEmpty() ? "" : "?" + query));
    return new Delivery(
        json.path("method").asText("POST"),
        config("notificationUrl").asText(url),
        headers(),
        body(),
        now());
  }

  /** Returns all that is right under {@code name}: what is expected, and what is as right. */
  List<String> allowed(String name) {
    JsonNode expect = json.required("expect");
    return Stream.concat(
            Stream.of(expect.path(name)),
            StreamSupport.stream(expect.path(name + "Also").spliterator(), false))
        .filter(each -> !each.isMissingNode())
        .map(JsonNode::asText)
        .toList();
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
      return provider
          .scheme()
          .readKeys(publicKeys.isTextual() ? publicKeys.textValue() : publicKeys.toString());
    }
    return secrets().stream().map(provider.scheme()::readKey).toList();
  }

  /** Returns the shared secrets; none where the provider has public keys. */
  List<String> secrets() {
    return Stream.of("secrets", "signingSecrets")
        .flatMap(name -> StreamSupport.stream(config(name).spliterator(), false))
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
        .filter(
            each ->
                each.condition() == null
                    || String.valueOf(delivery.header(each.condition().header()))
                        .contains(each.condition().part()))
        .findFirst()
        .orElseGet(provider::scheme);
  }

  Duration tolerance() {
    return Duration.ofSeconds(
        config("toleranceSeconds").asLong(provider.scheme().tolerance().toSeconds()));
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
    return stage(Duration.ofDays(29));
  }

  /** Returns the same for events up to an age of {@code maxAge}. */
  Stage stage(Duration maxAge) {
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
            maxAge,
            log::add,
            config("verifyToken").isMissingNode()
                ? null
                : new VerifyToken(config("verifyToken").textValue()));
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
    Reply receive(Delivery delivery) {
      return receiver.receive(delivery, "trace");
    }

    Reply receive(Map<String, String> headers, Body body) {
      return receiver.receive(new Delivery(headers, body, now), "trace");
    }

    Receipt receipt() {
      return log.getLast();
    }
  }
}
