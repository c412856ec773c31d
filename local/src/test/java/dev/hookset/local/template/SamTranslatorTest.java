package dev.hookset.local.template;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What SAM's own translator makes of the expanded template. It is a library of Python's, which need
 * not be there: what it is asked for here is how a version's name is made, and no code of ours.
 */
final class SamTranslatorTest {
  @TempDir Path folder;

  @BeforeEach
  void needsSamsTranslator() throws IOException, InterruptedException {
    Process python;
    try {
      python =
          new ProcessBuilder("python3", "-c", "import boto3, samtranslator")
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("probe").toFile())
              .start();
    } catch (IOException e) {
      assumeTrue(false, "there is no python3");
      return;
    }
    assumeTrue(python.waitFor() == 0, "python3 has no aws-sam-translator");
  }

  // A parameter's new value published no version, and the alias kept the old environment until
  // somebody changed a file in the package.
  @Test
  void changedSetting_makesANewVersionOfThatFunction_andOfNoOther() throws Exception {
    Set<String> before = versions(new Deployment(Map.of()));
    Set<String> after = versions(Deployment.withRow("Lemma", "Events: 'incident.*'"));

    assertEquals(Checkout.providers().size(), before.size());
    Set<String> changed = new TreeSet<>(after);
    changed.removeAll(before);
    assertEquals(1, changed.size(), changed::toString);
    assertTrue(changed.iterator().next().startsWith("LemmaFunctionVersion"), changed::toString);
  }

  @Test
  void changedParameterOfTheReceivers_makesANewVersionOfEach() throws Exception {
    Set<String> before = versions(new Deployment(Map.of()));

    for (Map<String, String> answer :
        List.of(
            Map.of("Traffic", "live"),
            Map.of("WebhookRetentionDays", "40"),
            Map.of("ReceiverMemoryMb", "2048"))) {
      Set<String> after = versions(new Deployment(answer));
      assertEquals(before.size(), after.size());
      after.retainAll(before);
      assertEquals(Set.of(), after, answer::toString);
    }
  }

  /** Aliases, schedules, their roles, permissions and the settings of asynchronous calls. */
  @Test
  void eachReceiver_hasWhatSamMakesOfIt() throws Exception {
    Map<String, String> made = translated(new Deployment(Map.of()));
    for (String provider : Checkout.providers()) {
      String function = provider + "Function";
      for (String name :
          List.of("Aliaslive", "EventInvokeConfig", "WebhookPermission", "Ping", "PingRole")) {
        assertTrue(made.containsKey(function + name), function + name);
      }
    }
    assertEquals("AWS::ApiGatewayV2::Api", made.get("WebhookApi"));
  }

  /** What CloudFormation would refuse, or only say when it is too late. */
  @Test
  void expandedTemplate_hasNothingThatCfnLintWouldMend() throws Exception {
    Path template = expanded(new Deployment(Map.of()));
    Path said = folder.resolve("said");
    Process lint;
    try {
      lint =
          new ProcessBuilder("cfn-lint", template.toString())
              .redirectErrorStream(true)
              .redirectOutput(said.toFile())
              .start();
    } catch (IOException e) {
      assumeTrue(false, "there is no cfn-lint");
      return;
    }
    int code = lint.waitFor();
    assertEquals("", text(said));
    assertEquals(0, code);
  }

  private Set<String> versions(Deployment deployment) throws IOException, InterruptedException {
    return translated(deployment).entrySet().stream()
        .filter(resource -> resource.getValue().equals("AWS::Lambda::Version"))
        .map(Map.Entry::getKey)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private Map<String, String> translated(Deployment deployment)
      throws IOException, InterruptedException {
    Path script = folder.resolve("translate.py");
    try (InputStream stream =
            Objects.requireNonNull(SamTranslatorTest.class.getResourceAsStream("/translate.py"));
        OutputStream copy = Files.newOutputStream(script)) {
      stream.transferTo(copy);
    }
    Path template = expanded(deployment);
    Path out = folder.resolve("out");
    Process python =
        new ProcessBuilder("python3", script.toString())
            .redirectInput(template.toFile())
            .redirectOutput(out.toFile())
            .redirectError(folder.resolve("err").toFile())
            .start();
    assertEquals(0, python.waitFor(), () -> text(folder.resolve("err")));
    Map<String, String> resources = new LinkedHashMap<>();
    for (String line : Files.readAllLines(out, UTF_8)) {
      String[] words = line.split(" ", 2);
      resources.put(words[0], words[1]);
    }
    return resources;
  }

  private Path expanded(Deployment deployment) throws IOException {
    Map<String, Object> sections = new LinkedHashMap<>();
    sections.put("AWSTemplateFormatVersion", "2010-09-09");
    sections.put("Transform", "AWS::Serverless-2016-10-31");
    for (String section : List.of("Parameters", "Globals", "Resources", "Outputs")) {
      sections.put(section, Deployment.members(deployment.at(section)));
    }
    Path template = folder.resolve("template.json");
    new ObjectMapper().writeValue(template.toFile(), sections);
    return template;
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }
}
