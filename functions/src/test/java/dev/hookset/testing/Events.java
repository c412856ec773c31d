package dev.hookset.testing;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hookset.Body;
import dev.hookset.Delivery;
import dev.hookset.Event;
import dev.hookset.EventKey;
import dev.hookset.Origin;
import dev.hookset.fuzz.SigningSender;
import dev.hookset.inbox.InMemoryInbox;
import dev.hookset.inbox.InboxRecord;
import dev.hookset.providers.Providers;
import dev.hookset.receive.InMemoryWorkQueue;
import dev.hookset.receive.Provider;
import dev.hookset.receive.Receiver;
import dev.hookset.receive.Subscription;
import dev.hookset.signing.Verifier;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Events as the receivers make them: a sample of the provider's is signed, received and recorded.
 * The same call gives the same event.
 *
 * <p>The samples stand in the test resources, {@code samples/<provider>.json}: a body by type, as
 * the sender writes it, or, for a form, as a string. {@code ./hookset send} sends the same.
 */
public final class Events {
  /** When the samples happened, and what time it is where the kit has a clock. */
  public static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");

  private static final JsonMapper JSON = new JsonMapper();
  private static final Duration ALWAYS = Duration.ofDays(36_500);

  private Events() {}

  /**
   * Returns the sample of a type.
   *
   * @param provider such as {@code lemma}
   * @param type one of {@link #types}
   */
  public static Event of(String provider, String type) {
    JsonNode sample = samples(provider).path(type);
    if (sample.isMissingNode()) {
      throw new IllegalArgumentException(
          "there is no sample of " + provider + "'s " + type + "; there are " + types(provider));
    }
    return of(provider, type, body(sample), NOW);
  }

  /**
   * Returns the sample of a type as if it had happened at another time: another event, of the same
   * incident, user or run as the sample.
   *
   * @param at to the second
   */
  public static Event of(String provider, String type, Instant at) {
    Event sample = of(provider, type);
    String body =
        sample
            .body()
            .utf8()
            .replace(toSeconds(NOW), toSeconds(at))
            .replace(unixSeconds(NOW), unixSeconds(at));
    String id = '"' + sample.id() + '"';
    String other = '"' + sample.id() + "-" + at.getEpochSecond() + '"';
    String number = ":" + sample.id() + ",";
    String otherNumber = ":" + at.getEpochSecond() + ",";
    return of(
        provider, type, Body.ofUtf8(body.replace(id, other).replace(number, otherNumber)), at);
  }

  private static String toSeconds(Instant time) {
    return time.toString().substring(0, "2026-06-01T12:00:00".length());
  }

  /** Milliseconds begin with the same digits. */
  private static String unixSeconds(Instant time) {
    return Long.toString(time.getEpochSecond());
  }

  /** A form is a string, any other body what it is. */
  private static Body body(JsonNode sample) {
    return Body.ofUtf8(sample.isTextual() ? sample.textValue() : sample.toString());
  }

  /**
   * Returns the event that {@code provider} would tell of with {@code body}; of the type of the
   * first sample, where the type stands in a header.
   */
  public static Event of(String provider, Body body) {
    Provider sender = sender(provider);
    return of(provider, sender.typeHeader() == null ? "" : types(provider).getFirst(), body, NOW);
  }

  private static Provider sender(String provider) {
    return Providers.named(provider)
        .orElseThrow(() -> new IllegalArgumentException("there is no provider " + provider));
  }

  private static Event of(String provider, String type, Body body, Instant at) {
    Provider sender = sender(provider);
    SigningSender signing = new SigningSender(sender);
    InMemoryInbox inbox = new InMemoryInbox(ALWAYS);
    Map<String, String> headers =
        new HashMap<>(signing.headers(body, at, "msg_" + at.getEpochSecond()));
    if (sender.typeHeader() != null) {
      headers.put(sender.typeHeader(), type);
    }
    new Receiver(
            sender,
            new Verifier(
                sender.scheme(), signing::keys, Duration.ofMinutes(5), body.size(), () -> at),
            inbox,
            new InMemoryWorkQueue(() -> at),
            new Subscription("", null),
            ALWAYS,
            _ -> {})
        .receive(new Delivery(headers, body, at), null);
    InboxRecord recorded = inbox.all().getFirst();
    return recorded.event(body);
  }

  /**
   * Returns an event that was recorded and saved: by {@code ./hookset show ID --fixture}, or on the
   * page of {@code ./hookset dev}.
   *
   * @param name of a file in the test resources, in {@code fixtures/}
   */
  public static Event fixture(String name) {
    String file = "/fixtures/" + name;
    try (InputStream stream = Events.class.getResourceAsStream(file)) {
      if (stream == null) {
        throw new IllegalArgumentException("there is no " + file + " in the test resources");
      }
      return fixture(stream.readAllBytes());
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(file + " is no fixture: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException(file, e);
    }
  }

  /** The body is taken as it stands, and not read and written anew. */
  static Event fixture(byte[] json) throws IOException {
    Map<String, String> facts = new HashMap<>();
    Body body = null;
    try (JsonParser parser = JSON.createParser(json)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new JsonParseException(parser, "an object is expected");
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        if (parser.nextToken().isStructStart()) {
          int start = (int) parser.currentTokenLocation().getByteOffset();
          parser.skipChildren();
          int end = (int) parser.currentLocation().getByteOffset();
          body = name.equals("body") ? Body.copyOf(Arrays.copyOfRange(json, start, end)) : body;
        } else {
          facts.put(name, parser.getText());
        }
      }
      if (body == null || !facts.keySet().containsAll(List.of("provider", "eventId", "type"))) {
        throw new JsonParseException(parser, "provider, eventId, type and body are expected");
      }
    }
    String occurredAt = facts.get("occurredAt");
    return new Event(
        new EventKey(fact(facts, "provider"), fact(facts, "eventId")),
        fact(facts, "type"),
        occurredAt == null ? null : Instant.parse(occurredAt),
        facts.get("environment"),
        body,
        new Origin(facts.get("deliveryId"), facts.get("workspace"), facts.get("project")));
  }

  private static String fact(Map<String, String> facts, String name) {
    return Objects.requireNonNull(facts.get(name), name);
  }

  /** Returns the types of which there are samples, the usual one first. */
  public static List<String> types(String provider) {
    List<String> types = new ArrayList<>();
    samples(provider).fieldNames().forEachRemaining(types::add);
    return types;
  }

  private static ObjectNode samples(String provider) {
    String file = "/samples/" + provider + ".json";
    try (InputStream stream = Events.class.getResourceAsStream(file)) {
      if (stream == null) {
        throw new IllegalArgumentException(
            "there are no samples of " + provider + " in the test resources: " + file);
      }
      return (ObjectNode) JSON.readTree(stream);
    } catch (IOException e) {
      throw new UncheckedIOException(file, e);
    }
  }
}
