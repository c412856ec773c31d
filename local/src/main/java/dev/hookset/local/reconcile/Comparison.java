package dev.hookset.local.reconcile;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hookset.Event;
import dev.hookset.EventKey;
import dev.hookset.inbox.BodyLost;
import dev.hookset.inbox.Inbox;
import dev.hookset.inbox.InboxRecord;
import dev.hookset.inbox.UnreadableRecord;
import dev.hookset.local.operator.Arrival;
import dev.hookset.local.operator.Records;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a provider says it has sent beside what the inbox has. What was sent in the last minutes may
 * be on its way, and counts for nothing yet.
 */
public final class Comparison {
  /** How long a delivery may be on its way before it is missing. */
  public static final Duration ON_ITS_WAY = Duration.ofMinutes(5);

  /** What changes at the provider after an event was sent. */
  private static final Set<String> CHANGING = Set.of("pending_webhooks");

  private static final Pattern CONFLICT = Pattern.compile("(?s).+~[0-9a-f]{16}");
  private static final JsonMapper JSON = new JsonMapper();

  private final String provider;
  private final Lister lister;
  private final Records records;
  private final Inbox inbox;

  /** Creates it; calls nothing. */
  public Comparison(String provider, Lister lister, Records records, Inbox inbox) {
    this.provider = Objects.requireNonNull(provider, "provider");
    this.lister = Objects.requireNonNull(lister, "lister");
    this.records = Objects.requireNonNull(records, "records");
    this.inbox = Objects.requireNonNull(inbox, "inbox");
  }

  /**
   * What was found.
   *
   * @param same how many are at both, and say the same
   * @param missing what was sent and is not here
   * @param extra what is here and is not listed there
   * @param differing what is at both, and does not say the same
   * @param notSubscribed how many happened there whose like has never come here
   * @param onTheirWay how many are too young to be missing
   */
  public record Result(
      int same,
      List<Sent> missing,
      List<EventKey> extra,
      List<EventKey> differing,
      int notSubscribed,
      int onTheirWay) {
    /** Copies the lists. */
    public Result {
      missing = List.copyOf(missing);
      extra = List.copyOf(extra);
      differing = List.copyOf(differing);
    }
  }

  /**
   * Compares what happened in a span of time.
   *
   * @throws ApiProblem if the provider cannot be asked
   */
  public Result compare(Instant from, Instant now) {
    List<Sent> all = lister.since(from);
    Map<String, InboxRecord> here = new HashMap<>();
    Set<String> types = new HashSet<>();
    Iterator<Arrival> arrivals = records.arrivals(List.of(provider), from);
    while (arrivals.hasNext()) {
      Arrival arrival = arrivals.next();
      InboxRecord record = read(arrival.key());
      if (record != null && !CONFLICT.matcher(arrival.key().eventId()).matches()) {
        here.put(lister.idOf(record), record);
        types.add(record.type());
      }
    }
    int same = 0;
    int notSubscribed = 0;
    int onTheirWay = 0;
    List<Sent> missing = new ArrayList<>();
    List<EventKey> differing = new ArrayList<>();
    Set<String> listed = new HashSet<>();
    for (Sent sent : all) {
      listed.add(sent.id());
      InboxRecord record = here.get(sent.id());
      if (record == null && sent.event() != null) {
        record = read(sent.event().key()); // It may have come before that span.
      }
      if (record != null && isSame(sent, record)) {
        same++;
      } else if (record != null) {
        differing.add(record.key());
      } else if (sent.at().isAfter(now.minus(ON_ITS_WAY))) {
        onTheirWay++;
      } else if (sent.forUs() || types.contains(sent.type())) {
        missing.add(sent);
      } else {
        notSubscribed++;
      }
    }
    List<EventKey> extra = new ArrayList<>();
    here.forEach(
        (id, record) -> {
          Instant at = Objects.requireNonNullElse(record.occurredAt(), record.receivedAt());
          if (!listed.contains(id) && !at.isBefore(from)) {
            extra.add(record.key());
          }
        });
    return new Result(same, missing, extra, differing, notSubscribed, onTheirWay);
  }

  private @Nullable InboxRecord read(EventKey key) {
    try {
      return inbox.find(key).orElse(null);
    } catch (UnreadableRecord e) {
      return null; // It is named where the records are listed.
    }
  }

  private boolean isSame(Sent sent, InboxRecord record) {
    Event event = sent.event();
    if (!lister.hasBodies() || event == null || record.forgottenAt() != null) {
      return sent.type().equals(record.type());
    }
    try {
      return content(event.body().utf8()).equals(content(inbox.body(record).utf8()));
    } catch (BodyLost | JacksonException e) {
      return false;
    }
  }

  /** By what it says, not by its bytes: the API writes its JSON anew. */
  private static JsonNode content(String json) throws JacksonException {
    JsonNode content = JSON.readTree(json);
    if (content instanceof ObjectNode object) {
      object.remove(CHANGING);
    }
    return content;
  }
}
