package dev.hookset.aws.watch;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import dev.hookset.Event;
import dev.hookset.Origin;
import dev.hookset.janitor.Janitor;
import dev.hookset.receive.DeliveryLog;
import dev.hookset.receive.Receipt;
import dev.hookset.relay.Relay;
import dev.hookset.work.HandlerLog;
import dev.hookset.work.HandlerLogs;
import dev.hookset.work.Report;
import dev.hookset.work.WorkLog;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The log: one JSON object a line for each delivery, each message and each sweep. It never holds a
 * body, a secret or a signature. Safe to share between threads.
 *
 * <p>The line holds its {@link Metric}s too, in CloudWatch's embedded metric format: the values
 * stand beside the other members, and the member {@code _aws} says which are metrics and which
 * members split them.
 */
public final class JsonLog implements DeliveryLog, WorkLog, HandlerLogs {
  /** In plain ASCII: whoever names an event neither ends a line nor commands a terminal. */
  private static final JsonFactory JSON =
      new JsonFactoryBuilder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

  /** CloudWatch takes 1,024 characters; so long a name is of no use to anybody. */
  private static final int LONGEST_DIMENSION = 255;

  /** Of what cannot be read, so many are named in a line. */
  private static final int MOST_NAMED = 10;

  private final PrintStream out;
  private final InstantSource clock;
  private final String namespace;

  /**
   * Creates a log.
   *
   * @param out where it prints to
   * @param clock dates the lines: without a timestamp Lambda takes every line for level INFO
   * @param namespace CloudWatch's namespace of the metrics
   */
  public JsonLog(PrintStream out, InstantSource clock, String namespace) {
    this.out = Objects.requireNonNull(out, "out");
    this.clock = Objects.requireNonNull(clock, "clock");
    this.namespace = Objects.requireNonNull(namespace, "namespace");
  }

  @Override
  public void note(Receipt receipt) {
    String level =
        switch (receipt.outcome()) {
          case ACCEPTED, DUPLICATE, SKIPPED, ANSWERED ->
              receipt.pushFailure() == null ? "INFO" : "WARN";
          case QUARANTINED, REFUSED -> "WARN";
          case NOT_CONFIGURED, UNAVAILABLE -> "ERROR";
        };
    print(
        line -> {
          line.put("level", level);
          line.put("message", "delivery " + receipt.outcome().word());
          line.put("provider", receipt.provider());
          line.put("outcome", receipt.outcome().word());
          line.put(hasReason(receipt.outcome()) ? "reason" : "detail", receipt.detail());
          line.put("status", receipt.reply().status());
          line.put("eventId", receipt.key() == null ? null : receipt.key().eventId());
          line.put("type", receipt.type());
          line.put("environment", receipt.environment());
          line.put(receipt.origin());
          if (receipt.conflict()) {
            line.put("conflict", "true");
          }
          line.put("pushFailure", receipt.pushFailure());
          line.put("key", receipt.keyFingerprint());
          line.put("headers", receipt.headers());
          line.put("traceId", receipt.traceId());
          line.count(Metric.DELIVERIES, 1);
          line.count(Metric.VERIFIED, receipt.keyFingerprint() == null ? 0 : 1);
          line.count(Metric.REFUSALS, receipt.outcome() == Receipt.Outcome.REFUSED ? 1 : 0);
          line.count(
              Metric.NOT_CONFIGURED, receipt.outcome() == Receipt.Outcome.NOT_CONFIGURED ? 1 : 0);
          line.count(Metric.CONFLICTS, receipt.conflict() ? 1 : 0);
          line.count(Metric.PUSHED, receipt.pushed() ? 1 : 0);
          line.count(Metric.PUSH_FAILURES, receipt.pushFailure() == null ? 0 : 1);
        });
  }

  @Override
  public void probed(Receipt receipt) {
    String detail = receipt.detail();
    note(
        "INFO",
        "probe of "
            + receipt.provider()
            + " "
            + receipt.outcome().word()
            + (detail == null ? "" : ": " + detail));
  }

  @Override
  public void note(Report report) {
    String level =
        switch (report.outcome()) {
          case DONE, SUPERSEDED, BUSY, FINISHED, TOO_EARLY, HELD -> "INFO";
          case RETRY, NO_TIME, LEASE_LOST -> "WARN";
          case FAILED, UNKNOWN, UNREADABLE, UNREADABLE_RECORD, INBOX_UNAVAILABLE -> "ERROR";
        };
    print(
        line -> {
          line.put("level", level);
          line.put("message", "event " + report.outcome().word());
          line.put("provider", report.key() == null ? null : report.key().provider());
          line.put("outcome", report.outcome().word());
          line.put("eventId", report.key() == null ? null : report.key().eventId());
          line.put("type", report.type());
          line.put("environment", report.environment());
          line.put(report.origin());
          line.put("attempt", report.attempt());
          if (report.replays() > 0) {
            line.put("replays", report.replays());
          }
          line.put("handlers", String.join(", ", report.handlers()));
          line.put("handler", dimension(report.failedHandler()));
          line.put("error", report.error());
          line.put("notBefore", report.notBefore() == null ? null : report.notBefore().toString());
          line.put("messageId", report.messageId());
          line.put("traceId", report.traceId());
          line.put("via", report.via());
          line.count(Metric.EVENTS, settles(report.outcome()) ? 1 : 0);
          line.count(Metric.BACKFILLED, settles(report.outcome()) && report.via() != null ? 1 : 0);
          line.count(Metric.HANDLER_FAILURES, report.failedHandler() == null ? 0 : 1);
          line.count(Metric.RETURNED, report.outcome().comesBack() ? 1 : 0);
          line.count(
              Metric.UNREADABLE_RECORDS,
              report.outcome() == Report.Outcome.UNREADABLE_RECORD ? 1 : 0);
          Instant occurredAt = report.occurredAt();
          if (report.outcome() == Report.Outcome.DONE
              && occurredAt != null
              && report.replays() == 0
              && report.via() == null) {
            line.measure(
                Metric.LAG, Math.max(0, Duration.between(occurredAt, line.now()).toMillis()));
          }
        });
  }

  /** Notes what a sweep did. */
  public void note(Relay.Sweep sweep) {
    print(
        line -> {
          boolean isClean = sweep.outages().isEmpty() && sweep.unreadable().isEmpty();
          line.put("level", isClean ? "INFO" : "ERROR");
          line.put("message", "sweep");
          line.unreadable(sweep.unreadable());
          line.put("outages", String.join("; ", sweep.outages()));
          line.measure(Metric.RELAY_RESCUES, sweep.rescued());
          line.measure(Metric.RELAY_RETRIES, sweep.retries());
          line.measure(Metric.RELAY_NOT_PUSHED, sweep.notPushed());
        });
  }

  /** Notes what the janitor did. */
  public void note(Janitor.Sweep sweep) {
    print(
        line -> {
          // A slice that takes longer than its turn is no loss, but its rest waits for a whole
          // pass.
          line.put(
              "level",
              !sweep.unreadable().isEmpty() ? "ERROR" : sweep.finished() ? "INFO" : "WARN");
          line.put("message", sweep.finished() ? "clean-up" : "clean-up, cut off by its deadline");
          line.put("kept", sweep.kept());
          line.put("deleted", sweep.deleted());
          line.unreadable(sweep.unreadable());
        });
  }

  @Override
  public HandlerLog of(Event event, int attempt, String handler) {
    return new HandlerLog() {
      @Override
      public void info(String message) {
        handlerLine("INFO", message, event, attempt, handler);
      }

      @Override
      public void warn(String message) {
        handlerLine("WARN", message, event, attempt, handler);
      }

      @Override
      public void error(String message) {
        handlerLine("ERROR", message, event, attempt, handler);
      }
    };
  }

  private void handlerLine(String level, String message, Event event, int attempt, String handler) {
    print(
        line -> {
          line.put("level", level);
          line.put("message", message);
          line.put("provider", event.provider());
          line.put("eventId", event.id());
          line.put("type", event.type());
          line.put("attempt", attempt);
          line.put("handler", handler);
        });
  }

  /** Notes something that is neither a delivery nor a message, such as a fault at start. */
  public void note(String level, String message) {
    print(
        line -> {
          line.put("level", level);
          line.put("message", message);
        });
  }

  private static boolean hasReason(Receipt.Outcome outcome) {
    return switch (outcome) {
      case ACCEPTED, DUPLICATE, SKIPPED, QUARANTINED, REFUSED -> true;
      case ANSWERED, NOT_CONFIGURED, UNAVAILABLE -> false;
    };
  }

  private static boolean settles(Report.Outcome outcome) {
    return switch (outcome) {
      case DONE, SUPERSEDED, RETRY, FAILED -> true;
      case BUSY,
          FINISHED,
          TOO_EARLY,
          HELD,
          UNKNOWN,
          UNREADABLE,
          UNREADABLE_RECORD,
          NO_TIME,
          LEASE_LOST,
          INBOX_UNAVAILABLE ->
          false;
    };
  }

  /**
   * What the user has named may be no dimension's value: those are short and printable ASCII, and
   * no colon comes first.
   */
  private static @Nullable String dimension(@Nullable String name) {
    if (name == null) {
      return null;
    }
    StringBuilder value = new StringBuilder();
    for (int i = 0; i < name.length() && i < LONGEST_DIMENSION; i++) {
      char c = name.charAt(i);
      value.append(c > ' ' && c < 0x7F && (c != ':' || i > 0) ? c : '_');
    }
    return value.toString();
  }

  @FunctionalInterface
  private interface Content {
    void write(Line line) throws IOException;
  }

  private void print(Content content) {
    StringWriter text = new StringWriter();
    Instant now = clock.instant();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.writeStartObject();
      json.writeStringField("timestamp", now.toString());
      Line line = new Line(json, now, new ArrayList<>());
      content.write(line);
      line.describeMetrics(namespace);
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory failed", e);
    }
    // The one control character that JSON lets stand as it is.
    out.println(text.toString().replace("\u007F", "\\u007F"));
  }

  /** A line in the making; what is null or empty is left out. */
  private record Line(JsonGenerator json, Instant now, List<Metric> metrics) {
    void put(String name, @Nullable String value) throws IOException {
      if (value != null && !value.isEmpty()) {
        json.writeStringField(name, value);
      }
    }

    void put(String name, int value) throws IOException {
      json.writeNumberField(name, value);
    }

    void put(Origin origin) throws IOException {
      put("deliveryId", origin.deliveryId());
      put("workspace", origin.workspace());
      put("project", origin.project());
    }

    void put(String name, Map<String, String> values) throws IOException {
      if (!values.isEmpty()) {
        json.writeObjectFieldStart(name);
        for (Map.Entry<String, String> entry : values.entrySet()) {
          json.writeStringField(entry.getKey(), entry.getValue());
        }
        json.writeEndObject();
      }
    }

    /** Names the first of what could not be read, and counts all of it. */
    void unreadable(List<String> problems) throws IOException {
      put("unreadable", String.join("; ", problems.stream().limit(MOST_NAMED).toList()));
      count(Metric.UNREADABLE_RECORDS, problems.size());
    }

    /** Counts {@code times}, unless that is none. */
    void count(Metric metric, int times) throws IOException {
      if (times > 0) {
        measure(metric, times);
      }
    }

    void measure(Metric metric, long value) throws IOException {
      json.writeNumberField(metric.word(), value);
      metrics.add(metric);
    }

    /** Writes what makes metrics of the values so far. */
    void describeMetrics(String namespace) throws IOException {
      if (metrics.isEmpty()) {
        return;
      }
      json.writeObjectFieldStart("_aws");
      json.writeNumberField("Timestamp", now.toEpochMilli());
      json.writeArrayFieldStart("CloudWatchMetrics");
      for (Metric metric : metrics) {
        json.writeStartObject();
        json.writeStringField("Namespace", namespace);
        json.writeArrayFieldStart("Dimensions");
        for (List<String> dimensions : metric.dimensions()) {
          json.writeStartArray();
          for (String dimension : dimensions) {
            json.writeString(dimension);
          }
          json.writeEndArray();
        }
        json.writeEndArray();
        json.writeArrayFieldStart("Metrics");
        json.writeStartObject();
        json.writeStringField("Name", metric.word());
        json.writeStringField("Unit", metric.unit());
        json.writeEndObject();
        json.writeEndArray();
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeEndObject();
    }
  }
}
