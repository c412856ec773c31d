package dev.hookset.local.template;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SamConfigTest {
  @TempDir Path folder;

  @Test
  void stages_areFoundByTheStackThatTheyDeploy() throws IOException {
    SamConfig config = SamConfig.read(Checkout.file("samconfig.toml"));

    assertEquals("default", config.stageOf("hookset"));
    assertEquals("staging", config.stageOf("hookset-staging"));
    assertEquals("prod", config.stageOf("hookset-prod"));
    assertNull(config.stageOf("shop"));
    assertEquals("live", config.parameters("prod").get("Traffic"));
  }

  @Test
  void parameters_standInAListOrInOneText() throws IOException {
    SamConfig config =
        read(
            """
            [a.deploy.parameters] # the first
            stack_name = 'one'
            parameter_overrides = [
              "Traffic=live",  # a comment
              "Providers=Lemma,Lucid",
            ]
            region = "eu-central-1"
            [b.deploy.parameters]
            parameter_overrides = "Traffic=test AlarmEmail=''"
            """);

    assertEquals("a", config.stageOf("one"));
    assertEquals(Map.of("Traffic", "live", "Providers", "Lemma,Lucid"), config.parameters("a"));
    assertEquals("test", config.parameters("b").get("Traffic"));
    assertEquals(Map.of(), config.parameters("c"));
  }

  private SamConfig read(String toml) throws IOException {
    return SamConfig.read(Files.writeString(folder.resolve("samconfig.toml"), toml));
  }
}
