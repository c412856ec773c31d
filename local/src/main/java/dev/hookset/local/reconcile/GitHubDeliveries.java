package dev.hookset.local.reconcile;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hookset.Body;
import dev.hookset.Event;
import dev.hookset.EventKey;
import dev.hookset.Origin;
import dev.hookset.Rfc3339;
import dev.hookset.inbox.InboxRecord;
import java.net.URI;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The deliveries of one of GitHub's webhooks: {@code GET
 * /repos/{owner}/{repo}/hooks/{id}/deliveries} (an organization's: {@code
 * /orgs/{org}/hooks/{id}/deliveries}), the newest first, {@code per_page} up to 100, the next page
 * by the header {@code Link}. A delivery's {@code guid} is the header {@code X-GitHub-Delivery},
 * the same for each redelivery; its payload is had one by one, by {@code …/deliveries/{delivery}}.
 * GitHub keeps them for three days, and sends none again by itself.
 *
 * <p>It signs no ID, so the inbox knows an event by the digest of its body. The payload comes here
 * as a part of other JSON: without the blanks it is, as far as is known, what was signed. Were it
 * not, a redelivery by hand after a backfill would be another event.
 *
 * @see <a href="https://docs.github.com/en/rest/repos/webhooks">GitHub: REST API endpoints for
 *     repository webhooks</a>
 * @see <a
 *     href="https://docs.github.com/en/webhooks/testing-and-troubleshooting-webhooks/redelivering-webhooks">
 *     GitHub: Redelivering webhooks</a>
 */
public final class GitHubDeliveries implements Lister {
  /** Where the API is. */
  public static final String BASE = "https://api.github.com";

  private final Api api;
  private final String path;
  private final Map<String, String> deliveries = new HashMap<>();

  /**
   * Creates a lister; calls nothing.
   *
   * @param hook {@code repos/OWNER/REPO/hooks/ID} or {@code orgs/ORG/hooks/ID}
   */
  public GitHubDeliveries(Api api, String hook) {
    this.api = Objects.requireNonNull(api, "api");
    this.path = "/" + hook + "/deliveries";
  }

  /** Returns the headers that show a token. */
  public static Map<String, String> headers(String token) {
    return Map.of(
        "Authorization",
        "Bearer " + token,
        "Accept",
        "application/vnd.github+json",
        "X-GitHub-Api-Version",
        "2022-11-28");
  }

  @Override
  public List<Sent> since(Instant from) {
    Map<String, Sent> all = new LinkedHashMap<>();
    Api.Answer page = api.get(path + "?per_page=100");
    URI here = null;
    while (true) {
      boolean isOlder = false;
      for (JsonNode json : page.json()) {
        Sent sent = sent(json);
        if (sent != null && sent.at().isBefore(from)) {
          isOlder = true;
        } else if (sent != null) {
          deliveries.putIfAbsent(sent.id(), json.path("id").asText());
          all.merge(sent.id(), sent, GitHubDeliveries::together);
        }
      }
      URI next = page.links().get("next");
      if (isOlder || next == null) {
        return List.copyOf(all.values());
      }
      if (next.equals(here)) {
        throw new ApiProblem("GitHub's list of deliveries leads in a circle; try again");
      }
      here = next;
      page = api.get(next);
    }
  }

  /** Of several deliveries of one event, the first time and any success. */
  private static Sent together(Sent one, Sent other) {
    return new Sent(
        one.id(),
        one.type(),
        one.at().isBefore(other.at()) ? one.at() : other.at(),
        Boolean.TRUE.equals(one.delivered()) || Boolean.TRUE.equals(other.delivered()),
        true,
        null);
  }

  private static @Nullable Sent sent(JsonNode json) {
    String guid = json.path("guid").asText("");
    Instant at = Rfc3339.parse(json.path("delivered_at").asText(""));
    if (guid.isEmpty() || at == null) {
      return null;
    }
    int status = json.path("status_code").asInt();
    return new Sent(
        guid,
        json.path("event").asText(Event.UNKNOWN_TYPE),
        at,
        status >= 200 && status < 300,
        true,
        null);
  }

  @Override
  public String idOf(InboxRecord record) {
    return Objects.requireNonNullElse(record.origin().deliveryId(), record.key().eventId());
  }

  @Override
  public Event event(Sent sent) {
    Api.Answer answer = api.get(path + "/" + deliveries.get(sent.id()));
    String payload = RawJson.member(answer.text(), "request", "payload");
    if (payload.isEmpty() || payload.equals("null")) {
      throw new ApiProblem("GitHub does not have the payload of " + sent.id() + " any more");
    }
    JsonNode json = answer.json().path("request").path("payload");
    Body body = Body.ofUtf8(payload);
    return new Event(
        new EventKey("github", "sha256:" + body.sha256()),
        sent.type(),
        null,
        null,
        body,
        new Origin(
            sent.id(),
            json.path("organization").path("login").textValue(),
            json.path("repository").path("full_name").textValue()));
  }

  @Override
  public boolean hasBodies() {
    return false;
  }
}
