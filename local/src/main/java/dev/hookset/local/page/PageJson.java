package dev.hookset.local.page;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hookset.EventKey;
import dev.hookset.local.stack.Exchange;
import dev.hookset.providers.Providers;
import dev.hookset.receive.Provider;
import dev.hookset.receive.Receipt;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the page is told, as messages of a stream of server-sent events. */
final class PageJson {
  /** A message that is for nobody, and only shows that the stream is alive. */
  static final String NOTHING = ":\n\n";

  /** After what time a page whose stream has ended asks again. */
  private static final Duration AGAIN_AFTER = Duration.ofMillis(500);

  private static final JsonMapper JSON = new JsonMapper();

  private PageJson() {}

  /**
   * All that is kept.
   *
   * @param deliveries the deliveries, the oldest first
   * @param events the last step of each event
   * @param handlers the handlers that ran, by event
   * @param flaw why the handlers that were saved last do not run; null if they do
   */
  record Snapshot(
      List<LogEntry.Delivered> deliveries,
      List<LogEntry.Transition> events,
      Map<EventKey, Set<String>> handlers,
      @Nullable String flaw) {}

  /**
   * Returns the message with which a stream begins.
   *
   * @param contents what is shown
   * @param token what the page has to show when it asks for something to be done
   */
  static String snapshot(Snapshot snapshot, Contents contents, String token) {
    Contents.Origin origin = contents.origin();
    ObjectNode json =
        JSON.createObjectNode()
            .put("token", token)
            .put("flaw", snapshot.flaw())
            .put("stack", origin.stack())
            .put("canReplay", origin.canReplay());
    ArrayNode providers = json.putArray("providers");
    contents
        .samples()
        .forEach(
            (name, types) -> {
              URI url = contents.url(name);
              ArrayNode listed =
                  providers
                      .addObject()
                      .put("name", name)
                      .put("title", Providers.named(name).map(Provider::title).orElse(name))
                      .put("url", url == null ? null : url.toString())
                      .putArray("types");
              types.forEach(listed::add);
            });
    ArrayNode deliveries = json.putArray("deliveries");
    snapshot.deliveries().forEach(delivered -> deliveries.add(row(delivered)));
    ArrayNode events = json.putArray("events");
    snapshot.events().forEach(transition -> events.add(state(transition)));
    ArrayNode ran = json.putArray("ran");
    snapshot.handlers().forEach((key, handlers) -> ran.add(handlersOf(key, handlers)));
    return "retry: " + AGAIN_AFTER.toMillis() + "\n" + message("snapshot", json);
  }

  static String delivery(LogEntry.Delivered delivered) {
    return message("delivery", row(delivered));
  }

  static String event(LogEntry.Transition transition) {
    return message("event", state(transition));
  }

  /** More is known of an event, whose status is as it was. */
  static String line(EventKey key) {
    return message("line", JSON.createObjectNode().put("key", key.toString()));
  }

  static String ran(EventKey key, Set<String> handlers) {
    return message("ran", handlersOf(key, handlers));
  }

  private static ObjectNode handlersOf(EventKey key, Set<String> handlers) {
    ObjectNode json = JSON.createObjectNode().put("key", key.toString());
    ArrayNode names = json.putArray("handlers");
    handlers.forEach(names::add);
    return json;
  }

  /** All deliveries as far as {@code upTo} were cleared away. */
  static String cleared(long upTo) {
    return message("cleared", JSON.createObjectNode().put("upTo", upTo));
  }

  static String trouble(String words) {
    return message("trouble", JSON.createObjectNode().put("message", words));
  }

  static String handlers(@Nullable String flaw) {
    return message("handlers", JSON.createObjectNode().put("flaw", flaw));
  }

  private static ObjectNode row(LogEntry.Delivered delivered) {
    Exchange exchange = delivered.exchange();
    Receipt receipt = exchange.receipt();
    ObjectNode json =
        JSON.createObjectNode()
            .put("number", delivered.number())
            .put("at", exchange.receivedAt().toEpochMilli())
            .put("provider", exchange.provider())
            .put("answer", exchange.reply().status());
    if (delivered.editedFrom() != null) {
      json.put("editedFrom", delivered.editedFrom());
    }
    EventKey original = delivered.original();
    if (receipt != null) {
      json.put("outcome", receipt.outcome().name())
          .put("detail", receipt.detail())
          .put("type", receipt.type());
    }
    if (receipt != null && receipt.key() != null && original != null) {
      json.put("key", receipt.key().toString())
          .put("id", original.eventId())
          .put("conflict", receipt.conflict());
    }
    return json;
  }

  private static ObjectNode state(LogEntry.Transition transition) {
    ObjectNode json =
        JSON.createObjectNode()
            .put("key", transition.key().toString())
            .put("status", transition.status().name());
    if (transition.kind() == LogEntry.Kind.RETRY && transition.until() != null) {
      json.put("until", transition.until().toEpochMilli());
    }
    return json;
  }

  private static String message(String event, JsonNode data) {
    return "event: " + event + "\ndata: " + write(data) + "\n\n";
  }

  /** Returns {@code tree} on one line. */
  static String write(JsonNode tree) {
    try {
      return JSON.writeValueAsString(tree);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree can be written", e);
    }
  }
}
