package dev.hookset.aws.watch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A look at a log line with CloudWatch's eyes: what its specification of the embedded metric format
 * demands, with the limits of its JSON schema, and those of the API on a dimension's value.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html">the
 *     specification</a>
 */
public final class EmbeddedMetrics {
  private static final int MOST_BYTES = 256 * 1024;
  private static final int MOST_METRICS = 100;

  /** Nine in the schema's older edition, 30 in the newer. */
  private static final int MOST_DIMENSIONS = 9;

  private static final int MOST_VALUES = 100;
  private static final int LONGEST_NAME = 255;
  private static final int LONGEST_DIMENSION_VALUE = 1024;
  private static final Set<String> UNITS =
      Set.of(
          "Seconds",
          "Microseconds",
          "Milliseconds",
          "Bytes",
          "Kilobytes",
          "Megabytes",
          "Gigabytes",
          "Terabytes",
          "Bits",
          "Kilobits",
          "Megabits",
          "Gigabits",
          "Terabits",
          "Percent",
          "Count",
          "None");

  private EmbeddedMetrics() {}

  /**
   * Returns what CloudWatch makes of a line: each metric with its dimensions, such as {@code
   * Deliveries{outcome=refused,provider=lemma}}, and its value.
   *
   * @throws AssertionError if it would refuse the line
   */
  public static Map<String, Double> read(JsonNode line) {
    assertTrue(line.toString().getBytes(UTF_8).length <= MOST_BYTES, "too long a line");
    JsonNode metadata = line.get("_aws");
    assertNotNull(metadata, () -> "no metrics in " + line);
    assertEquals(Set.of("Timestamp", "CloudWatchMetrics"), members(metadata));
    assertTrue(metadata.get("Timestamp").isIntegralNumber(), metadata::toString);
    assertTrue(metadata.get("CloudWatchMetrics").isArray(), metadata::toString);
    Map<String, Double> metrics = new TreeMap<>();
    for (JsonNode directive : metadata.get("CloudWatchMetrics")) {
      assertEquals(Set.of("Namespace", "Dimensions", "Metrics"), members(directive));
      assertName(directive.get("Namespace"));
      JsonNode definitions = directive.get("Metrics");
      assertTrue(
          definitions.isArray() && !definitions.isEmpty() && definitions.size() <= MOST_METRICS,
          directive::toString);
      JsonNode sets = directive.get("Dimensions");
      assertTrue(sets.isArray() && !sets.isEmpty(), "an array of one set at least");
      for (JsonNode definition : definitions) {
        double value = value(line, definition);
        for (JsonNode set : sets) {
          String metric = definition.get("Name").asText() + dimensions(line, set);
          assertEquals(null, metrics.put(metric, value), () -> metric + " is there twice");
        }
      }
    }
    return metrics;
  }

  private static double value(JsonNode line, JsonNode definition) {
    Set<String> members = members(definition);
    members.removeAll(Set.of("Name", "Unit", "StorageResolution"));
    assertEquals(Set.of(), members, definition::toString);
    assertName(definition.get("Name"));
    assertTrue(UNITS.contains(definition.path("Unit").asText("None")), definition::toString);
    JsonNode value = line.get(definition.get("Name").asText());
    assertNotNull(value, () -> definition + " without a value in " + line);
    if (!value.isArray()) {
      assertTrue(value.isNumber(), () -> definition + " is " + value);
      return value.asDouble();
    }
    assertTrue(value.size() <= MOST_VALUES, value::toString);
    double sum = 0;
    for (JsonNode one : value) {
      assertTrue(one.isNumber(), value::toString);
      sum += one.asDouble();
    }
    return sum;
  }

  private static String dimensions(JsonNode line, JsonNode set) {
    assertTrue(set.isArray() && set.size() <= MOST_DIMENSIONS, set::toString);
    Map<String, String> dimensions = new TreeMap<>();
    for (JsonNode name : set) {
      assertName(name);
      JsonNode member = line.get(name.asText());
      assertNotNull(member, () -> "no member " + name + " in " + line);
      assertTrue(member.isTextual(), () -> name + " is no string");
      String value = member.asText();
      assertTrue(
          !value.isBlank() && value.length() <= LONGEST_DIMENSION_VALUE, () -> name + "=" + value);
      assertTrue(value.chars().allMatch(c -> c >= 0x20 && c < 0x7F), () -> name + "=" + value);
      assertFalse(value.startsWith(":"), () -> name + "=" + value);
      dimensions.put(name.asText(), value);
    }
    assertEquals(set.size(), dimensions.size(), () -> "one twice in " + set);
    return dimensions.toString().replace(", ", ",");
  }

  private static void assertName(JsonNode name) {
    assertTrue(name != null && name.isTextual(), () -> "no name: " + name);
    int length = name.asText().length();
    assertTrue(length >= 1 && length <= LONGEST_NAME, name::toString);
  }

  private static Set<String> members(JsonNode object) {
    assertTrue(object.isObject(), object::toString);
    Set<String> members = new TreeSet<>();
    object.fieldNames().forEachRemaining(members::add);
    return members;
  }
}
