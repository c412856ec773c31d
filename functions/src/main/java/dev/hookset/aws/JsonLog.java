package dev.hookset.aws;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import dev.hookset.janitor.Janitor;
import dev.hookset.receive.DeliveryLog;
import dev.hookset.receive.Receipt;
import dev.hookset.relay.Relay;
import dev.hookset.work.Report;
import dev.hookset.work.WorkLog;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The log: one JSON object a line for each delivery, each message and each sweep. It never holds a
 * body, a secret or a signature. Safe to share between threads.
 */
public final class JsonLog implements DeliveryLog, WorkLog {
  /** In plain ASCII: whoever names an event neither ends a line nor commands a terminal. */
  private static final JsonFactory JSON =
      new JsonFactoryBuilder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

  private final PrintStream out;
  private final InstantSource clock;

  /**
   * Creates a log.
   *
   * @param out where it prints to
   * @param clock dates the lines: without a timestamp Lambda takes every line for level INFO
   */
  public JsonLog(PrintStream out, InstantSource clock) {
    this.out = Objects.requireNonNull(out, "out");
    this.clock = Objects.requireNonNull(clock, "clock");
  }

  @Override
  public void note(Receipt receipt) {
    String level =
        switch (receipt.outcome()) {
          case ACCEPTED, DUPLICATE, SKIPPED -> receipt.pushFailure() == null ? "INFO" : "WARN";
          case QUARANTINED, REFUSED -> "WARN";
          case NOT_CONFIGURED, UNAVAILABLE -> "ERROR";
        };
    print(
        line -> {
          line.put("level", level);
          line.put("message", "delivery " + receipt.outcome().word());
          line.put("provider", receipt.provider());
          line.put("outcome", receipt.outcome().word());
          line.put("detail", receipt.detail());
          line.put("status", receipt.reply().status());
          line.put("eventId", receipt.key() == null ? null : receipt.key().eventId());
          line.put("type", receipt.type());
          line.put("environment", receipt.environment());
          if (receipt.conflict()) {
            line.put("conflict", "true");
          }
          line.put("pushFailure", receipt.pushFailure());
          line.put("key", receipt.keyFingerprint());
          line.put("headers", receipt.headers());
          line.put("traceId", receipt.traceId());
        });
  }

  @Override
  public void note(Report report) {
    String level =
        switch (report.outcome()) {
          case DONE, FINISHED, TOO_EARLY, HELD -> "INFO";
          case RETRY, NO_TIME, LEASE_LOST -> "WARN";
          case FAILED, UNKNOWN, UNREADABLE, INBOX_UNAVAILABLE -> "ERROR";
        };
    print(
        line -> {
          line.put("level", level);
          line.put("message", "event " + report.outcome().word());
          line.put("provider", report.key() == null ? null : report.key().provider());
          line.put("outcome", report.outcome().word());
          line.put("eventId", report.key() == null ? null : report.key().eventId());
          line.put("type", report.type());
          line.put("attempt", report.attempt());
          line.put("handlers", String.join(", ", report.handlers()));
          line.put("error", report.error());
          line.put("notBefore", report.notBefore() == null ? null : report.notBefore().toString());
          line.put("messageId", report.messageId());
          line.put("traceId", report.traceId());
        });
  }

  /** Notes what a sweep did. */
  public void note(Relay.Sweep sweep) {
    print(
        line -> {
          line.put("level", sweep.outages().isEmpty() ? "INFO" : "ERROR");
          line.put("message", "sweep");
          line.put("pushed", sweep.pushed());
          line.put("notPushed", sweep.notPushed());
          line.put("outages", String.join("; ", sweep.outages()));
        });
  }

  /** Notes what the janitor did. */
  public void note(Janitor.Sweep sweep) {
    print(
        line -> {
          // A slice that takes longer than its turn is no loss, but its rest waits for a whole
          // pass.
          line.put("level", sweep.finished() ? "INFO" : "WARN");
          line.put("message", sweep.finished() ? "clean-up" : "clean-up, cut off by its deadline");
          line.put("kept", sweep.kept());
          line.put("deleted", sweep.deleted());
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

  @FunctionalInterface
  private interface Content {
    void write(Line line) throws IOException;
  }

  private void print(Content content) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.writeStartObject();
      json.writeStringField("timestamp", clock.instant().toString());
      content.write(new Line(json));
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("memory does not fail to take text", e);
    }
    // The one control character that JSON lets stand as it is.
    out.println(text.toString().replace("\u007F", "\\u007F"));
  }

  /** A line in the making; what is null or empty is left out. */
  private record Line(JsonGenerator json) {
    void put(String name, @Nullable String value) throws IOException {
      if (value != null && !value.isEmpty()) {
        json.writeStringField(name, value);
      }
    }

    void put(String name, int value) throws IOException {
      json.writeNumberField(name, value);
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
  }
}
