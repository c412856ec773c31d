package dev.hookset.aws.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import dev.hookset.Body;
import dev.hookset.Delivery;
import dev.hookset.receive.Reply;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How API Gateway hands over a request and takes the answer: the payload formats 2.0 of HTTP APIs
 * and 1.0 of REST APIs, told apart by what they hold.
 */
public final class HttpEvents {
  private static final JsonFactory JSON =
      new JsonFactoryBuilder()
          // Anybody chooses the names of headers: none is kept beyond its event, and no table of
          // names can overflow.
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          // Lambda itself limits an event to 6 MB; a body of that length is one string.
          .streamReadConstraints(
              StreamReadConstraints.builder().maxStringLength(20_000_000).build())
          .build();

  private HttpEvents() {}

  /** What a function was invoked with. */
  public sealed interface Incoming {
    /** A request. */
    record Request(Delivery delivery) implements Incoming {}

    /**
     * A request that no gateway has made, but somebody who may invoke the function itself: whoever
     * sends to its URL has no say in the members beside the headers and the body.
     */
    record Probe(Delivery delivery) implements Incoming {}

    /** A call of our own schedule, which keeps the function's snapshot alive. */
    record Ping() implements Incoming {}

    /** Something that is no request. */
    record Malformed() implements Incoming {}
  }

  /**
   * Reads an event to its end.
   *
   * @throws IOException if {@code stream} fails
   */
  public static Incoming read(InputStream stream, Instant receivedAt) throws IOException {
    return read(stream, receivedAt, null);
  }

  /**
   * Reads an event to its end.
   *
   * @param publicUrl the address as senders were given it, to stand for the request's own but for
   *     the query; null where they are the same
   * @throws IOException if {@code stream} fails
   */
  public static Incoming read(InputStream stream, Instant receivedAt, @Nullable String publicUrl)
      throws IOException {
    byte[] event = stream.readAllBytes();
    try (JsonParser json = JSON.createParser(event)) {
      return json.nextToken() == JsonToken.START_OBJECT
          ? read(json, receivedAt, publicUrl)
          : new Incoming.Malformed();
    } catch (IOException | IllegalArgumentException e) {
      // The bytes are in memory: they are not JSON, or not base64 although they say so.
      return new Incoming.Malformed();
    }
  }

  private static Incoming read(JsonParser json, Instant receivedAt, @Nullable String publicUrl)
      throws IOException {
    Map<String, String> headers = Map.of();
    Map<String, String> multiValueHeaders = Map.of();
    String body = "";
    boolean base64 = false;
    boolean probe = false;
    String method = "POST";
    String path = "";
    String query = "";
    for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
      JsonToken token = json.nextToken();
      switch (name) {
        case "headers" -> headers = readHeaders(json);
        case "multiValueHeaders" -> multiValueHeaders = readHeaders(json);
        case "body" -> {
          if (token == JsonToken.VALUE_STRING) {
            body = json.getText();
          } else if (token != JsonToken.VALUE_NULL) {
            return new Incoming.Malformed();
          }
        }
        // 2.0 has the method in the context, and the path and the query as they came.
        case "requestContext" -> method = method(json, method);
        case "httpMethod" -> method = json.getText();
        case "rawPath" -> path = json.getText();
        case "rawQueryString" -> query = json.getText();
        case "isBase64Encoded" -> base64 = token == JsonToken.VALUE_TRUE;
        case "hookset" -> {
          if (token == JsonToken.VALUE_STRING && json.getText().equals("ping")) {
            return new Incoming.Ping();
          }
          probe = token == JsonToken.VALUE_STRING && json.getText().equals("probe");
        }
        default -> {}
      }
      json.skipChildren();
    }
    Body bytes = base64 ? Body.wrap(Base64.getDecoder().decode(body)) : Body.ofUtf8(body);
    // A REST API gives of a repeated header only the last value, but all of them beside it.
    Map<String, String> all = multiValueHeaders.isEmpty() ? headers : multiValueHeaders;
    String address = publicUrl == null ? address(all, path) : publicUrl;
    Delivery delivery =
        new Delivery(
            method,
            query.isEmpty() || address.indexOf('?') >= 0 ? address : address + '?' + query,
            all,
            bytes,
            receivedAt);
    return probe ? new Incoming.Probe(delivery) : new Incoming.Request(delivery);
  }

  /** Returns the address that a request came to: the gateway takes no other host than its own. */
  private static String address(Map<String, String> headers, String path) {
    String host = header(headers, "host");
    String scheme = header(headers, "x-forwarded-proto");
    return (scheme == null ? "https" : scheme) + "://" + (host == null ? "" : host) + path;
  }

  private static @Nullable String header(Map<String, String> headers, String name) {
    String value = headers.get(name);
    if (value == null) {
      for (Map.Entry<String, String> header : headers.entrySet()) {
        value = header.getKey().equalsIgnoreCase(name) ? header.getValue() : value;
      }
    }
    return value;
  }

  /** Reads a context of format 2.0, which has the method at {@code http.method}. */
  private static String method(JsonParser json, String otherwise) throws IOException {
    String method = otherwise;
    if (json.currentToken() != JsonToken.START_OBJECT) {
      return method;
    }
    for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
      boolean isObject = json.nextToken() == JsonToken.START_OBJECT;
      if (name.equals("http") && isObject) {
        for (String part = json.nextFieldName(); part != null; part = json.nextFieldName()) {
          boolean isText = json.nextToken() == JsonToken.VALUE_STRING;
          method = part.equals("method") && isText ? json.getText() : method;
          json.skipChildren();
        }
      } else {
        json.skipChildren();
      }
    }
    return method;
  }

  /** Reads an object of strings or of arrays of strings; anything else in it is passed over. */
  private static Map<String, String> readHeaders(JsonParser json) throws IOException {
    Map<String, String> headers = new LinkedHashMap<>();
    if (json.currentToken() != JsonToken.START_OBJECT) {
      json.skipChildren();
      return headers;
    }
    for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
      JsonToken token = json.nextToken();
      if (token == JsonToken.VALUE_STRING) {
        headers.put(name, json.getText());
      } else if (token == JsonToken.START_ARRAY) {
        String joined = readJoined(json);
        if (joined != null) {
          headers.put(name, joined);
        }
      } else {
        json.skipChildren();
      }
    }
    return headers;
  }

  private static @Nullable String readJoined(JsonParser json) throws IOException {
    List<String> values = new ArrayList<>();
    while (json.nextToken() != JsonToken.END_ARRAY) {
      if (json.currentToken() == JsonToken.VALUE_STRING) {
        values.add(json.getText());
      } else {
        json.skipChildren();
      }
    }
    return values.isEmpty() ? null : String.join(",", values);
  }

  /**
   * Writes an answer; formats 1.0 and 2.0 understand it alike.
   *
   * @throws IOException if {@code stream} fails
   */
  public static void write(Reply reply, OutputStream stream) throws IOException {
    try (JsonGenerator json = JSON.createGenerator(stream)) {
      json.writeStartObject();
      json.writeNumberField("statusCode", reply.status());
      json.writeObjectFieldStart("headers");
      for (Map.Entry<String, String> header : reply.headers().entrySet()) {
        json.writeStringField(header.getKey(), header.getValue());
      }
      json.writeEndObject();
      String body = reply.body();
      if (body != null) {
        json.writeStringField("body", body);
      }
      json.writeBooleanField("isBase64Encoded", false);
      json.writeEndObject();
    }
  }
}
