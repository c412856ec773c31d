package dev.hookset.local.page;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hookset.Body;
import dev.hookset.EventKey;
import dev.hookset.inbox.BodyLost;
import dev.hookset.inbox.Inbox;
import dev.hookset.inbox.InboxRecord;
import dev.hookset.inbox.InboxUnavailable;
import dev.hookset.inbox.Status;
import dev.hookset.inbox.UnreadableRecord;
import dev.hookset.local.operator.Listed;
import dev.hookset.local.operator.Operator;
import dev.hookset.local.operator.Query;
import dev.hookset.local.operator.Records;
import dev.hookset.local.stack.Exchange;
import dev.hookset.receive.Receipt;
import dev.hookset.receive.Reply;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The records of a deployed stack, as {@code ./hookset list} and {@code show} read them. Each
 * stands for the delivery that brought it: of that, a record keeps neither the answer nor the
 * headers, but for a few.
 */
final class RecordsOfStack implements Contents {
  /** So many of each provider's newest are shown. */
  private static final int MOST = 200;

  private final String stack;
  private final List<String> providers;
  private final DeliveryLog log;
  private final Inbox inbox;
  private final Records records;
  private final @Nullable Operator operator;
  private final DeliveryPane pane;
  private final Map<EventKey, Listed> known = new HashMap<>();
  private final Polling polling;

  RecordsOfStack(
      String stack,
      List<String> providers,
      DeliveryLog log,
      Inbox inbox,
      Records records,
      @Nullable Operator operator,
      InstantSource clock) {
    this.stack = stack;
    this.providers = List.copyOf(providers);
    this.log = log;
    this.inbox = inbox;
    this.records = records;
    this.operator = operator;
    this.pane =
        new DeliveryPane(
            log, inbox, records, new Verification(Map.of()), _ -> URI.create("http:/"), clock);
    look();
    this.polling = new Polling(log, false, this::look);
  }

  /** Adds what is new, the oldest first, and what stands elsewhere than before. */
  private void look() {
    List<Listed> all = new ArrayList<>();
    for (String provider : providers) {
      all.addAll(records.newest(Query.of().of(provider), MOST, MOST).records());
    }
    all.sort(Comparator.comparing(Listed::receivedAt));
    for (Listed each : all) {
      Listed before = known.put(each.key(), each);
      if (before == null) {
        log.answered(exchange(each));
      }
      if (before == null || before.status() != each.status()) {
        log.stands(each);
      }
    }
  }

  private static Exchange exchange(Listed record) {
    Reply reply = new Reply(0, Map.of(), null);
    Receipt.Outcome outcome =
        switch (record.status()) {
          case SKIPPED -> Receipt.Outcome.SKIPPED;
          case QUARANTINED -> Receipt.Outcome.QUARANTINED;
          case RECEIVED, PROCESSING, DONE, SUPERSEDED, FAILED -> Receipt.Outcome.ACCEPTED;
        };
    return new Exchange(
        record.key().provider(),
        record.receivedAt(),
        Duration.ZERO,
        Map.of(),
        null,
        false,
        new Receipt(
            record.key().provider(),
            outcome,
            null,
            record.key(),
            record.type(),
            record.environment(),
            dev.hookset.Origin.UNKNOWN,
            false,
            record.status() == Status.RECEIVED,
            null,
            null,
            Map.of(),
            null,
            reply),
        reply);
  }

  @Override
  public Origin origin() {
    return new Origin(stack, operator != null);
  }

  @Override
  public Map<String, List<String>> samples() {
    Map<String, List<String>> none = new LinkedHashMap<>();
    providers.forEach(provider -> none.put(provider, List.of()));
    return none;
  }

  @Override
  public @Nullable Answer data(LogEntry.Delivered delivered, String view) {
    EventKey key = delivered.key();
    if (key == null) {
      return null;
    }
    try {
      return switch (view) {
        case "" -> Answer.of(200, pane(delivered, key));
        case "body" -> Answer.bytes(body(key));
        case "fixture" -> Answer.of(200, pane.fixture(key, body(key)));
        default -> null;
      };
    } catch (BodyLost e) {
      return null;
    }
  }

  private Body body(EventKey key) throws BodyLost {
    InboxRecord record = inbox.find(key).orElseThrow(() -> new BodyLost("the record has expired"));
    return inbox.body(record);
  }

  private ObjectNode pane(LogEntry.Delivered delivered, EventKey key) {
    ObjectNode shown = pane.of(delivered);
    shown.put("fromRecord", true);
    shown.remove("tookMillis");
    try {
      InboxRecord record = inbox.find(key).orElse(null);
      if (record == null) {
        return shown;
      }
      ArrayNode headers = shown.putArray("headers");
      record.headers().forEach((name, value) -> headers.addArray().add(name).add(value));
      shown.put("via", record.via()).put("traceId", record.traceId());
      if (record.forgottenAt() == null) {
        Body inline = record.body();
        shown
            .putObject("body")
            .put("bytes", inline == null ? null : inline.size())
            .put("sha256", record.digest());
      }
    } catch (InboxUnavailable | UnreadableRecord e) {
      // The pane says so already, as the record was to be read for it, too.
    }
    return shown;
  }

  @Override
  public @Nullable Answer act(String path, JsonNode request) {
    return path.equals("/api/replay") && operator != null
        ? DeliveriesOfDev.replay(operator, request.path("key").asText())
        : null;
  }

  @Override
  public void close() {
    polling.close();
  }
}
