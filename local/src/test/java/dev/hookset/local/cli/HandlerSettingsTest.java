package dev.hookset.local.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What {@code doctor} says of handlers whose settings are missing. */
final class HandlerSettingsTest {

  @RegisterExtension final OperatedStack operated = new OperatedStack();

  @TempDir
  @SuppressWarnings("NullAway.Init") // JUnit sets it.
  private Path home;

  @BeforeEach
  void checkout() throws IOException {
    Path sources = Files.createDirectories(home.resolve("functions/src/main/java/app"));
    Files.writeString(
        sources.resolve("Handlers.java"),
        """
        package app;

        import dev.hookset.work.*;

        public class Handlers implements Application {
          public Routes routes(Setup setup) {
            setup.secret("pager");
            setup.setting("PAGER_URL");
            return Routes.builder().on("lemma", "incident.*", (event, context) -> {}).build();
          }
        }
        """);
    template("");
  }

  @Test
  void settings_thatAreSetButNotNamed_areToBeNamed() {
    // "PAGER_SECRET_ARN is not set": it is not to be set here at all, and PAGER_SECRET was.
    String handlers =
        doctor(Map.of("PAGER_SECRET", "t0ken-of-the-pager", "PAGER_URL", "http://127.0.0.1:1"));

    assertEquals(
        "BAD      handlers: the handlers ask for settings that they do not get: name"
            + " PAGER_SECRET_ARN, PAGER_URL in template.yaml, under WorkerFunction where it says"
            + " YOURS; only what is named there is passed on (set already: PAGER_SECRET,"
            + " PAGER_URL)",
        handlers);
  }

  @Test
  void settings_thatAreNamedButNotSet_areToBeSetByTheirNamesHere() throws IOException {
    // "every route fits something that its provider documents", while `dev` kept to the old ones.
    template("PAGER_SECRET_ARN: !Sub '${AWS::StackName}/handlers/pager'", "PAGER_URL: !Ref Url");

    assertEquals(
        "look     handlers: the handlers ask for settings that they do not get: set PAGER_SECRET,"
            + " PAGER_URL",
        doctor(Map.of()));
    assertTrue(
        doctor(Map.of("PAGER_SECRET", "t0ken-of-the-pager", "PAGER_URL", "http://127.0.0.1:1"))
            .startsWith("ok       handlers: every route fits"));
  }

  @Test
  void settings_ofADeployedStack_needOnlyBeNamed() throws IOException {
    template("PAGER_SECRET_ARN: !Sub '${AWS::StackName}/handlers/pager'", "PAGER_URL: !Ref Url");

    Shell.Run run =
        new Shell(home, operated.cloud().environment())
            .run("doctor", "--stack", CloudStandIn.STACK);

    assertTrue(handlers(run).startsWith("ok       handlers: every route fits"), run::out);
  }

  private void template(String... variables) throws IOException {
    String line = "HANDLERS: app.Handlers\n";
    String text = Files.readString(Shell.REPOSITORY.resolve("template.yaml"));
    assertTrue(text.contains(line), "where the user's settings stand");
    StringBuilder lines = new StringBuilder(line);
    Arrays.stream(variables)
        .filter(each -> !each.isEmpty())
        .forEach(each -> lines.append("          ").append(each).append('\n'));
    Files.writeString(home.resolve("template.yaml"), text.replace(line, lines));
  }

  private String doctor(Map<String, String> environment) {
    return handlers(
        new Shell(home, environment)
            .run(operated.ports("doctor", "--port=" + operated.stack().url("lemma").getPort())));
  }

  private static String handlers(Shell.Run run) {
    return run.out()
        .lines()
        .filter(line -> line.contains(" handlers: "))
        .findFirst()
        .orElseThrow(() -> new AssertionError(run.out() + run.err()));
  }
}
