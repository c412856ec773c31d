package dev.hookset.local.forget;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hookset.EventKey;
import dev.hookset.local.history.LogFile;
import dev.hookset.local.operator.Mention;
import dev.hookset.local.page.Page;
import dev.hookset.local.page.PageSecret;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What {@code ./hookset dev} keeps beside the records: the log of its functions, and the book of
 * deliveries that its page shows, in memory and in a file, which only it can change.
 */
public final class DevTraces {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int BATCH = 10;
  private static final JsonMapper JSON = new JsonMapper();

  private final Path state;
  private final URI dev;

  /**
   * Creates it; calls nothing.
   *
   * @param state where the local stack is kept
   * @param dev the address of the running {@code dev}
   */
  public DevTraces(Path state, URI dev) {
    this.state = Objects.requireNonNull(state, "state");
    this.dev = Objects.requireNonNull(dev, "dev");
  }

  /**
   * What was erased.
   *
   * @param logLines lines of the log
   * @param deliveries deliveries of the book
   */
  public record Erased(int logLines, int deliveries) {}

  /**
   * Erases what tells of some events, and what mentions a text.
   *
   * @param text null for nothing else than those events
   * @throws IOException if {@code dev} does not answer, or a file cannot be written
   */
  public Erased erase(Collection<EventKey> keys, @Nullable String text)
      throws IOException, InterruptedException {
    Set<String> ids = new HashSet<>();
    keys.forEach(key -> ids.add(key.toString()));
    Mention mention = text == null ? null : new Mention(text);
    int lines =
        new LogFile(state)
            .erase(
                line ->
                    ids.contains(line.provider() + "#" + line.eventId())
                        || (mention != null && mention.isIn(line.json())));
    int deliveries = 0;
    List<String> all = List.copyOf(ids);
    for (int i = 0; i == 0 || i < all.size(); i += BATCH) {
      deliveries += ask(all.subList(i, Math.min(i + BATCH, all.size())), text);
    }
    return new Erased(lines, deliveries);
  }

  private int ask(List<String> keys, @Nullable String text)
      throws IOException, InterruptedException {
    ObjectNode request = JSON.createObjectNode().put("text", text);
    ArrayNode names = request.putArray("keys");
    keys.forEach(names::add);
    try (HttpClient client = HttpClient.newBuilder().proxy(HttpClient.Builder.NO_PROXY).build()) {
      HttpResponse<String> answer =
          client.send(
              PageSecret.in(state)
                  .shownIn(HttpRequest.newBuilder(dev.resolve(Page.FORGET)))
                  .timeout(PATIENCE)
                  .header("Content-Type", "application/json")
                  .POST(HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(request)))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() != 200) {
        throw new IOException(
            "`./hookset dev` answered "
                + answer.statusCode()
                + " "
                + JSON.readTree(answer.body()).path("message").asText());
      }
      JsonNode erased = JSON.readTree(answer.body()).path("deliveries");
      return erased.asInt();
    }
  }
}
