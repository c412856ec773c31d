package dev.hookset.local.reconcile;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Asks a provider's API, and waits as long as it wants to be left in peace. The key goes into a
 * header, and nowhere else. Redirects are not followed, as they would take the key along. Not for
 * several threads.
 */
public final class Api implements AutoCloseable {
  private static final Duration CONNECTING = Duration.ofSeconds(10);
  private static final Duration READING = Duration.ofSeconds(60);
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(15);
  private static final int TRIES = 5;
  private static final JsonMapper JSON = new JsonMapper();

  private final String title;
  private final URI base;
  private final Map<String, String> headers;
  private final InstantSource clock;
  private final Predicate<Duration> pause;
  private final Consumer<String> told;
  private final HttpClient http =
      HttpClient.newBuilder()
          .connectTimeout(CONNECTING)
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();

  /**
   * Creates it; calls nothing.
   *
   * @param title whose API it is, for messages
   * @param base what its URLs begin with
   * @param headers what each request bears, the key among them
   * @param clock our clock
   * @param pause waits; false if it is to end
   * @param told is told what is waited for
   */
  public Api(
      String title,
      URI base,
      Map<String, String> headers,
      InstantSource clock,
      Predicate<Duration> pause,
      Consumer<String> told) {
    this.title = Objects.requireNonNull(title, "title");
    this.base = Objects.requireNonNull(base, "base");
    this.headers = Map.copyOf(headers);
    this.clock = Objects.requireNonNull(clock, "clock");
    this.pause = Objects.requireNonNull(pause, "pause");
    this.told = Objects.requireNonNull(told, "told");
  }

  /**
   * What was answered.
   *
   * @param text the JSON as it came
   * @param json the same, read
   * @param links where the header {@code Link} leads, by its relation
   */
  public record Answer(String text, JsonNode json, Map<String, URI> links) {}

  /**
   * Gets something.
   *
   * @param path below the base, or a URL of the same server
   * @throws ApiProblem if there is no answer that can be used
   */
  Answer get(String path) {
    URI uri = URI.create(base.toString().replaceFirst("/+$", "") + path);
    return get(uri);
  }

  Answer get(URI uri) {
    if (!Objects.equals(uri.getHost(), base.getHost()) || uri.getPort() != base.getPort()) {
      throw new ApiProblem(title + " refers to another server, which gets no key of ours");
    }
    Duration wait = Duration.ofSeconds(1);
    String last = "";
    for (int i = 0; i < TRIES; i++) {
      try {
        HttpResponse<byte[]> response =
            http.send(request(uri), HttpResponse.BodyHandlers.ofByteArray());
        int status = response.statusCode();
        if (status == 200) {
          return answer(response);
        }
        Duration asked = asked(response);
        last = "it answered " + status;
        if (status == 429 || asked != null) {
          wait = asked == null ? wait : asked;
        } else if (status < 500) {
          throw refused(status);
        }
      } catch (IOException e) {
        last = e.getMessage() == null ? "no connection" : e.getMessage();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new ApiProblem("interrupted");
      }
      if (i < TRIES - 1) {
        waitFor(wait, last);
        wait = wait.multipliedBy(2);
      }
    }
    throw new ApiProblem(title + " does not answer (" + last + "); try again later");
  }

  private HttpRequest request(URI uri) {
    HttpRequest.Builder request = HttpRequest.newBuilder(uri).timeout(READING).GET();
    headers.forEach(request::header);
    return request.build();
  }

  private Answer answer(HttpResponse<byte[]> response) {
    String text = new String(response.body(), StandardCharsets.UTF_8);
    try {
      Map<String, URI> links = new HashMap<>();
      response.headers().allValues("link").forEach(header -> read(header, links));
      return new Answer(text, JSON.readTree(text), links);
    } catch (JacksonException | IllegalArgumentException e) {
      throw new ApiProblem(title + " answered with what is no JSON; is the address its API's?");
    }
  }

  private ApiProblem refused(int status) {
    return new ApiProblem(
        switch (status) {
          case 401, 403 ->
              title
                  + " does not accept the key ("
                  + status
                  + "); is it the right one, and may it read events?";
          case 404 -> title + " does not find it (404); is the endpoint or the hook the right one?";
          default -> title + " refuses the request (" + status + ")";
        });
  }

  /** How long it wants to be left in peace; null if it does not say so. */
  private @Nullable Duration asked(HttpResponse<byte[]> response) {
    Instant now = clock.instant();
    String after = response.headers().firstValue("retry-after").orElse("");
    if (after.matches("\\d{1,6}")) {
      return Duration.ofSeconds(Long.parseLong(after));
    }
    try {
      if (!after.isEmpty()) {
        return positive(
            now, ZonedDateTime.parse(after, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
      }
    } catch (DateTimeException e) {
      // It is no time either.
    }
    // GitHub's: nothing is left, and from when on there is again.
    String reset = response.headers().firstValue("x-ratelimit-reset").orElse("");
    boolean isUsedUp =
        response.headers().firstValue("x-ratelimit-remaining").orElse("").equals("0");
    return isUsedUp && reset.matches("\\d{1,12}")
        ? positive(now, Instant.ofEpochSecond(Long.parseLong(reset)))
        : null;
  }

  private static Duration positive(Instant now, Instant then) {
    Duration wait = Duration.between(now, then);
    return wait.isNegative() ? Duration.ZERO : wait;
  }

  private void waitFor(Duration wait, String why) {
    if (wait.compareTo(LONGEST_WAIT) > 0) {
      throw new ApiProblem(
          title
              + " wants to be left in peace for "
              + wait.toMinutes()
              + " minutes; try again then");
    }
    told.accept("Waits " + wait.toSeconds() + " s for " + title + ": " + why + ".");
    if (!pause.test(wait)) {
      throw new ApiProblem("interrupted");
    }
  }

  /** Reads JSON that was read as a part of other JSON before. */
  static JsonNode read(String raw) {
    try {
      return JSON.readTree(raw);
    } catch (JacksonException e) {
      throw new IllegalArgumentException("it was read as JSON before", e);
    }
  }

  /** Reads {@code <https://…>; rel="next", <…>; rel="last"}. */
  private static void read(String header, Map<String, URI> links) {
    for (String part : header.split(",", -1)) {
      int open = part.indexOf('<');
      int close = part.indexOf('>');
      int rel = part.indexOf("rel=\"");
      if (open >= 0 && close > open && rel > close) {
        int end = part.indexOf('"', rel + 5);
        if (end > 0) {
          links.put(part.substring(rel + 5, end), URI.create(part.substring(open + 1, close)));
        }
      }
    }
  }

  @Override
  public void close() {
    http.close();
  }
}
