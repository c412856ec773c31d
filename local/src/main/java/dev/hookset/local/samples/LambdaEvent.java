package dev.hookset.local.samples;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hookset.EventKey;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/** What a function is invoked with, in the shape that AWS documents. Immutable. */
public final class LambdaEvent {
  private static final String ACCOUNT = "000000000000";
  private static final String REGION = "us-east-1";
  private static final String API = "local";
  private static final String DOMAIN = API + ".execute-api." + REGION + ".amazonaws.com";
  private static final String USER_AGENT = "hookset";

  /** An address that RFC 5737 keeps for examples. */
  private static final String SOURCE_IP = "192.0.2.1";

  /** The common log format's time: {@code 01/Jun/2026:12:00:00 +0000}. */
  private static final DateTimeFormatter LOG_TIME =
      DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss Z", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);

  private final ObjectNode tree;

  /** Returns the address that an event says {@code request} came to, if no header says another. */
  static URI address(DeliveryRequest request) {
    return URI.create("https://" + DOMAIN + request.path());
  }

  private LambdaEvent(ObjectNode tree) {
    this.tree = tree;
  }

  /** How a request's body stands in the event. */
  public enum BodyForm {
    /** As a string; as base64 all the same where it is not UTF-8. */
    TEXT,
    /** As base64. */
    BASE64
  }

  /**
   * Returns the event that an HTTP API makes of {@code request} (payload format 2.0).
   *
   * @param requestId what no other request has
   * @param receivedAt when the API received it
   */
  public static LambdaEvent httpApi(
      DeliveryRequest request, String requestId, Instant receivedAt, BodyForm form) {
    boolean base64 = form == BodyForm.BASE64 || !isUtf8(request);
    String route = request.method() + " " + request.path();
    ObjectNode event =
        Json.object()
            .put("version", "2.0")
            .put("routeKey", route)
            .put("rawPath", request.path())
            .put("rawQueryString", request.query());
    ObjectNode headers = event.putObject("headers");
    Map<String, String> sent = headers(request);
    sent.forEach(headers::put);
    ObjectNode context =
        event
            .putObject("requestContext")
            .put("accountId", ACCOUNT)
            .put("apiId", API)
            .put("domainName", DOMAIN)
            .put("domainPrefix", API);
    context
        .putObject("http")
        .put("method", request.method())
        .put("path", request.path())
        .put("protocol", "HTTP/1.1")
        .put("sourceIp", SOURCE_IP)
        .put("userAgent", sent.get("user-agent"));
    context
        .put("requestId", requestId)
        .put("routeKey", route)
        .put("stage", "$default")
        .put("time", LOG_TIME.format(receivedAt))
        .put("timeEpoch", receivedAt.toEpochMilli());
    event
        .put(
            "body",
            base64
                ? Base64.getEncoder().encodeToString(request.body().toByteArray())
                : request.body().utf8())
        .put("isBase64Encoded", base64);
    return new LambdaEvent(event);
  }

  /**
   * Returns the event that the work queue's mapping makes of a batch of messages, each received for
   * the first time.
   *
   * @param pointers what the messages point at
   * @param sentAt when they were sent, and received
   */
  public static LambdaEvent workBatch(List<EventKey> pointers, Instant sentAt) {
    String time = Long.toString(sentAt.toEpochMilli());
    ObjectNode event = Json.object();
    var records = event.putArray("Records");
    for (EventKey pointer : pointers) {
      String body =
          new String(
              Json.compact(
                  Json.object()
                      .put("provider", pointer.provider())
                      .put("eventId", pointer.eventId())),
              StandardCharsets.UTF_8);
      String id = UUID.nameUUIDFromBytes(body.getBytes(StandardCharsets.UTF_8)).toString();
      ObjectNode message =
          records
              .addObject()
              .put("messageId", id)
              .put("receiptHandle", "receipt-" + id)
              .put("body", body);
      message
          .putObject("attributes")
          .put("ApproximateReceiveCount", "1")
          .put("SentTimestamp", time)
          .put("SenderId", ACCOUNT)
          .put("ApproximateFirstReceiveTimestamp", time);
      message.putObject("messageAttributes");
      message
          .put("md5OfBody", md5(body))
          .put("eventSource", "aws:sqs")
          .put("eventSourceARN", "arn:aws:sqs:" + REGION + ":" + ACCOUNT + ":hookset-work")
          .put("awsRegion", REGION);
    }
    return new LambdaEvent(event);
  }

  /** Returns what the relay's schedule sends. */
  public static LambdaEvent relayTick() {
    return new LambdaEvent(Json.object().put("hookset", "relay"));
  }

  /** Returns what the janitor's schedule sends. */
  public static LambdaEvent janitorTick() {
    return new LambdaEvent(Json.object().put("hookset", "janitor"));
  }

  /** Returns what a receiver's schedule sends to keep its snapshot alive. */
  public static LambdaEvent ping() {
    return new LambdaEvent(Json.object().put("hookset", "ping"));
  }

  /** Returns the headers of a request, as its function gets them. */
  public Map<String, String> headers() {
    Map<String, String> headers = new TreeMap<>();
    tree.path("headers")
        .properties()
        .forEach(header -> headers.put(header.getKey(), header.getValue().textValue()));
    return headers;
  }

  /** Returns whether the body of a request stands in the event as base64. */
  public boolean isBase64() {
    return tree.path("isBase64Encoded").booleanValue();
  }

  /** Returns the event as one line of JSON in UTF-8, as a function gets it. */
  public byte[] compact() {
    return Json.compact(tree);
  }

  /** Returns the event as indented JSON that ends with a line feed. */
  public String pretty() {
    return Json.pretty(tree);
  }

  /** Returns the headers as an HTTP API passes them on: lower-cased, with its own added. */
  private static Map<String, String> headers(DeliveryRequest request) {
    Map<String, String> headers = new TreeMap<>();
    headers.put("content-length", Integer.toString(request.body().size()));
    headers.put("host", DOMAIN);
    headers.put("user-agent", USER_AGENT);
    headers.put("x-forwarded-for", SOURCE_IP);
    headers.put("x-forwarded-port", "443");
    headers.put("x-forwarded-proto", "https");
    request.headers().forEach((name, value) -> headers.put(name.toLowerCase(Locale.ROOT), value));
    return headers;
  }

  private static boolean isUtf8(DeliveryRequest request) {
    ByteBuffer bytes = request.body().asByteBuffer();
    try {
      StandardCharsets.UTF_8.newDecoder().decode(bytes);
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  /** SQS names a body's MD5 so that a client can tell whether it came whole. */
  private static String md5(String body) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("MD5").digest(body.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has MD5", e);
    }
  }
}
