package dev.hookset.local.page;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.hookset.Body;
import org.jspecify.annotations.Nullable;

/** What a request is answered. */
record Answer(int status, String type, Body body) {
  static final String TEXT = "text/plain; charset=utf-8";

  static Answer of(int status, JsonNode json) {
    return new Answer(status, "application/json", Body.ofUtf8(PageJson.write(json)));
  }

  static Answer text(String text) {
    return new Answer(200, TEXT, Body.ofUtf8(text));
  }

  /** The body of a delivery; the media type is ours, so that no browser takes it for another. */
  static Answer bytes(Body body) {
    return new Answer(200, "application/octet-stream", body);
  }

  static Answer message(int status, @Nullable String message) {
    return of(status, JsonNodeFactory.instance.objectNode().put("message", message));
  }
}
