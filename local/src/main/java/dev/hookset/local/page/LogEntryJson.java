package dev.hookset.local.page;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hookset.Body;
import dev.hookset.EventKey;
import dev.hookset.Origin;
import dev.hookset.inbox.Status;
import dev.hookset.local.stack.Exchange;
import dev.hookset.receive.Receipt;
import dev.hookset.receive.Reply;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Entries of the log as lines of JSON. */
final class LogEntryJson {
  private static final JsonMapper JSON = new JsonMapper();

  private LogEntryJson() {}

  /** Returns an entry as one line, without its end. */
  static String write(LogEntry entry) {
    ObjectNode json = JSON.createObjectNode();
    switch (entry) {
      case LogEntry.Delivered delivered -> {
        json.put("note", "delivered")
            .put("number", delivered.number())
            .put("editedFrom", delivered.editedFrom());
        write(delivered.exchange(), json);
      }
      case LogEntry.Cleared cleared -> json.put("note", "cleared").put("last", cleared.last());
      case LogEntry.Transition transition ->
          json.put("note", "moved")
              .put("at", transition.at().toString())
              .put("key", transition.key().toString())
              .put("what", transition.kind().name())
              .put("status", transition.status().name())
              .put("attempt", transition.attempt())
              .put("detail", transition.detail())
              .put("until", transition.until() == null ? null : transition.until().toString());
      case LogEntry.Output printed ->
          json.put("note", "printed")
              .put("at", printed.at().toString())
              .put("key", printed.key().toString())
              .put("line", printed.line());
      case LogEntry.Pushed pushed ->
          json.put("note", "pushed")
              .put("key", pushed.key().toString())
              .put("from", pushed.from().toString())
              .put("to", pushed.to().toString())
              .put("visible", pushed.visible().toString());
      case LogEntry.Worked worked -> {
        json.put("note", "worked")
            .put("key", worked.key().toString())
            .put("attempt", worked.attempt());
        ArrayNode runs = json.putArray("runs");
        for (LogEntry.Run run : worked.runs()) {
          runs.addObject()
              .put("handler", run.handler())
              .put("from", run.from().toString())
              .put("to", run.to().toString())
              .put("trace", run.trace());
        }
      }
    }
    try {
      return JSON.writeValueAsString(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree can be written", e);
    }
  }

  private static void write(Exchange exchange, ObjectNode json) {
    json.put("provider", exchange.provider())
        .put("method", exchange.method())
        .put("url", exchange.url())
        .put("receivedAt", exchange.receivedAt().toString())
        .put("tookNanos", exchange.took().toNanos());
    ObjectNode headers = json.putObject("headers");
    exchange.headers().forEach(headers::put);
    json.put("body", exchange.body() == null ? null : exchange.body().toByteArray())
        .put("base64", exchange.base64());
    Receipt receipt = exchange.receipt();
    if (receipt != null) {
      json.putObject("receipt")
          .put("outcome", receipt.outcome().name())
          .put("detail", receipt.detail())
          .put("key", receipt.key() == null ? null : receipt.key().toString())
          .put("type", receipt.type())
          .put("environment", receipt.environment())
          .put("conflict", receipt.conflict())
          .put("pushed", receipt.pushed())
          .put("pushFailure", receipt.pushFailure())
          .put("keyFingerprint", receipt.keyFingerprint())
          .put("traceId", receipt.traceId());
    }
    ObjectNode reply = json.putObject("reply").put("status", exchange.reply().status());
    ObjectNode replyHeaders = reply.putObject("headers");
    exchange.reply().headers().forEach(replyHeaders::put);
    reply.put("body", exchange.reply().body());
  }

  /**
   * Returns the entry that {@code line} holds; null if it holds none, such as one that was cut off.
   */
  static @Nullable LogEntry read(String line) {
    try {
      JsonNode json = JSON.readTree(line);
      return switch (json.path("note").asText()) {
        case "delivered" ->
            new LogEntry.Delivered(
                json.path("number").asLong(),
                exchange(json),
                json.hasNonNull("editedFrom") ? json.path("editedFrom").asLong() : null);
        case "cleared" -> new LogEntry.Cleared(json.path("last").asLong());
        case "moved" ->
            new LogEntry.Transition(
                Instant.parse(json.path("at").asText()),
                EventKey.parse(json.path("key").asText()),
                LogEntry.Kind.valueOf(json.path("what").asText()),
                Status.valueOf(json.path("status").asText()),
                json.path("attempt").asInt(),
                json.path("detail").textValue(),
                json.hasNonNull("until") ? Instant.parse(json.path("until").asText()) : null);
        case "printed" ->
            new LogEntry.Output(
                Instant.parse(json.path("at").asText()),
                EventKey.parse(json.path("key").asText()),
                json.path("line").asText());
        case "pushed" ->
            new LogEntry.Pushed(
                EventKey.parse(json.path("key").asText()),
                Instant.parse(json.path("from").asText()),
                Instant.parse(json.path("to").asText()),
                Instant.parse(json.path("visible").asText()));
        case "worked" ->
            new LogEntry.Worked(
                EventKey.parse(json.path("key").asText()),
                json.path("attempt").asInt(),
                runs(json.path("runs")));
        default -> null;
      };
    } catch (IOException | DateTimeException | IllegalArgumentException e) {
      return null;
    }
  }

  private static List<LogEntry.Run> runs(JsonNode json) {
    List<LogEntry.Run> runs = new ArrayList<>();
    for (JsonNode run : json) {
      runs.add(
          new LogEntry.Run(
              run.path("handler").asText(),
              Instant.parse(run.path("from").asText()),
              Instant.parse(run.path("to").asText()),
              run.path("trace").textValue()));
    }
    return runs;
  }

  private static Exchange exchange(JsonNode json) throws IOException {
    byte[] body = json.path("body").binaryValue();
    JsonNode reply = json.path("reply");
    Reply answer =
        new Reply(
            reply.path("status").asInt(),
            strings(reply.path("headers")),
            reply.path("body").textValue());
    return new Exchange(
        json.path("provider").asText(),
        json.path("method").asText("POST"),
        json.path("url").asText(),
        Instant.parse(json.path("receivedAt").asText()),
        Duration.ofNanos(json.path("tookNanos").asLong()),
        strings(json.path("headers")),
        body == null ? null : Body.wrap(body),
        json.path("base64").asBoolean(),
        json.has("receipt")
            ? receipt(json.path("provider").asText(), json.path("receipt"), answer)
            : null,
        answer);
  }

  private static Receipt receipt(String provider, JsonNode json, Reply reply) {
    String key = json.path("key").textValue();
    return new Receipt(
        provider,
        Receipt.Outcome.valueOf(json.path("outcome").asText()),
        json.path("detail").textValue(),
        key == null ? null : EventKey.parse(key),
        json.path("type").textValue(),
        json.path("environment").textValue(),
        Origin.UNKNOWN,
        json.path("conflict").asBoolean(),
        json.path("pushed").asBoolean(),
        json.path("pushFailure").textValue(),
        json.path("keyFingerprint").textValue(),
        Map.of(),
        json.path("traceId").textValue(),
        reply);
  }

  private static Map<String, String> strings(JsonNode object) {
    Map<String, String> strings = new LinkedHashMap<>();
    object
        .properties()
        .forEach(
            field ->
                strings.put(field.getKey(), Objects.requireNonNull(field.getValue().asText())));
    return strings;
  }
}
