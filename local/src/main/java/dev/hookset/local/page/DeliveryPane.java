package dev.hookset.local.page;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hookset.Body;
import dev.hookset.EventKey;
import dev.hookset.inbox.Inbox;
import dev.hookset.inbox.InboxRecord;
import dev.hookset.inbox.InboxUnavailable;
import dev.hookset.inbox.UnreadableRecord;
import dev.hookset.local.fixtures.Fixture;
import dev.hookset.local.operator.Conflict;
import dev.hookset.local.operator.Records;
import dev.hookset.local.operator.Timeline;
import dev.hookset.local.samples.DeliveryRequest;
import dev.hookset.local.samples.LambdaEvent;
import dev.hookset.local.stack.Exchange;
import dev.hookset.local.troubleshooting.Diagnosis;
import dev.hookset.providers.Providers;
import dev.hookset.receive.Provider;
import dev.hookset.receive.Receipt;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;

/** Puts together all that is known of one delivery. Safe to share between threads. */
final class DeliveryPane {
  private final DeliveryLog log;
  private final Inbox inbox;
  private final Records records;
  private final Verification verification;
  private final Function<String, URI> urls;
  private final InstantSource clock;
  private final JsonMapper json = new JsonMapper();

  DeliveryPane(
      DeliveryLog log,
      Inbox inbox,
      Records records,
      Verification verification,
      Function<String, URI> urls,
      InstantSource clock) {
    this.log = log;
    this.inbox = inbox;
    this.records = records;
    this.verification = verification;
    this.urls = urls;
    this.clock = clock;
  }

  /** Returns what the page shows of a delivery. */
  ObjectNode of(LogEntry.Delivered delivered) {
    Exchange exchange = delivered.exchange();
    ObjectNode pane =
        json.createObjectNode()
            .put("number", delivered.number())
            .put("provider", exchange.provider())
            .put("at", exchange.receivedAt().toEpochMilli())
            .put("tookMillis", exchange.took().toNanos() / 1e6)
            .put("method", exchange.method())
            .put("editedFrom", delivered.editedFrom());
    ArrayNode headers = pane.putArray("headers");
    exchange.headers().forEach((name, value) -> headers.addArray().add(name).add(value));
    addBody(pane, exchange);
    ObjectNode reply = pane.putObject("reply").put("status", exchange.reply().status());
    ArrayNode replyHeaders = reply.putArray("headers");
    exchange
        .reply()
        .headers()
        .forEach((name, value) -> replyHeaders.addArray().add(name).add(value));
    reply.put("body", exchange.reply().body());
    Receipt receipt = exchange.receipt();
    if (receipt != null) {
      pane.put("outcome", receipt.outcome().name())
          .put("detail", receipt.detail())
          .put("type", receipt.type())
          .put("environment", receipt.environment())
          .put("keyFingerprint", receipt.keyFingerprint())
          .put("pushFailure", receipt.pushFailure())
          .put("conflict", receipt.conflict())
          .put("traceId", receipt.traceId());
    }
    EventKey key = delivered.key();
    if (key != null) {
      pane.put("key", key.toString()).put("id", key.eventId());
      addEvent(pane, key, Objects.requireNonNull(delivered.original()));
    }
    return pane;
  }

  private static void addBody(ObjectNode pane, Exchange exchange) {
    Body body = exchange.body();
    if (body == null) {
      return;
    }
    pane.putObject("body")
        .put("bytes", body.size())
        .put("base64", exchange.base64())
        .put("sha256", body.sha256());
  }

  /**
   * Returns how a delivery is verified, check by check. It is asked for apart from all else: to
   * find out why a long body is refused takes seconds.
   */
  ObjectNode verification(LogEntry.Delivered delivered) {
    ObjectNode pane = json.createObjectNode();
    Diagnosis diagnosis;
    try {
      diagnosis = verification.of(delivered.exchange());
    } catch (IllegalArgumentException e) {
      // So is a blank secret, or a key that is none.
      return pane.put("keyTrouble", e.getMessage());
    }
    if (diagnosis == null) {
      return pane;
    }
    ObjectNode shown = pane.putObject("verification").put("holds", diagnosis.holds());
    ArrayNode steps = shown.putArray("steps");
    for (Diagnosis.Step step : diagnosis.steps()) {
      steps
          .addObject()
          .put("question", step.question())
          .put("answer", step.answer().name())
          .put("seen", step.seen());
    }
    ArrayNode findings = shown.putArray("findings");
    for (Diagnosis.Finding finding : diagnosis.findings()) {
      findings
          .addObject()
          .put("proven", finding.proven())
          .put("explanation", finding.explanation())
          .put("cure", finding.cure());
    }
    ArrayNode tried = shown.putArray("tried");
    diagnosis.tried().forEach(cause -> tried.add(cause.word()));
    return pane;
  }

  private void addEvent(ObjectNode pane, EventKey key, EventKey original) {
    InboxRecord record = null;
    List<Conflict> conflicts = List.of();
    try {
      record = log.find(key, inbox).orElse(null);
      conflicts = record == null ? List.of() : records.conflicts(original);
    } catch (InboxUnavailable | SdkException e) {
      pane.put("trouble", "Its record cannot be read now: " + e.getMessage());
    } catch (UnreadableRecord e) {
      pane.put(
          "trouble",
          "Not understood: "
              + e.getMessage()
              + ". A newer version wrote it, or somebody edited it; below is what this stack saw.");
    }
    if (record != null) {
      addRecord(pane, record);
    }
    pane.put("originalId", original.eventId());
    addTimeline(pane, new EventTimeline(log, key, original), record, conflicts);
    EventActivity known = log.activityOf(key);
    addWaterfall(pane, Waterfall.of(known, bringing(known), record));
    ArrayNode lines = pane.putArray("lines");
    for (LogEntry.Output line : known.output()) {
      lines.addObject().put("at", line.at().toEpochMilli()).put("line", line.line());
    }
  }

  private static void addRecord(ObjectNode pane, InboxRecord record) {
    ObjectNode shown =
        pane.putObject("record")
            .put("status", record.status().name())
            .put("attempts", record.attempts())
            .put("replays", record.replays());
    put(shown, "occurredAt", record.occurredAt());
    put(shown, "settledAt", Timeline.settledAt(record));
    put(shown, "notBefore", record.notBefore());
    put(shown, "expiresAt", record.expiresAt());
  }

  private void addTimeline(
      ObjectNode pane,
      EventTimeline story,
      @Nullable InboxRecord record,
      List<Conflict> conflicts) {
    ArrayNode timeline = pane.putArray("timeline");
    for (EventTimeline.Item item : story.items(record, conflicts, clock.instant())) {
      ObjectNode shown =
          timeline
              .addObject()
              .put("what", item.moment().what())
              .put("details", item.moment().details())
              .put("delivery", item.delivery());
      put(shown, "at", item.moment().at());
      if (item.trace() != null) {
        ArrayNode trace = shown.putArray("trace");
        item.trace()
            .lines()
            .forEach(
                line -> trace.addObject().put("text", line).put("own", FailureTrace.isOwn(line)));
      }
    }
  }

  /** Returns the delivery by which an event came to be recorded; null if it is not there now. */
  private @Nullable Exchange bringing(EventActivity known) {
    for (long number : known.deliveries()) {
      LogEntry.Delivered delivered = log.delivery(number);
      Exchange exchange = delivered == null ? null : delivered.exchange();
      Receipt receipt = exchange == null ? null : exchange.receipt();
      if (receipt != null && receipt.outcome() != Receipt.Outcome.DUPLICATE) {
        return exchange;
      }
    }
    return null;
  }

  private static void addWaterfall(ObjectNode pane, List<Waterfall.Attempt> attempts) {
    ArrayNode waterfall = pane.putArray("waterfall");
    for (Waterfall.Attempt attempt : attempts) {
      Instant start = attempt.start();
      ArrayNode spans =
          waterfall
              .addObject()
              .put("attempt", attempt.number())
              .put("at", start.toEpochMilli())
              .putArray("spans");
      for (Waterfall.Span span : attempt.spans()) {
        spans
            .addObject()
            .put("what", span.what())
            .put("handler", span.isHandler())
            .put("from", millis(start, span.from()))
            .put("to", millis(start, span.to()))
            .put("failed", span.failed());
      }
    }
  }

  private static double millis(Instant from, Instant to) {
    return Duration.between(from, to).toNanos() / 1e6;
  }

  private static void put(ObjectNode object, String name, @Nullable Instant time) {
    if (time != null) {
      object.put(name, time.toEpochMilli());
    }
  }

  /** Returns the command that sends the same delivery again; its body must be there. */
  String curl(LogEntry.Delivered delivered) {
    Exchange exchange = delivered.exchange();
    String query = exchange.query();
    URI url = urls.apply(exchange.provider());
    return Curl.command(
        exchange.method(),
        query.isEmpty() ? url : URI.create(url + "?" + query),
        exchange.headers(),
        Objects.requireNonNull(exchange.body()));
  }

  /**
   * Returns its event as a file for tests, with what was replaced in it; or, in {@code message},
   * why there is none.
   */
  ObjectNode fixture(@Nullable EventKey key, Body body) {
    ObjectNode answer = json.createObjectNode();
    try {
      InboxRecord record = key == null ? null : inbox.find(key).orElse(null);
      if (key == null || record == null) {
        return answer.put("message", "There is no record of it.");
      }
      Fixture fixture = Fixture.of(record.event(body));
      answer
          .put("name", (key.provider() + "-" + record.type()).replaceAll("[^\\w.-]", "_") + ".json")
          .put("text", fixture.text());
      ArrayNode replaced = answer.putArray("replaced");
      fixture
          .replaced()
          .forEach(
              each ->
                  replaced.addObject().put("path", each.path()).put("kind", each.kind().words()));
      return answer;
    } catch (IllegalArgumentException e) {
      return answer.put("message", "No fixture can be made: " + e.getMessage() + ".");
    } catch (InboxUnavailable | UnreadableRecord e) {
      return answer.put("message", "Its record cannot be read: " + e.getMessage());
    }
  }

  /** Returns the event that its function got; the delivery's body must be there. */
  String lambdaEvent(LogEntry.Delivered delivered) {
    Exchange exchange = delivered.exchange();
    Provider provider = Providers.named(exchange.provider()).orElseThrow();
    Map<String, String> headers = exchange.headers();
    return LambdaEvent.httpApi(
            new DeliveryRequest(
                provider,
                headers,
                Objects.requireNonNull(exchange.body()),
                exchange.method(),
                exchange.query()),
            UUID.randomUUID().toString(),
            exchange.receivedAt(),
            exchange.base64() ? LambdaEvent.BodyForm.BASE64 : LambdaEvent.BodyForm.TEXT)
        .pretty();
  }
}
