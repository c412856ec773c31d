package dev.hookset.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What {@code docs/json.md} says: a section for each form of a command, a row for each field. */
final class JsonDocument {
  private static final Pattern SECTION = Pattern.compile("## `(.+)`");
  private static final Pattern ROW = Pattern.compile("\\| `(\\S+)` \\| (\\w+)(\\??) \\|.*\\|");

  private final Map<String, Map<String, Field>> sections = new LinkedHashMap<>();

  private record Field(String type, boolean always) {}

  static JsonDocument read() throws IOException {
    JsonDocument document = new JsonDocument();
    Map<String, Field> fields = new LinkedHashMap<>();
    for (String line : Files.readAllLines(Shell.REPOSITORY.resolve("docs/json.md"))) {
      Matcher section = SECTION.matcher(line);
      Matcher row = ROW.matcher(line);
      if (section.matches()) {
        fields = new LinkedHashMap<>();
        document.sections.put(section.group(1), fields);
      } else if (row.matches()) {
        fields.put(row.group(1), new Field(row.group(2), row.group(3).isEmpty()));
      } else if (line.startsWith("| `")) {
        throw new AssertionError("no row of a table of fields: " + line);
      }
    }
    return document;
  }

  Set<String> sections() {
    return sections.keySet();
  }

  /** Returns in what objects and their section differ; nothing if they do not. */
  List<String> differences(String section, List<JsonNode> objects) {
    Map<String, Field> fields = Objects.requireNonNull(sections.get(section), section);
    List<String> differences = new ArrayList<>();
    Set<String> printed = new TreeSet<>();
    for (JsonNode object : objects) {
      compare("", object, fields, printed, differences);
    }
    fields.keySet().stream()
        .filter(field -> !printed.contains(field))
        .forEach(field -> differences.add(field + " is documented, and never printed"));
    return differences;
  }

  private static void compare(
      String path,
      JsonNode node,
      Map<String, Field> fields,
      Set<String> printed,
      List<String> differences) {
    if (node.isArray()) {
      node.forEach(each -> compareNamed(path + "[]", each, fields, printed, differences));
    } else if (node.isObject()) {
      String prefix = path.isEmpty() ? "" : path + ".";
      boolean isMap = fields.containsKey(prefix + "*");
      for (Map.Entry<String, JsonNode> member : node.properties()) {
        compareNamed(
            prefix + (isMap ? "*" : member.getKey()),
            member.getValue(),
            fields,
            printed,
            differences);
      }
      if (!isMap) {
        fields.forEach(
            (name, field) -> {
              String rest = name.startsWith(prefix) ? name.substring(prefix.length()) : ".";
              if (field.always() && rest.matches("\\w+") && !node.has(rest)) {
                differences.add(name + " has no ? in the document, and is not there: " + node);
              }
            });
      }
    }
  }

  private static void compareNamed(
      String path,
      JsonNode node,
      Map<String, Field> fields,
      Set<String> printed,
      List<String> differences) {
    Field field = fields.get(path);
    // A list of objects has a row for each member, and none for its elements.
    boolean isElement = path.endsWith("[]") && node.isObject();
    if (field == null && !isElement) {
      differences.add(path + " is printed, and not documented: " + node);
      return;
    }
    if (field != null && !field.type().equals(type(node))) {
      differences.add(path + " is documented as " + field.type() + ", and is " + node);
    }
    printed.add(path);
    compare(path, node, fields, printed, differences);
  }

  private static String type(JsonNode node) {
    if (node.isTextual()) {
      return isTime(node.textValue()) ? "time" : "string";
    }
    return node.isArray()
        ? "list"
        : node.isObject()
            ? "object"
            : node.isIntegralNumber() ? "integer" : node.isBoolean() ? "boolean" : "none of them";
  }

  private static boolean isTime(String text) {
    try {
      return Instant.parse(text).toString().endsWith("Z");
    } catch (DateTimeException e) {
      return false;
    }
  }
}
