package dev.hookset.local.template;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.xpath.XPathExpressionException;
import javax.xml.xpath.XPathFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

/** What {@code sam build && sam deploy --guided} reads beside the template. */
final class SamFilesTest {
  @Test
  void samconfig_isOfTheVersionThatSamReads() {
    assertEquals(List.of("0.1"), settings("", "version"));
  }

  @Test
  void samconfig_namesTheStackForEveryCommand() {
    assertEquals(List.of("\"hookset\""), settings("default.global.parameters", "stack_name"));
  }

  @Test
  void samconfig_agreesToRolesWithoutNames_whichIsAllThatTheTemplateHas() {
    assertEquals(
        List.of("\"CAPABILITY_IAM\""), settings("default.deploy.parameters", "capabilities"));
    assertFalse(Checkout.text("template.yaml").contains("RoleName:"), "CAPABILITY_NAMED_IAM");
  }

  @Test
  void samconfig_letsSamFindABucket_andAskBeforeItChangesAnything() {
    assertEquals(List.of("true"), settings("default.deploy.parameters", "resolve_s3"));
    assertEquals(List.of("true"), settings("default.deploy.parameters", "confirm_changeset"));
  }

  @Test
  void samconfig_holdsNoAnswers_amongWhichCouldBeSecrets() {
    assertEquals(List.of(), settings("default.deploy.parameters", "parameter_overrides"));
  }

  @Test
  void maven_thatSamRuns_skipsTheTests_andThatOfTheRootDoesNot() throws IOException {
    assertTrue(arguments("functions/.mvn/maven.config").contains("-DskipTests"));
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
    return Pattern.compile(start + "(?s:((?!^\\[).)*?)^" + name + " = (\\S+)$", Pattern.MULTILINE)
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
