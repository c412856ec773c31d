package dev.hookset.local.listen;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hookset.Body;
import dev.hookset.Event;
import dev.hookset.EventKey;
import dev.hookset.Origin;
import dev.hookset.inbox.BodyLost;
import dev.hookset.inbox.UnreadableRecord;
import dev.hookset.local.fixtures.Redaction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Brings events here without having them handled; without what looks personal in them, if that is
 * wanted, and then the same value is replaced by the same one in all of them. Not safe to share
 * between threads.
 */
public final class Pull {
  private static final JsonMapper JSON = new JsonMapper();

  private final Source source;
  private final LocalCopies copies;
  private final @Nullable Redaction redaction;

  /**
   * Creates it; calls nothing.
   *
   * @param redact whether to replace what looks personal
   */
  public Pull(Source source, LocalCopies copies, boolean redact) {
    this.source = Objects.requireNonNull(source, "source");
    this.copies = Objects.requireNonNull(copies, "copies");
    this.redaction = redact ? new Redaction(List.of()) : null;
  }

  /**
   * What became of an event.
   *
   * @param key which event
   * @param type what happened; null if its record could not be read
   * @param outcome what was done
   * @param detail what is to be said about it; null for nothing
   * @param replaced what was replaced
   */
  public record Pulled(
      EventKey key,
      @Nullable String type,
      Outcome outcome,
      @Nullable String detail,
      List<Redaction.Replaced> replaced) {
    /** Copies the list. */
    public Pulled {
      replaced = List.copyOf(replaced);
    }

    private static Pulled not(EventKey key, Outcome outcome, @Nullable String detail) {
      return new Pulled(key, null, outcome, detail, List.of());
    }
  }

  /**
   * Brings an event here.
   *
   * @throws LocalStackAway if the local stack does not answer
   */
  public Pulled pull(EventKey key) {
    try {
      Copy copy = source.read(key).orElse(null);
      if (copy == null) {
        return Pulled.not(key, Outcome.GONE, "its record has expired");
      }
      List<Redaction.Replaced> replaced = new ArrayList<>();
      Copy wanted = redaction == null ? copy : redacted(copy, redaction, replaced);
      return new Pulled(key, copy.event().type(), copies.keep(wanted), null, replaced);
    } catch (BodyLost e) {
      return Pulled.not(key, Outcome.GONE, e.getMessage());
    } catch (UnreadableRecord e) {
      return Pulled.not(key, Outcome.UNREADABLE, e.getMessage());
    } catch (IllegalArgumentException e) {
      return Pulled.not(
          key, Outcome.NOT_REDACTED, "nobody can tell what is personal in it: " + e.getMessage());
    }
  }

  /** Its ID and its type stay what they are, or it would be another event. */
  private static Copy redacted(Copy copy, Redaction all, List<Redaction.Replaced> replaced) {
    Event event = copy.event();
    Redaction redaction = all.keeping(List.of(event.id(), event.type()));
    String text = event.body().utf8();
    if (!Body.ofUtf8(text).equals(event.body())) {
      throw new IllegalArgumentException("its body is not text");
    }
    Redaction.Redacted body = redaction.of(text);
    replaced.addAll(body.replaced());
    Map<String, String> headers = redacted(copy.headers(), redaction, "headers", replaced);
    Map<String, String> origin = new HashMap<>();
    put(origin, "deliveryId", event.origin().deliveryId());
    put(origin, "workspace", event.origin().workspace());
    put(origin, "project", event.origin().project());
    origin = redacted(origin, redaction, "origin", replaced);
    return new Copy(
        new Event(
            event.key(),
            event.type(),
            event.occurredAt(),
            event.environment(),
            Body.ofUtf8(body.json()),
            new Origin(origin.get("deliveryId"), origin.get("workspace"), origin.get("project"))),
        copy.status(),
        headers,
        copy.traceId());
  }

  private static void put(Map<String, String> map, String name, @Nullable String value) {
    if (value != null) {
      map.put(name, value);
    }
  }

  /** Redacts some texts as the members of an object. */
  private static Map<String, String> redacted(
      Map<String, String> texts,
      Redaction redaction,
      String path,
      List<Redaction.Replaced> replaced) {
    ObjectNode object = JSON.createObjectNode();
    texts.forEach(object::put);
    try {
      Redaction.Redacted redacted = redaction.of(JSON.writeValueAsString(object));
      redacted
          .replaced()
          .forEach(
              each ->
                  replaced.add(
                      new Redaction.Replaced(path + each.path().substring(1), each.kind())));
      Map<String, String> result = new HashMap<>();
      JSON.readTree(redacted.json())
          .properties()
          .forEach(member -> result.put(member.getKey(), member.getValue().asText()));
      return result;
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("texts can be written as JSON", e);
    }
  }
}
