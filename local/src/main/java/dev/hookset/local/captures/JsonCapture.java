package dev.hookset.local.captures;

import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Headers in JSON: an object of names and values, an event of API Gateway, an entry of an archive
 * (HAR), a list of pairs.
 */
final class JsonCapture {
  /** What a program prints of a dictionary is JSON but for a trifle. */
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(JsonReadFeature.ALLOW_SINGLE_QUOTES)
          .enable(JsonReadFeature.ALLOW_TRAILING_COMMA)
          .enable(JsonReadFeature.ALLOW_UNQUOTED_FIELD_NAMES)
          .build();

  private JsonCapture() {}

  static CapturedRequest read(String text) {
    JsonNode json;
    try {
      json = JSON.readTree(text);
    } catch (IOException e) {
      throw new IllegalArgumentException("begins like JSON, and is none");
    }
    return request(json);
  }

  private static CapturedRequest request(JsonNode json) {
    JsonNode entries = json.path("log").path("entries");
    if (entries.isArray()) {
      if (entries.size() != 1) {
        throw new IllegalArgumentException(
            "is an archive of " + entries.size() + " requests; keep the one that is meant");
      }
      return request(entries.get(0));
    }
    if (json.path("request").path("headers").isContainerNode()) {
      return request(json.path("request"));
    }
    Map<String, String> headers = new LinkedHashMap<>();
    JsonNode all = json.path("multiValueHeaders");
    JsonNode named = json.path("headers");
    if (all.isObject() && !all.isEmpty()) {
      add(headers, all);
    } else if (named.isContainerNode()) {
      add(headers, named);
    } else {
      add(headers, json);
      return new CapturedRequest(null, null, headers);
    }
    String host = text(json.path("requestContext"), "domainName");
    if (host != null) {
      headers.putIfAbsent("host", host);
    }
    String method = text(json, "method", "httpMethod");
    return new CapturedRequest(
        method == null ? text(json.path("requestContext").path("http"), "method") : method,
        CapturedRequest.url(target(json), headers),
        headers);
  }

  /** Returns what was asked for. */
  private static @Nullable String target(JsonNode json) {
    String url = text(json, "url", "originalUrl");
    if (url != null) {
      return url;
    }
    String path = text(json, "rawPath");
    String query = json.path("rawQueryString").asText("");
    return path == null || query.isEmpty() ? path : path + "?" + query;
  }

  private static @Nullable String text(JsonNode json, String... names) {
    for (String name : names) {
      if (json.path(name).isTextual()) {
        return json.path(name).textValue();
      }
    }
    return null;
  }

  private static void add(Map<String, String> headers, JsonNode json) {
    if (json.isArray()) {
      addList(headers, json);
      return;
    }
    json.properties()
        .forEach(
            header -> {
              String value = value(header.getValue());
              if (value != null) {
                CapturedRequest.add(headers, header.getKey(), value);
              }
            });
  }

  /** Returns the text of a value, or of several of one name; null if it is none. */
  private static @Nullable String value(JsonNode json) {
    if (json.isValueNode()) {
      return json.asText();
    }
    List<String> values = new ArrayList<>();
    if (json.isArray()) {
      for (JsonNode each : json) {
        JsonNode value = each.isObject() ? each.path("value") : each;
        if (value.isValueNode()) {
          values.add(value.asText());
        }
      }
    }
    return values.isEmpty() ? null : String.join(",", values);
  }

  /** Reads a list of pairs: objects with name and value, lists of two, lines, or one flat list. */
  private static void addList(Map<String, String> headers, JsonNode list) {
    boolean isFlat =
        list.size() % 2 == 0
            && !list.isEmpty()
            && list.valueStream()
                .allMatch(each -> each.isTextual() && !each.textValue().matches("\\S+?:\\s.*"));
    for (int i = 0; i < list.size(); i++) {
      JsonNode each = list.get(i);
      if (isFlat) {
        CapturedRequest.add(headers, each.textValue(), list.get(++i).textValue());
      } else if (each.isTextual()) {
        int colon = each.textValue().indexOf(':');
        if (colon > 0) {
          CapturedRequest.add(
              headers,
              each.textValue().substring(0, colon).strip(),
              each.textValue().substring(colon + 1).strip());
        }
      } else if (each.isArray() && each.size() == 2) {
        CapturedRequest.add(headers, each.get(0).asText(), each.get(1).asText());
      } else {
        String name = text(each, "name", "key", "Name", "Key", "header");
        JsonNode value = each.has("value") ? each.path("value") : each.path("Value");
        if (name != null && value.isValueNode()) {
          CapturedRequest.add(headers, name, value.asText());
        }
      }
    }
  }
}
