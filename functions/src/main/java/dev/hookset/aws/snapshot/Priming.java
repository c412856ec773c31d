package dev.hookset.aws.snapshot;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.hookset.Body;
import dev.hookset.aws.clients.Clients;
import dev.hookset.receive.Provider;
import dev.hookset.signing.Rehearsal;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import org.crac.Context;
import org.crac.Resource;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.SqsException;

/**
 * Goes the way of a delivery before one comes, so that the first one finds its classes loaded, its
 * code compiled and its connections made.
 *
 * <p>It has two halves. The <em>rehearsal</em> is whole deliveries, signed with a key of nobody's,
 * through a receiver of its own, to a {@link Stage}: nothing leaves the process. The <em>touch</em>
 * asks the real table and the real queue for what they must refuse: nothing is written, whoever
 * answers. Nothing that fails here keeps a function from starting, or is logged: a fault that
 * matters shows with the first delivery.
 */
public final class Priming implements Resource {
  /** A start without a snapshot pays for each round. */
  private static final int ROUNDS_IN_INIT = 1;

  /**
   * A snapshot is made once, and keeps what the compiler has made of the code. Each turn is a touch
   * that makes its connections anew, as that is what costs most after a restore, and some rounds,
   * so that the code is compiled for both. The full compiler wants some hundreds of each.
   */
  private static final int TURNS_BEFORE_SNAPSHOT = 400;

  private static final int ROUNDS_IN_A_TURN = 8;

  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(200);
  private static final int MOST_LOOKS = 25;

  private static final int NEW_ONES_IN_A_ROW = 8;

  /** A snapshot may wait, but so does whoever deploys. */
  private static final Duration LONGEST_BEFORE_SNAPSHOT = Duration.ofSeconds(10);

  /** No condition is fulfilled by this; and under the empty ID below no event is kept. */
  private static final String NEVER = "attribute_exists(pk) AND attribute_not_exists(pk)";

  /** More seconds of delay than SQS allows, and a character that it does not. */
  private static final int TOO_LONG = 100_000;

  private static final String NO_TEXT = "\u0000";

  /** Where Lambda's runtime names the trace of an invocation. */
  private static final String TRACE = "com.amazonaws.xray.traceHeader";

  /** A trace of nobody's, which is not sampled. */
  public static final String TRACE_ID = "Root=1-00000000-000000000000000000000000;Sampled=0";

  private static final JsonFactory JSON = new JsonFactory();
  private static final int ORDINARY_BODY = 600;

  /** A parser goes another way for a name that it meets for the first time. */
  private static final int DIFFERENT_NAMES = 1000;

  /** One delivery: an event in, an answer out. */
  @FunctionalInterface
  public interface Delivering {
    /** Delivers {@code event}. */
    void deliver(InputStream event, OutputStream answer) throws IOException;
  }

  private final Provider provider;
  private final Clients clients;
  private final DynamoDbClient dynamoDb;
  private final String table;
  private final SqsClient sqs;
  private final String queueUrl;
  private final Stage stage;
  private final Delivering rehearsed;
  private final Rehearsal rehearsal;
  private final InstantSource clock;
  private int bodies;

  /**
   * Creates what readies {@code provider}'s receiver.
   *
   * @param clients what the real receiver's clients come from
   * @param stage what the rehearsed receiver speaks to
   * @param rehearsed the rehearsed receiver, which believes {@code rehearsal}
   */
  public Priming(
      Provider provider,
      Clients clients,
      DynamoDbClient dynamoDb,
      String table,
      SqsClient sqs,
      String queueUrl,
      Stage stage,
      Delivering rehearsed,
      Rehearsal rehearsal,
      InstantSource clock) {
    this.provider = Objects.requireNonNull(provider, "provider");
    this.clients = Objects.requireNonNull(clients, "clients");
    this.dynamoDb = Objects.requireNonNull(dynamoDb, "dynamoDb");
    this.table = Objects.requireNonNull(table, "table");
    this.sqs = Objects.requireNonNull(sqs, "sqs");
    this.queueUrl = Objects.requireNonNull(queueUrl, "queueUrl");
    this.stage = Objects.requireNonNull(stage, "stage");
    this.rehearsed = Objects.requireNonNull(rehearsed, "rehearsed");
    this.rehearsal = Objects.requireNonNull(rehearsal, "rehearsal");
    this.clock = Objects.requireNonNull(clock, "clock");
  }

  /** Does once what a first delivery would have to do first. */
  public void prime() {
    traced(
        () -> {
          rehearse(ROUNDS_IN_INIT);
          touch();
        });
  }

  /** Has the code compiled, and takes out of the process what must not be in a snapshot. */
  @Override
  public void beforeCheckpoint(Context<? extends Resource> context) {
    prepareForSnapshot(TURNS_BEFORE_SNAPSHOT);
  }

  /** What {@link #beforeCheckpoint} does, in {@code turns} at most. */
  public void prepareForSnapshot(int turns) {
    try {
      traced(() -> take(turns));
      awaitCompiler();
    } finally {
      clients.forget();
    }
  }

  private void take(int turns) {
    Instant end = clock.instant().plus(LONGEST_BEFORE_SNAPSHOT);
    boolean answered = true;
    for (int i = 0; i < turns && clock.instant().isBefore(end); i++) {
      rehearse(ROUNDS_IN_A_TURN);
      clients.forget();
      answered = answered && touch();
    }
  }

  /** Does nothing: what would be stale is not in the snapshot, and a sender waits by now. */
  @Override
  public void afterRestore(Context<? extends Resource> context) {}

  /**
   * Delivers new events, and once in a while one that is known, and a forgery.
   *
   * @return how many rounds it went; fewer than {@code rounds} if something failed
   */
  public int rehearse(int rounds) {
    int round = 0;
    try {
      while (round < rounds) {
        Body body = body();
        stage.has(null);
        deliver(event(body, body));
        if (round % NEW_ONES_IN_A_ROW == 0) {
          stage.has(body.sha256());
          deliver(event(body, body));
          deliver(event(body, Body.ofUtf8("{}")));
        }
        round++;
      }
    } catch (IOException | RuntimeException e) {
      // The first delivery will be slower.
    }
    return round;
  }

  private void deliver(byte[] event) throws IOException {
    rehearsed.deliver(new ByteArrayInputStream(event), OutputStream.nullOutputStream());
  }

  /**
   * Asks the table and the queue for what they must refuse.
   *
   * @return whether both did
   */
  public boolean touch() {
    try {
      return touchTable() && touchQueue();
    } catch (RuntimeException e) {
      // Not reachable, not allowed, or no credentials yet: the first delivery will tell.
      return false;
    }
  }

  /**
   * What the compiler has begun it would end after the restore, at the first delivery's expense.
   */
  private static void awaitCompiler() {
    CompilationMXBean compiler = ManagementFactory.getCompilationMXBean();
    if (compiler == null || !compiler.isCompilationTimeMonitoringSupported()) {
      return;
    }
    long before = -1;
    for (int i = 0; i < MOST_LOOKS && before != compiler.getTotalCompilationTime(); i++) {
      before = compiler.getTotalCompilationTime();
      LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
    }
  }

  /** The SDK adds a trace to its requests where Lambda names one, as it does with each delivery. */
  private static void traced(Runnable work) {
    System.setProperty(TRACE, TRACE_ID);
    try {
      work.run();
    } finally {
      System.clearProperty(TRACE);
    }
  }

  private boolean touchTable() {
    try {
      dynamoDb.putItem(
          put ->
              put.tableName(table)
                  .item(Map.of("pk", AttributeValue.fromS(provider.name() + "#")))
                  .conditionExpression(NEVER));
      return false;
    } catch (ConditionalCheckFailedException e) {
      return true;
    }
  }

  private boolean touchQueue() {
    try {
      sqs.sendMessage(send -> send.queueUrl(queueUrl).messageBody(NO_TEXT).delaySeconds(TOO_LONG));
      return false;
    } catch (SqsException e) {
      return true;
    }
  }

  /** An event as API Gateway makes it of {@code sent}, with the signature over {@code signed}. */
  private byte[] event(Body sent, Body signed) throws IOException {
    String path = "/webhooks/" + provider.name();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      json.writeStartObject();
      json.writeStringField("version", "2.0");
      json.writeStringField("routeKey", "POST " + path);
      json.writeStringField("rawPath", path);
      json.writeStringField("rawQueryString", "");
      json.writeObjectFieldStart("headers");
      json.writeStringField("content-length", Integer.toString(sent.size()));
      json.writeStringField("content-type", "application/json");
      json.writeStringField("host", "rehearsal.execute-api.amazonaws.com");
      json.writeStringField("user-agent", "rehearsal");
      json.writeStringField("x-amzn-trace-id", "Root=1-00000000-000000000000000000000000");
      json.writeStringField("x-forwarded-for", "192.0.2.1");
      json.writeStringField("x-forwarded-port", "443");
      json.writeStringField("x-forwarded-proto", "https");
      for (String kept : provider.keptHeaders()) {
        json.writeStringField(kept.toLowerCase(Locale.ROOT), "rehearsal");
      }
      for (Map.Entry<String, String> header : rehearsal.sign(signed, clock.instant()).entrySet()) {
        json.writeStringField(header.getKey(), header.getValue());
      }
      json.writeEndObject();
      json.writeObjectFieldStart("requestContext");
      json.writeStringField("accountId", "000000000000");
      json.writeStringField("apiId", "rehearsal");
      json.writeStringField("domainName", "rehearsal.execute-api.amazonaws.com");
      json.writeObjectFieldStart("http");
      json.writeStringField("method", "POST");
      json.writeStringField("path", path);
      json.writeStringField("protocol", "HTTP/1.1");
      json.writeEndObject();
      json.writeStringField("requestId", "rehearsal");
      json.writeStringField("stage", "$default");
      json.writeNumberField("timeEpoch", clock.millis());
      json.writeEndObject();
      json.writeStringField("body", sent.utf8());
      json.writeBooleanField("isBase64Encoded", false);
      json.writeEndObject();
    }
    return bytes.toByteArray();
  }

  /**
   * A body in which each field that the provider reads holds the time: that is a string, and a
   * time.
   */
  private Body body() throws IOException {
    Map<String, Object> members = new TreeMap<>();
    String now = clock.instant().toString();
    for (String path : provider.fields()) {
      put(members, path, now);
    }
    // Of every kind, so that no code is compiled for less than a real body holds.
    Map<String, Object> others = new TreeMap<>();
    others.put("a", List.of(1, -2.5, true, false, "\u00e9\u20ac\n\"", Map.of("b", List.of())));
    others.put("a_name_that_is_rather_longer_than_most", 1234567890123L);
    others.put("n\u00e4me", "-".repeat(ORDINARY_BODY));
    others.put("name_" + bodies++ % DIFFERENT_NAMES, "");
    members.put("rehearsal", others);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      write(json, members);
    }
    return Body.wrap(bytes.toByteArray());
  }

  @SuppressWarnings("unchecked") // What is put in here is a string or such a map.
  private static void put(Map<String, Object> members, String path, String value) {
    int dot = path.indexOf('.');
    if (dot < 0) {
      members.put(path, value);
    } else {
      Object inner = members.computeIfAbsent(path.substring(0, dot), _ -> new TreeMap<>());
      put((Map<String, Object>) inner, path.substring(dot + 1), value);
    }
  }

  private static void write(JsonGenerator json, Object value) throws IOException {
    switch (value) {
      case Map<?, ?> members -> {
        json.writeStartObject();
        for (Map.Entry<?, ?> member : members.entrySet()) {
          json.writeFieldName(member.getKey().toString());
          write(json, member.getValue());
        }
        json.writeEndObject();
      }
      case List<?> elements -> {
        json.writeStartArray();
        for (Object element : elements) {
          write(json, element);
        }
        json.writeEndArray();
      }
      case Boolean truth -> json.writeBoolean(truth);
      case Number number -> json.writeNumber(number.toString());
      default -> json.writeString(value.toString());
    }
  }
}
