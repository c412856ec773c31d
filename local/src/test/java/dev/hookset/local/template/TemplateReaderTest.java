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
        Word: {Type: String, Default: ''}
        Who: {Type: CommaDelimitedList, Default: 'Left, Right'}
      Mappings:
        Table:
          Left: {Name: left}
      Conditions:
        WordGiven: !Not [!Equals [!Ref Word, '']]
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
                LATER: !If [WordGiven, !Ref Days, !Ref AWS::NoValue]
        Two:
          Type: AWS::Serverless::Function
          Properties:
            Role: !GetAtt Role.Arn
            Events: [{Name: !Sub '${Days} days'}]
      """;

  @TempDir Path folder;

  @Test
  void at_whatOnlyADeployKnows_standsInItsLongForm() throws IOException {
    Template template = read(SMALL);

    assertEquals(Map.of("Fn::GetAtt", "Role.Arn"), template.properties("Two").get("Role"));
    assertEquals("30 days", template.at("Resources", "Two", "Properties", "Events", 0, "Name"));
    assertNull(template.variable("One", "LATER"));
    assertEquals("30", read(SMALL, Map.of("Word", "yes")).variable("One", "LATER"));
  }

  @Test
  void loop_isWrittenOutForEachWord_andWhatIsNotMappedHasItsDefault() throws IOException {
    Template template =
        read(
            SMALL
                + """
                  Fn::ForEach::Loop:
                    - Side
                    - !Ref Who
                    - ${Side}Queue:
                        Type: AWS::SQS::Queue
                        Properties:
                          Policy: !GetAtt [!Sub '${Side}Role', Arn]
                          Of: !Ref {'Fn::Sub': '${Side}Role'}
                          Path: !Sub ['/${Name}/${AWS::Region}', {Name: !FindInMap [Table, !Ref Side, Name, {DefaultValue: !Ref Side}]}]
                """);

    assertEquals(List.of("LeftQueue", "RightQueue"), template.resources("AWS::SQS::Queue"));
    assertEquals(
        Map.of(
            "Policy", Map.of("Fn::GetAtt", "LeftRole.Arn"),
            "Of", Map.of("Ref", "LeftRole"),
            "Path", Map.of("Fn::Sub", "/left/${AWS::Region}")),
        template.properties("LeftQueue"));
    assertEquals(
        Map.of("Fn::Sub", "/Right/${AWS::Region}"), template.properties("RightQueue").get("Path"));
  }

  @Test
  void resource_whoseConditionDoesNotHold_isGone() throws IOException {
    String conditional =
        SMALL
            + """
              Three:
                Type: AWS::S3::Bucket
                Condition: WordGiven
            """;

    assertEquals(List.of(), read(conditional).resources("AWS::S3::Bucket"));
    assertEquals(
        List.of("Three"), read(conditional, Map.of("Word", "w")).resources("AWS::S3::Bucket"));
  }

  @Test
  void read_whatCannotBeExpanded_saysWhat() {
    assertTrue(
        flaw(SMALL.replace("Default: 30", "MinValue: 1"))
            .endsWith("the parameter Days has no value"));
    assertTrue(
        flaw(SMALL.replace("[WordGiven,", "[Unknown,"))
            .endsWith("the template has no condition Unknown"));
    assertTrue(
        flaw("Resources: {A: {Properties: {B: !FindInMap [Table, Left, Size]}}}")
            .endsWith("nothing is mapped at [Table, Left, Size]"));
    assertTrue(
        flaw("Resources: {'Fn::ForEach::Loop': [Side, 3, {}]}")
            .endsWith("Fn::ForEach::Loop is not a list of an identifier, a collection and a map"));
    assertTrue(
        flaw("Resources: {'Fn::ForEach::Loop': [S, [a, b], {One: {}}]}")
            .endsWith("One is there twice"));
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
    return read(yaml, Map.of());
  }

  private Template read(String yaml, Map<String, String> answers) throws IOException {
    return Template.read(Files.writeString(folder.resolve("template.yaml"), yaml), answers);
  }
}
