package dev.hookset.local.page;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hookset.Body;
import dev.hookset.EventKey;
import dev.hookset.inbox.Inbox;
import dev.hookset.inbox.InboxRecord;
import dev.hookset.inbox.InboxUnavailable;
import dev.hookset.inbox.UnreadableRecord;
import dev.hookset.local.samples.Deliveries;
import dev.hookset.local.samples.DeliveryRequest;
import dev.hookset.local.stack.Exchange;
import dev.hookset.providers.Providers;
import dev.hookset.receive.Provider;
import dev.hookset.receive.Receipt;
import dev.hookset.receive.Reply;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Sends a delivery again after somebody has edited it: signed anew, by the provider's key and at
 * the present time. Before, it says what would come of it. Safe to share between threads.
 */
final class Resending {
  private static final Duration UNTIL_LOGGED = Duration.ofSeconds(10);

  private final DeliveryLog log;
  private final Inbox inbox;
  private final Verification verification;
  private final SampleSender sender;
  private final Function<String, URI> urls;
  private final InstantSource clock;
  private final JsonMapper json = new JsonMapper();

  Resending(
      DeliveryLog log,
      Inbox inbox,
      Verification verification,
      SampleSender sender,
      Function<String, URI> urls,
      InstantSource clock) {
    this.log = log;
    this.inbox = inbox;
    this.verification = verification;
    this.sender = sender;
    this.urls = urls;
    this.clock = clock;
  }

  /**
   * Returns what of a delivery can be edited: its headers, a line each, and which are made anew.
   */
  ObjectNode draft(LogEntry.Delivered delivered) {
    Provider provider = provider(delivered.exchange());
    Set<String> anew = Deliveries.proofHeaders(provider);
    Map<String, String> edited = sent(delivered.exchange());
    edited.keySet().removeAll(anew);
    ObjectNode draft =
        json.createObjectNode().put("title", provider.title()).put("headers", lines(edited));
    ArrayNode names = draft.putArray("anew");
    anew.forEach(names::add);
    return draft;
  }

  /** Returns the headers that the sender of a delivery has set, but for those of the connection. */
  private static Map<String, String> sent(Exchange exchange) {
    Map<String, String> sent = new TreeMap<>(exchange.headers());
    sent.keySet().removeIf(name -> !Curl.isOfTheSender(name));
    return sent;
  }

  /**
   * Does what the page asks for.
   *
   * @param what {@code preview} says what would come of it, {@code fresh} gives it the ID of an
   *     event of its own, and nothing sends it
   * @param request the number of the delivery, its headers, a line each, and its body as {@code
   *     text} or {@code base64}; neither for the body as it came
   */
  Answer act(String what, JsonNode request) {
    LogEntry.Delivered from = log.delivery(request.path("number").asLong());
    Body body = from == null ? null : from.exchange().body();
    if (from == null || body == null) {
      return Answer.message(404, "This delivery is not kept any more.");
    }
    try {
      DeliveryRequest edited = edited(from.exchange(), body, request);
      return switch (what) {
        case "" -> send(edited, from);
        case "/preview" -> Answer.of(200, preview(edited, from));
        case "/fresh" -> fresh(edited);
        default -> Answer.message(404, "Not Found");
      };
    } catch (IllegalArgumentException e) {
      return Answer.message(400, e.getMessage());
    } catch (InboxUnavailable | UnreadableRecord e) {
      return Answer.message(503, "the records cannot be read: " + e.getMessage());
    } catch (InvalidFormatException e) {
      return Answer.message(400, "the body is no base64");
    } catch (IOException e) {
      return Answer.message(502, "the stack does not answer: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Answer.message(503, "the stack is being stopped");
    }
  }

  private static DeliveryRequest edited(Exchange exchange, Body came, JsonNode request)
      throws IOException {
    String text = request.path("text").textValue();
    byte[] bytes = request.path("base64").binaryValue();
    return new DeliveryRequest(
        provider(exchange),
        headers(request.path("headers").asText()),
        bytes != null ? Body.wrap(bytes) : text == null ? came : Body.ofUtf8(text),
        exchange.method(),
        exchange.query());
  }

  private static String lines(Map<String, String> headers) {
    StringBuilder lines = new StringBuilder();
    headers.forEach((name, value) -> lines.append(name).append(": ").append(value).append('\n'));
    return lines.toString();
  }

  private static Map<String, String> headers(String lines) {
    Map<String, String> headers = new LinkedHashMap<>();
    lines
        .lines()
        .filter(line -> !line.isBlank())
        .forEach(
            line -> {
              int colon = line.indexOf(':');
              if (colon < 1) {
                throw new IllegalArgumentException(
                    "“" + line + "” is no header: they stand one a line, as name: value");
              }
              String name = line.substring(0, colon).strip().toLowerCase(Locale.ROOT);
              // The client would send a question mark, and the way set its own.
              if (!DeliveryRequest.canStandInAHeader(line)) {
                throw new IllegalArgumentException(
                    "“" + name + "” cannot be sent: a header is of printable ASCII");
              }
              if (!Curl.isOfTheSender(name)) {
                throw new IllegalArgumentException(
                    "“" + name + "” cannot be sent: the way of a delivery sets it anew");
              }
              headers.merge(
                  name, line.substring(colon + 1).strip(), (one, other) -> one + "," + other);
            });
    return headers;
  }

  private DeliveryRequest signed(DeliveryRequest edited) {
    return sender.signed(edited, verification.address(exchange(edited)));
  }

  /** Returns a delivery as it would come. */
  private Exchange exchange(DeliveryRequest request) {
    String provider = request.provider().name();
    Map<String, String> headers = new TreeMap<>();
    request.headers().forEach((name, value) -> headers.put(name.toLowerCase(Locale.ROOT), value));
    URI url = urls.apply(provider);
    return new Exchange(
        provider,
        request.method(),
        request.query().isEmpty() ? url.toString() : url + "?" + request.query(),
        clock.instant(),
        Duration.ZERO,
        headers,
        request.body(),
        false,
        null,
        new Reply(0, Map.of(), null));
  }

  private Answer send(DeliveryRequest edited, LogEntry.Delivered from)
      throws IOException, InterruptedException {
    DeliveryRequest request = signed(edited);
    Edits.Edit edit = log.expect(request, from.number());
    ObjectNode sent = json.createObjectNode();
    try {
      sent.put("status", sender.send(request));
      return Answer.of(
          200,
          sent.put("number", edit.number().get(UNTIL_LOGGED.toMillis(), TimeUnit.MILLISECONDS)));
    } catch (TimeoutException e) {
      return Answer.of(200, sent); // It was answered, and shows up in the list.
    } catch (ExecutionException e) {
      throw new IllegalStateException("nothing fails it", e);
    } finally {
      log.forget(edit);
    }
  }

  private Answer fresh(DeliveryRequest edited) {
    DeliveryRequest renamed = Deliveries.renamed(edited, UUID.randomUUID().toString());
    if (renamed == null) {
      return Answer.message(
          409,
          "nothing in it is known to say its ID; where the digest does, any change makes it"
              + " another event");
    }
    ObjectNode answer = json.createObjectNode().put("headers", lines(renamed.headers()));
    if (!renamed.body().equals(edited.body())) {
      answer.put("text", renamed.body().utf8());
    }
    return Answer.of(200, answer);
  }

  private ObjectNode preview(DeliveryRequest edited, LogEntry.Delivered from) {
    DeliveryRequest request = signed(edited);
    sender.check(request);
    Exchange next = exchange(request);
    ObjectNode preview = json.createObjectNode();
    addHeaders(preview, from.exchange(), next);
    preview.put("bytes", request.body().size());
    Receipt receipt = verification.judge(next);
    EventKey key = receipt == null ? null : receipt.key();
    Fate fate = fate(receipt, request.body());
    return preview
        .put("id", key == null ? null : key.eventId())
        .put("fate", fate.name())
        .put("words", words(fate, receipt, key != null && key.equals(from.original())))
        .put(
            "canRename",
            (fate == Fate.DUPLICATE || fate == Fate.CONFLICT)
                && Deliveries.renamed(edited, "fresh") != null);
  }

  private static void addHeaders(ObjectNode preview, Exchange original, Exchange next) {
    Set<String> anew = Deliveries.proofHeaders(provider(original));
    Map<String, String> before = sent(original);
    Map<String, String> after = sent(next);
    Set<String> names = new TreeSet<>(before.keySet());
    names.addAll(after.keySet());
    ArrayNode headers = preview.putArray("headers");
    for (String name : names) {
      if (!Objects.equals(before.get(name), after.get(name))) {
        headers
            .addObject()
            .put("name", name)
            .put("before", before.get(name))
            .put("after", after.get(name))
            .put("anew", anew.contains(name));
      }
    }
  }

  private static Provider provider(Exchange exchange) {
    return Providers.named(exchange.provider()).orElseThrow();
  }

  /** What would become of a delivery. */
  private enum Fate {
    /** It is an event of its own. */
    NEW,
    /** Its event is recorded, with the same bytes. */
    DUPLICATE,
    /** Its event is recorded, with other bytes. */
    CONFLICT,
    /** It is recorded, and not handled. */
    SKIPPED,
    /** It is recorded, for a person to look at. */
    QUARANTINED,
    /** It is a question of the sender's, which is answered and not recorded. */
    ANSWERED,
    /** It is not accepted. */
    REFUSED,
    /** Its function alone can tell. */
    UNKNOWN
  }

  private Fate fate(@Nullable Receipt receipt, Body body) {
    if (receipt == null) {
      return Fate.UNKNOWN;
    }
    EventKey key = receipt.key();
    InboxRecord record = key == null ? null : inbox.find(key).orElse(null);
    return switch (receipt.outcome()) {
      case REFUSED, NOT_CONFIGURED, UNAVAILABLE -> Fate.REFUSED;
      case ANSWERED -> Fate.ANSWERED;
      case ACCEPTED, DUPLICATE, SKIPPED, QUARANTINED -> {
        if (record != null) {
          yield record.digest().equals(body.sha256()) ? Fate.DUPLICATE : Fate.CONFLICT;
        }
        yield switch (receipt.outcome()) {
          case SKIPPED -> Fate.SKIPPED;
          case QUARANTINED -> Fate.QUARANTINED;
          case ACCEPTED, DUPLICATE, ANSWERED, REFUSED, NOT_CONFIGURED, UNAVAILABLE -> Fate.NEW;
        };
      }
    };
  }

  private static String words(Fate fate, @Nullable Receipt receipt, boolean stays) {
    String id = stays ? "The event ID stays" : "The event ID is that of another recorded event";
    return switch (fate) {
      case NEW ->
          stays
              ? "The event ID stays, but there is no record of it any more: it will be handled."
              : "It is another event, and will be handled.";
      case DUPLICATE ->
          id
              + ", with the same bytes: it will be acknowledged as a duplicate, and not be handled"
              + " again.";
      case CONFLICT ->
          id
              + ", with other bytes than are recorded under it: it will be kept as a conflict"
              + " (QUARANTINED), and not be handled.";
      case SKIPPED -> "It will be recorded and skipped: not subscribed, or of another environment.";
      case QUARANTINED -> "It will be quarantined, as it is not a JSON object.";
      case ANSWERED -> "It is a question of the sender's, which is answered and not recorded.";
      case REFUSED ->
          "It will be refused: "
              + (receipt == null ? "" : String.valueOf(receipt.detail()).replace('_', ' '))
              + ".";
      case UNKNOWN ->
          "Its function fetches its key itself, so this page cannot say what it will make of it.";
    };
  }
}
