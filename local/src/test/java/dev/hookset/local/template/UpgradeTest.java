package dev.hookset.local.template;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * What becomes of a stack that the release before deployed. Its resources are kept as a resource of
 * the tests: their names, types, and what cannot change without a replacement.
 */
final class UpgradeTest {
  private static final Deployment NOW =
      Deployment.withRows(Checkout.providers(), "SilenceHours: '24'");

  /** What goes; docs/upgrading.md says so of each. */
  private static final Set<String> GONE =
      Set.of(
          "LaminaLog",
          "LemmaLog",
          "LambaLog",
          "LucidLog",
          "LymnusLog",
          "LaminaApiKeySecret",
          "OneTraceQuery");

  // A resource that is renamed is made anew, and what was in it stays behind or is gone; and a URL
  // that
  // changes has to be pasted into every provider's console.
  @Test
  void everyResource_isStillThere_butForThoseThatAreListed() throws IOException {
    Map<String, String> types = new TreeMap<>();
    for (Map.Entry<String, JsonNode> resource : before().properties()) {
      types.put(resource.getKey(), resource.getValue().required("Type").asText());
    }
    Set<String> gone = new TreeSet<>();
    types.forEach(
        (name, type) -> {
          Object now = NOW.at("Resources", name, "Type");
          if (now == null && !name.equals("AlarmSubscription")) {
            gone.add(name);
          } else if (now != null) {
            assertEquals(type, now, name);
          }
        });

    assertEquals(new TreeSet<>(GONE), gone);
  }

  @Test
  void whatWouldBeReplacedByAnotherValue_hasTheSame() throws IOException {
    for (Map.Entry<String, JsonNode> resource : before().properties()) {
      if (NOW.at("Resources", resource.getKey()) == null) {
        continue;
      }
      for (Map.Entry<String, JsonNode> fact : resource.getValue().properties()) {
        if (!fact.getKey().equals("Type")) {
          assertEquals(
              new ObjectMapper().convertValue(fact.getValue(), Object.class),
              NOW.property(resource.getKey(), fact.getKey()),
              resource.getKey() + "." + fact.getKey());
        }
      }
      for (String name :
          Set.of("TableName", "BucketName", "QueueName", "FunctionName", "RoleName", "TopicName")) {
        assertEquals(
            resource.getValue().has(name),
            NOW.property(resource.getKey(), name) != null,
            resource.getKey() + "." + name);
      }
    }
  }

  @Test
  void whatGoes_isNamedWithWhatToDo() {
    String text = Checkout.text("docs/upgrading.md");
    for (String name : Set.of("LaminaApiKeySecret", "LemmaLog")) {
      assertTrue(text.contains(name), name);
    }
  }

  private static JsonNode before() throws IOException {
    try (InputStream stream =
        Objects.requireNonNull(
            UpgradeTest.class.getResourceAsStream("/upgrade/before-one-word.json"))) {
      return new ObjectMapper().readTree(stream);
    }
  }
}
