package dev.hookset.local.template;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.xpath.XPathExpressionException;
import javax.xml.xpath.XPathFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

/** What {@code sam build && sam deploy} reads beside the template. */
final class SamFilesTest {
  @Test
  void samconfig_isOfTheVersionThatSamReads() {
    assertEquals(List.of("0.1"), settings("", "version"));
  }

  @Test
  void samconfig_namesTheStackForEveryCommand() {
    assertEquals(List.of("\"hookset\""), settings("default.global.parameters", "stack_name"));
  }

  // A stage is a deploy of its own, and SAM takes nothing of "default" over to another.
  @ParameterizedTest
  @ValueSource(strings = {"default", "staging", "prod"})
  void samconfig_ofEachStage_deploysAsItStands(String stage) {
    String table = stage + ".deploy.parameters";

    assertEquals(
        List.of("[\"CAPABILITY_IAM\", \"CAPABILITY_AUTO_EXPAND\"]"),
        settings(table, "capabilities"));
    assertEquals(List.of("true"), settings(table, "language_extensions"));
    assertEquals(List.of("true"), settings(table, "resolve_s3"));
    assertEquals(List.of("true"), settings(table, "confirm_changeset"));
  }

  @Test
  void samconfig_agreesToRolesWithoutNames_whichIsAllThatTheTemplateHas() {
    assertEquals(
        List.of(),
        new Deployment(Map.of())
            .resources("AWS::IAM::Role").stream()
                .filter(role -> new Deployment(Map.of()).property(role, "RoleName") != null)
                .toList(),
        "CAPABILITY_NAMED_IAM");
  }

  // Without it, SAM CLI says "All 'Resources' must be Objects" of the loop.
  @ParameterizedTest
  @ValueSource(strings = {"build", "validate", "local_invoke", "local_start_api", "package"})
  void samconfig_letsEveryCommandReadTheLoop(String command) {
    assertEquals(
        List.of("true"), settings("default." + command + ".parameters", "language_extensions"));
  }

  @Test
  void samconfig_setsParametersThatThereAre_toValuesThatTheyTake() throws IOException {
    SamConfig config = SamConfig.read(Checkout.file("samconfig.toml"));
    for (String stage : List.of("default", "staging", "prod")) {
      new Deployment(config.parameters(stage));
    }
    assertEquals("test", config.parameters("staging").get("Traffic"));
    assertEquals("live", config.parameters("prod").get("Traffic"));
  }

  @Test
  void maven_thatSamRuns_skipsTheTests_andThatOfTheRootDoesNot() throws IOException {
    assertTrue(arguments("functions/.mvn/maven.config").contains("-Dmaven.test.skip=true"));
    for (String module : List.of("", "local/")) {
      assertFalse(
          arguments(module + ".mvn/maven.config").stream().anyMatch(line -> line.contains("skip")),
          module);
    }
  }

  @Test
  void pom_ofTheFunctions_standsAlone() throws IOException {
    assertEquals("0", inPom("count(/project/parent)"));
    assertEquals("0", inPom("count(/project/modules)"));
  }

  @Test
  void pom_ofTheFunctions_installsNothing() throws IOException {
    assertEquals("true", inPom("/project/properties/maven.install.skip"));
    assertEquals("true", inPom("/project/properties/maven.deploy.skip"));
  }

  @Test
  void pom_ofTheFunctions_compilesForTheRuntimeOfTheTemplate() throws IOException {
    assertEquals(
        Checkout.template().at("Globals", "Function", "Runtime"),
        "java" + inPom("/project/properties/maven.compiler.release"));
  }

  /** Returns the values of a setting in a table of samconfig.toml, as they stand there. */
  private static List<String> settings(String table, String name) {
    String start = table.isEmpty() ? "\\A" : "(?m)^" + Pattern.quote("[" + table + "]") + "$";
    return Pattern.compile(
            start + "(?s:((?!^\\[).)*?)^" + name + " = ([^\\n]+)$", Pattern.MULTILINE)
        .matcher(Checkout.text("samconfig.toml"))
        .results()
        .map((MatchResult match) -> match.group(2))
        .toList();
  }

  private static List<String> arguments(String file) throws IOException {
    Path path = Checkout.file(file);
    return Files.exists(path) ? Files.readAllLines(path) : List.of();
  }

  private static String inPom(String path) throws IOException {
    try {
      DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
      factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
      Document pom =
          factory
              .newDocumentBuilder()
              .parse(new InputSource(new StringReader(Checkout.text("functions/pom.xml"))));
      return XPathFactory.newInstance().newXPath().evaluate(path, pom);
    } catch (ParserConfigurationException | SAXException | XPathExpressionException e) {
      throw new IOException(e);
    }
  }
}
