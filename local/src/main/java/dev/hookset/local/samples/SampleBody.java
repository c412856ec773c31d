package dev.hookset.local.samples;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hookset.Body;
import dev.hookset.Form;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A body whose members can be changed: JSON, or a form, whose parameters are its members then. A
 * parameter that is a JSON object counts for the whole, as for a receiver.
 */
final class SampleBody {
  private final JsonNode tree;
  private final boolean isForm;

  private SampleBody(JsonNode tree, boolean isForm) {
    this.tree = tree;
    this.isForm = isForm;
  }

  /** Takes a body from a file of samples, in which a string is a form; it is not changed. */
  static SampleBody of(JsonNode written) {
    if (!written.isTextual()) {
      return new SampleBody(written.deepCopy(), false);
    }
    ObjectNode parameters = Json.object();
    for (Form.Parameter parameter : Form.of(written.textValue()).parameters()) {
      JsonNode json = Json.readIfJson(Body.ofUtf8(parameter.value()));
      JsonNode before = parameters.get(parameter.name());
      if (json.isObject()) {
        parameters.set(parameter.name(), json);
      } else if (before instanceof ArrayNode several) {
        several.add(parameter.value());
      } else if (before != null) {
        parameters.putArray(parameter.name()).add(before).add(parameter.value());
      } else {
        parameters.put(parameter.name(), parameter.value());
      }
    }
    return new SampleBody(parameters, true);
  }

  /** Returns the objects whose members tell of events. */
  List<ObjectNode> objects() {
    List<ObjectNode> objects = new ArrayList<>();
    if (isForm || tree.isArray()) {
      for (JsonNode part : tree) {
        if (part instanceof ObjectNode object) {
          objects.add(object);
        }
      }
    }
    if (objects.isEmpty() && tree instanceof ObjectNode object) {
      objects.add(object);
    }
    return objects;
  }

  /** Adds a member, or a parameter. */
  void add(String name, String value) {
    if (tree instanceof ObjectNode object) {
      object.put(name, value);
    } else {
      objects().forEach(object -> object.put(name, value));
    }
  }

  /** Returns the body. */
  Body body() {
    if (!isForm) {
      return Body.wrap(Json.compact(tree));
    }
    StringJoiner form = new StringJoiner("&");
    tree.properties()
        .forEach(
            parameter -> {
              JsonNode value = parameter.getValue();
              for (JsonNode each : value.isArray() ? value : List.of(value)) {
                String text =
                    each.isObject()
                        ? new String(Json.compact(each), StandardCharsets.UTF_8)
                        : each.asText();
                form.add(encoded(parameter.getKey()) + "=" + encoded(text));
              }
            });
    return Body.ofUtf8(form.toString());
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  /** Returns the text, the number or the truth value at {@code path}; null if there is none. */
  static @Nullable String text(ObjectNode object, String path) {
    JsonNode node = at(object, path);
    return node != null && node.isValueNode() && !node.isNull() ? node.asText() : null;
  }

  /** Changes what stands at {@code path}, if there is something. */
  static void set(ObjectNode object, String path, UnaryOperator<JsonNode> change) {
    int dot = path.lastIndexOf('.');
    JsonNode parent = dot < 0 ? object : at(object, path.substring(0, dot));
    String name = path.substring(dot + 1);
    if (parent instanceof ObjectNode members && members.has(name)) {
      members.set(name, change.apply(members.get(name)));
    }
  }

  private static @Nullable JsonNode at(ObjectNode object, String path) {
    JsonNode here = object;
    for (String name : path.split("\\.", -1)) {
      here = here == null ? null : here.get(name);
    }
    return here;
  }
}
