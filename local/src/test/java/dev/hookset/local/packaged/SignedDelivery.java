package dev.hookset.local.packaged;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hookset.Body;
import dev.hookset.EventKey;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * A request as a provider sends it, and the events that API Gateway makes of it.
 *
 * @param key which event it is
 * @param headers those that the provider's scheme needs, by their names as documented
 * @param body the bytes
 * @param canary a string that stands in the body and nowhere else
 */
record SignedDelivery(EventKey key, Map<String, String> headers, Body body, String canary) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern SIGNATURE = Pattern.compile("[0-9a-f]{64,}");

  /** Returns the same request, but with other bytes than those that were signed. */
  SignedDelivery forged() {
    return new SignedDelivery(key, headers, Body.ofUtf8(body.utf8() + " "), canary);
  }

  /** Returns the event of an HTTP API, payload format 2.0. */
  ObjectNode httpApiEvent() {
    ObjectNode event = JSON.createObjectNode();
    event
        .put("version", "2.0")
        .put("routeKey", "POST " + path())
        .put("rawPath", path())
        .put("rawQueryString", "")
        .set("headers", JSON.valueToTree(allHeaders(true)));
    ObjectNode context = event.putObject("requestContext");
    context
        .put("accountId", "000000000000")
        .put("apiId", "local")
        .put("domainName", "local.execute-api.us-east-1.amazonaws.com")
        .put("requestId", "request")
        .put("routeKey", "POST " + path())
        .put("stage", "$default")
        .put("time", "01/Jun/2026:12:00:00 +0000")
        .put("timeEpoch", 1780315200000L);
    context
        .putObject("http")
        .put("method", "POST")
        .put("path", path())
        .put("protocol", "HTTP/1.1")
        .put("sourceIp", "192.0.2.1")
        .put("userAgent", "sender");
    return event.put("body", body.utf8()).put("isBase64Encoded", false);
  }

  /** Returns the event of an HTTP API for a body that it takes for binary. */
  ObjectNode base64HttpApiEvent() {
    return httpApiEvent()
        .put("body", Base64.getEncoder().encodeToString(body.toByteArray()))
        .put("isBase64Encoded", true);
  }

  /** Returns the event of a REST API, payload format 1.0. */
  ObjectNode restApiEvent() {
    ObjectNode event = JSON.createObjectNode();
    event
        .put("resource", path())
        .put("path", path())
        .put("httpMethod", "POST")
        .set("headers", JSON.valueToTree(allHeaders(false)));
    ObjectNode several = event.putObject("multiValueHeaders");
    allHeaders(false).forEach((name, value) -> several.putArray(name).add(value));
    event.putNull("queryStringParameters").putNull("pathParameters");
    event
        .putObject("requestContext")
        .put("resourcePath", path())
        .put("httpMethod", "POST")
        .put("stage", "prod");
    return event.put("body", body.utf8()).put("isBase64Encoded", false);
  }

  /** Returns the signature itself, without what stands around it. */
  String signature() {
    return headers.values().stream()
        .flatMap(value -> SIGNATURE.matcher(value).results())
        .map(MatchResult::group)
        .findFirst()
        .orElseThrow();
  }

  private String path() {
    return "/webhooks/" + key.provider();
  }

  private Map<String, String> allHeaders(boolean lowerCased) {
    Map<String, String> all = new TreeMap<>(headers);
    all.put("Content-Type", "application/json");
    all.put("Content-Length", Integer.toString(body.utf8().getBytes(UTF_8).length));
    all.put("Host", "local.execute-api.us-east-1.amazonaws.com");
    all.put("User-Agent", "sender");
    all.put("X-Forwarded-For", "192.0.2.1");
    if (!lowerCased) {
      return all;
    }
    Map<String, String> lower = new TreeMap<>();
    all.forEach((name, value) -> lower.put(name.toLowerCase(Locale.ROOT), value));
    return lower;
  }
}
