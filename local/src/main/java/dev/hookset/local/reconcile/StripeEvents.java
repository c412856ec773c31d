package dev.hookset.local.reconcile;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hookset.Body;
import dev.hookset.Event;
import dev.hookset.EventKey;
import dev.hookset.Origin;
import dev.hookset.inbox.InboxRecord;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Stripe's events: {@code GET /v1/events}, going back up to 30 days, the newest first; {@code
 * created[gte]}, {@code limit} up to 100, {@code starting_after} the last one's ID while {@code
 * has_more}. {@code delivery_success=false} leaves those that are pending or whose delivery to an
 * endpoint has failed: those were to come here. Of the others nobody says whether anybody has
 * subscribed to them.
 *
 * @see <a href="https://docs.stripe.com/api/events/list">Stripe: List all events</a>
 * @see <a href="https://docs.stripe.com/webhooks/process-undelivered-events">Stripe: Process
 *     undelivered webhook events</a>
 */
public final class StripeEvents implements Lister {
  /** Where the API is. */
  public static final String BASE = "https://api.stripe.com";

  private final Api api;

  /** Creates a lister; calls nothing. */
  public StripeEvents(Api api) {
    this.api = Objects.requireNonNull(api, "api");
  }

  /** Returns the headers that show a key. */
  public static Map<String, String> headers(String key) {
    return Map.of("Authorization", "Bearer " + key);
  }

  @Override
  public List<Sent> since(Instant from) {
    Map<String, Sent> all = new LinkedHashMap<>();
    list("/v1/events?delivery_success=false&limit=100&created[gte]=", from, false, all);
    list("/v1/events?limit=100&created[gte]=", from, true, all);
    return List.copyOf(all.values());
  }

  private void list(String path, Instant from, boolean delivered, Map<String, Sent> all) {
    String start = path.replace("[", "%5B").replace("]", "%5D") + from.getEpochSecond();
    String after = "";
    while (true) {
      Api.Answer page = api.get(start + after);
      String last = "";
      for (String raw : RawJson.elements(page.text(), "data")) {
        Sent sent = sent(raw, delivered);
        if (sent != null) {
          all.putIfAbsent(sent.id(), sent);
          last = sent.id();
        }
      }
      if (!page.json().path("has_more").asBoolean()) {
        return;
      }
      String next = "&starting_after=" + URLEncoder.encode(last, StandardCharsets.UTF_8);
      if (last.isEmpty() || next.equals(after)) {
        throw new ApiProblem("Stripe says that there are more events, and not which; try again");
      }
      after = next;
    }
  }

  private static @Nullable Sent sent(String raw, boolean delivered) {
    JsonNode json = Api.read(raw);
    String id = json.path("id").asText("");
    if (id.isEmpty()) {
      return null;
    }
    Instant at = Instant.ofEpochSecond(json.path("created").asLong());
    String type = json.path("type").asText(Event.UNKNOWN_TYPE);
    String account = json.path("account").textValue();
    return new Sent(
        id,
        type,
        at,
        delivered,
        !delivered,
        new Event(
            new EventKey("stripe", id),
            type,
            at,
            json.path("livemode").isBoolean()
                ? json.path("livemode").asBoolean() ? "live" : "test"
                : null,
            Body.ofUtf8(raw),
            new Origin(null, account, null)));
  }

  @Override
  public String idOf(InboxRecord record) {
    return record.key().eventId();
  }

  @Override
  public Event event(Sent sent) {
    return Objects.requireNonNull(sent.event(), "each is listed whole");
  }

  @Override
  public boolean hasBodies() {
    return true;
  }
}
