package dev.hookset.local.template;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TemplateReaderTest {
  private static final String SMALL =
      """
      Parameters:
        Days: {Type: Number, Default: 30}
        Open: {Type: String}
      Globals:
        Function:
          Environment:
            Variables:
              TABLE: !Ref Table
              DAYS: !Ref Days
              NAME: of all
      Resources:
        Table:
          Type: AWS::DynamoDB::Table
        One:
          Type: AWS::Serverless::Function
          Properties:
            Timeout: 9
            Environment:
              Variables:
                PROVIDER: lemma
                NAME: its own
                GONE: !Ref AWS::NoValue
                OPEN: !Ref Open
                LATER: !If [Condition, !Ref Days, !Ref AWS::NoValue]
        Two:
          Type: AWS::Serverless::Function
          Properties:
            Role: !GetAtt Role.Arn
            Events: [{Name: !Sub '${Days} days'}]
      """;

  @TempDir Path folder;

  @Test
  void at_shortForms_standAsTheirLongOnes() throws IOException {
    Template template = read(SMALL);

    assertEquals(Map.of("Fn::GetAtt", "Role.Arn"), template.properties("Two").get("Role"));
    assertEquals(
        Map.of("Fn::Sub", "${Days} days"),
        template.at("Resources", "Two", "Properties", "Events", 0, "Name"));
    assertEquals(
        Map.of(
            "Fn::If", List.of("Condition", Map.of("Ref", "Days"), Map.of("Ref", "AWS::NoValue"))),
        template.variable("One", "LATER"));
  }

  @Test
  void at_nestedAndMappedShortForms_standAsTheirLongOnes() throws IOException {
    Template template =
        read(
            """
            Conditions:
              Made: !And [!Not [!Condition Given], !Equals [!Ref A, '']]
              Split: !Transform {Name: AWS::Include}
            """);

    assertEquals(
        Map.of(
            "Fn::And",
            List.of(
                Map.of("Fn::Not", List.of(Map.of("Condition", "Given"))),
                Map.of("Fn::Equals", List.of(Map.of("Ref", "A"), "")))),
        template.at("Conditions", "Made"));
    assertEquals(
        Map.of("Fn::Transform", Map.of("Name", "AWS::Include")),
        template.at("Conditions", "Split"));
  }

  @Test
  void at_pathThatLeadsNowhere_isNull() throws IOException {
    Template template = read(SMALL);

    assertNull(template.at("Resources", "Three"));
    assertNull(template.at("Resources", "One", "Properties", "Timeout", "deeper"));
    assertNull(template.at("Resources", "Two", "Properties", "Events", 1));
    assertNull(Template.below(null, "anything"));
  }

  @Test
  void resources_ofAType_areNamedInOrder() throws IOException {
    assertEquals(List.of("One", "Two"), read(SMALL).resources("AWS::Serverless::Function"));
    assertEquals(List.of(), read(SMALL).resources("AWS::S3::Bucket"));
  }

  @Test
  void receivers_areTheFunctionsThatNameAProvider() throws IOException {
    assertEquals(List.of("One"), read(SMALL).receivers());
  }

  @Test
  void environment_isThatOfAll_thenItsOwn_withWhatIsKnown() throws IOException {
    assertEquals(
        Map.of("TABLE", "inbox", "DAYS", "30", "NAME", "its own", "PROVIDER", "lemma"),
        read(SMALL).environment("One", Map.of("Table", "inbox")));
    assertEquals(Map.of("DAYS", "30", "NAME", "of all"), read(SMALL).environment("Two", Map.of()));
  }

  @Test
  void properties_ofNoResource_saysWhich() throws IOException {
    Template template = read(SMALL);

    IllegalArgumentException flaw =
        assertThrows(IllegalArgumentException.class, () -> template.properties("Three"));

    assertEquals("the template has no map at Resources.Three.Properties", flaw.getMessage());
  }

  @Test
  void read_whatIsNoTemplate_saysSo() {
    assertTrue(flaw("- a\n- b\n").endsWith("template.yaml is not a template"));
    assertTrue(flaw("").endsWith("template.yaml is not a template"));
    assertTrue(flaw("a: [b").contains("template.yaml is not YAML: "));
    assertThrows(NoSuchFileException.class, () -> Template.read(folder.resolve("absent.yaml")));
  }

  @Test
  void read_aTagThatNamesAJavaClass_makesNoObjectOfIt() {
    assertTrue(flaw("a: !!java.io.File [/etc/passwd]\n").contains("is not YAML: "));
  }

  private String flaw(String yaml) {
    return String.valueOf(assertThrows(IOException.class, () -> read(yaml)).getMessage());
  }

  private Template read(String yaml) throws IOException {
    return Template.read(Files.writeString(folder.resolve("template.yaml"), yaml));
  }
}
