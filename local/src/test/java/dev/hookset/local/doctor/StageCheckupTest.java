package dev.hookset.local.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hookset.local.template.SamConfig;
import dev.hookset.local.template.Template;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StageCheckupTest {
  @TempDir Path folder;

  // `sam deploy --parameter-overrides AlarmEmail=…` lasted for one deploy: the plain one after it
  // took
  // the alarms' subscription away, and nobody was told.
  @Test
  void parameter_thatTheFileDoesNotHave_isSaidWithWhatToWriteWhere() throws IOException {
    List<Finding> findings = run("hookset", Map.of("Days", "30", "Mail", "ops@example.com"));

    assertEquals(1, findings.size());
    assertEquals(Finding.Level.WARNING, findings.getFirst().level());
    assertEquals(
        "Mail is 'ops@example.com' in the stack, and '' by default", findings.getFirst().seen());
    assertTrue(
        String.valueOf(findings.getFirst().cure())
            .startsWith(
                "Write \"Mail=ops@example.com\" into parameter_overrides of"
                    + " [default.deploy.parameters]"));
  }

  @Test
  void parameter_thatTheFileHasOtherwise_isSaid() throws IOException {
    assertEquals(
        "Days is '30' in the stack, and '40' there",
        run("hookset-prod", Map.of("Days", "30", "Mail", "")).getFirst().seen());
  }

  @Test
  void parameters_asInTheFile_areFine_andAnUnknownStackIsNobodys() throws IOException {
    assertEquals(
        Finding.Level.OK, run("hookset-prod", Map.of("Days", "40", "Mail", "")).getFirst().level());
    assertEquals(List.of(), run("shop", Map.of("Days", "30")));
  }

  private List<Finding> run(String stack, Map<String, String> deployed) throws IOException {
    Path template =
        Files.writeString(
            folder.resolve("template.yaml"),
            """
            Parameters:
              Days: {Type: Number, Default: 30}
              Mail: {Type: String, Default: ''}
            """);
    Path config =
        Files.writeString(
            folder.resolve("samconfig.toml"),
            """
            [default.global.parameters]
            stack_name = "hookset"
            [default.deploy.parameters]
            resolve_s3 = true
            [prod.deploy.parameters]
            stack_name = "hookset-prod"
            parameter_overrides = ["Days=40"]
            """);
    Checkup checkup = new Checkup(InstantSource.system());
    new StageCheckup(Template.read(template), SamConfig.read(config)).run(stack, deployed, checkup);
    return checkup.findings();
  }
}
