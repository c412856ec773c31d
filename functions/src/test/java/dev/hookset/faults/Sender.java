package dev.hookset.faults;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hookset.Body;
import dev.hookset.Delivery;
import dev.hookset.EventKey;
import dev.hookset.fuzz.SigningSender;
import dev.hookset.receive.Provider;
import dev.hookset.signing.VerificationKey;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;

/**
 * A provider as a sender: the events of its first accepted vector, signed anew for each delivery,
 * and its waits between one attempt and the next. Safe to share between threads.
 */
final class Sender {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Provider provider;
  private final SigningSender signer;
  private final String vectorId;
  private final String vectorBody;
  private final Instant start;
  private final Instant occurredAt;

  Sender(Provider provider) {
    this.provider = provider;
    this.signer = new SigningSender(provider);
    JsonNode vector = firstAccepted(provider.name());
    this.vectorId = vector.required("expect").required("eventId").textValue();
    this.vectorBody =
        new String(
            Base64.getDecoder().decode(vector.required("bodyBase64").textValue()),
            StandardCharsets.UTF_8);
    this.occurredAt = Instant.parse(vector.required("expect").required("occurredAt").textValue());
    this.start = Instant.ofEpochSecond(vector.required("now").longValue());
  }

  private static JsonNode firstAccepted(String provider) {
    String file = "/vectors/" + provider + ".json";
    try (InputStream stream = Sender.class.getResourceAsStream(file)) {
      if (stream == null) {
        throw new AssertionError("every provider has its vectors, but there is no " + file);
      }
      for (JsonNode vector : JSON.readTree(stream).required("vectors")) {
        if (vector.required("expect").path("outcome").asText().equals("accepted")) {
          return vector;
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(file, e);
    }
    throw new AssertionError("no vector in " + file + " is accepted");
  }

  /**
   * An event to be sent.
   *
   * @param key under which it is to be found
   * @param body what is sent
   */
  record Outgoing(EventKey key, Body body) {}

  /** Returns the event number {@code number}; number 0 is the vector's own. */
  Outgoing event(int number) {
    String named = vectorId.substring(0, (vectorId + "/").indexOf('/'));
    String renamed = number == 0 ? named : named + "-" + number;
    return new Outgoing(
        new EventKey(provider.name(), vectorId.replace(named, renamed)),
        Body.ofUtf8(vectorBody.replace(named, renamed)));
  }

  /** Returns the event number {@code number}, which happened so much {@code earlier}. */
  Outgoing event(int number, Duration earlier) {
    Outgoing event = event(number);
    String then = toSeconds(occurredAt.minus(earlier));
    return new Outgoing(
        new EventKey(provider.name(), event.key().eventId().replace(toSeconds(occurredAt), then)),
        Body.ofUtf8(event.body().utf8().replace(toSeconds(occurredAt), then)));
  }

  private static String toSeconds(Instant time) {
    return time.toString().substring(0, "2026-06-01T12:00:00".length());
  }

  Provider provider() {
    return provider;
  }

  /** Returns the time of the vector. */
  Instant start() {
    return start;
  }

  /** Returns how long the provider waits after each failed attempt, as its contract says. */
  List<Duration> waits() {
    return switch (provider.name()) {
      case "lamina" ->
          List.of(Duration.ofSeconds(5), Duration.ofSeconds(30), Duration.ofMinutes(2));
      case "lemma", "lamba" ->
          List.of(
              Duration.ofSeconds(10),
              Duration.ofSeconds(20),
              Duration.ofSeconds(40),
              Duration.ofSeconds(80),
              Duration.ofSeconds(160));
      case "lucid" ->
          List.of(
              Duration.ofMinutes(1),
              Duration.ofMinutes(5),
              Duration.ofMinutes(30),
              Duration.ofHours(2),
              Duration.ofHours(12));
      case "lymnus" ->
          List.of(
              Duration.ofMinutes(1),
              Duration.ofMinutes(5),
              Duration.ofMinutes(30),
              Duration.ofHours(2),
              Duration.ofHours(8));
      default -> throw new AssertionError("nobody has written down when it retries: " + provider);
    };
  }

  /** Returns the keys that its deliveries are to be judged with. */
  List<VerificationKey> keys() {
    return signer.keys();
  }

  /** Returns a delivery of {@code body}, signed {@code now}. */
  Delivery delivery(Body body, Instant now) {
    return new Delivery(signer.headers(body, now), body, now);
  }
}
