package dev.hookset.local.reconcile;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hookset.Body;
import dev.hookset.Event;
import dev.hookset.EventKey;
import dev.hookset.Origin;
import dev.hookset.Rfc3339;
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
 * The messages that Svix has attempted to send to an endpoint: {@code GET
 * /api/v1/app/{app}/endpoint/{endpoint}/msg}, the newest first, {@code limit} up to 250, {@code
 * iterator} from the page before until it is {@code done}; {@code after} a time, {@code
 * with_content} with payloads. A message's {@code id} is the header {@code webhook-id} of each of
 * its deliveries. Its {@code status} is 0 once it was delivered.
 *
 * <p>Whoever sends by Standard Webhooks and through Svix, or runs Svix's open server, has this API;
 * a consumer gets a token for it with the access to the application portal.
 *
 * @see <a
 *     href="https://api.svix.com/docs#tag/Message-Attempt/operation/v1.message-attempt.list-attempted-messages">
 *     Svix: List Attempted Messages</a>
 * @see <a href="https://github.com/svix/svix-webhooks">github.com/svix/svix-webhooks,
 *     javascript/src/api/messageAttempt.ts and models/endpointMessageOut.ts</a>
 */
public final class SvixMessages implements Lister {
  /** Where the API is, of accounts in the United States. */
  public static final String BASE = "https://api.us.svix.com";

  private final Api api;
  private final String provider;
  private final String path;

  /**
   * Creates a lister; calls nothing.
   *
   * @param provider whose events they are here
   * @param app the application's ID, there
   * @param endpoint the endpoint's
   */
  public SvixMessages(Api api, String provider, String app, String endpoint) {
    this.api = Objects.requireNonNull(api, "api");
    this.provider = Objects.requireNonNull(provider, "provider");
    this.path = "/api/v1/app/" + encoded(app) + "/endpoint/" + encoded(endpoint) + "/msg";
  }

  /** Returns the headers that show a token. */
  public static Map<String, String> headers(String token) {
    return Map.of("Authorization", "Bearer " + token, "Accept", "application/json");
  }

  @Override
  public List<Sent> since(Instant from) {
    Map<String, Sent> all = new LinkedHashMap<>();
    String start = path + "?limit=250&with_content=true&after=" + encoded(from.toString());
    String iterator = "";
    while (true) {
      Api.Answer page = api.get(start + iterator);
      for (String raw : RawJson.elements(page.text(), "data")) {
        Sent sent = sent(raw);
        if (sent != null && !sent.at().isBefore(from)) {
          all.putIfAbsent(sent.id(), sent);
        }
      }
      String next = page.json().path("iterator").textValue();
      if (page.json().path("done").asBoolean(true) || next == null) {
        return List.copyOf(all.values());
      }
      String more = "&iterator=" + encoded(next);
      if (more.equals(iterator)) {
        throw new ApiProblem("Svix says that there are more messages, and not which; try again");
      }
      iterator = more;
    }
  }

  private @Nullable Sent sent(String raw) {
    JsonNode json = Api.read(raw);
    String id = json.path("id").asText("");
    Instant at = Rfc3339.parse(json.path("timestamp").asText(""));
    if (id.isEmpty() || at == null) {
      return null;
    }
    String payload = RawJson.member(raw, "payload");
    JsonNode body = json.path("payload");
    String type = body.path("type").asText(json.path("eventType").asText(Event.UNKNOWN_TYPE));
    Instant occurredAt = Rfc3339.parse(body.path("timestamp").asText(""));
    return new Sent(
        id,
        type,
        at,
        json.path("status").isInt() ? json.path("status").asInt() == 0 : null,
        true,
        new Event(
            new EventKey(provider, id),
            type,
            occurredAt == null ? at : occurredAt,
            null,
            Body.ofUtf8(payload),
            Origin.UNKNOWN));
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

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
