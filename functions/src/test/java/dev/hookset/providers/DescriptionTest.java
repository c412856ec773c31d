package dev.hookset.providers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * A description says at most fifteen things, each by a call of the builder, and an ordinary one of
 * them fits fifteen lines or so. What takes more lines is a list of types, a handshake or a second
 * scheme, which an ordinary sender does not have.
 */
final class DescriptionTest {
  private static final Pattern CALL = Pattern.compile("\\n {8}\\.\\w+\\(");

  @Test
  void provider_any_saysAtMostFifteenThings() throws IOException {
    Map<String, Long> tooLong = new TreeMap<>();
    int described = 0;
    try (Stream<Path> files = Files.list(Path.of("src/main/java/dev/hookset/providers"))) {
      for (Path file : files.toList()) {
        String source = Files.readString(file);
        if (source.contains("Provider.named(") && !source.contains("final class Providers")) {
          described++;
          for (String method : source.split("\n  }\n", -1)) {
            long calls = CALL.matcher(method).results().count() + 1;
            if (calls > 15) {
              tooLong.put(file.getFileName().toString(), calls);
            }
          }
        }
      }
    }
    assertEquals(Map.of(), tooLong);
    assertTrue(described > 15, "there are descriptions");
  }

  @Test
  void subject_documentedOfFew_isReadFromTheirDeliveries() {
    for (String name :
        List.of("lamina", "lemma", "stripe", "linear", "pagerduty", "paddle", "square")) {
      Vector vector =
          Vector.of(Providers.named(name).orElseThrow()).stream()
              .filter(each -> "accepted".equals(each.expected("outcome")))
              .filter(each -> !each.name().startsWith("documented"))
              .findFirst()
              .orElseThrow();
      String subject = vector.provider().subject(vector.body());

      assertTrue(subject != null && vector.body().utf8().contains(subject), name + " " + subject);
    }
  }
}
