package dev.hookset.local.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hookset.local.cli.terminal.TestTerminal;
import dev.hookset.local.samples.DevelopmentKeys;
import dev.hookset.local.stack.LocalStack;
import dev.hookset.local.stack.StackListener;
import dev.hookset.local.template.Template;
import dev.hookset.work.Routes;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands on a deployed stack that receives from others than the five. */
final class CatalogueStackTest {
  private static final List<String> WORDS =
      List.of("GitHub", "StandardWebhooks", "Square", "Stripe");

  private static final String HERE = "4f2a9c1b7d-of-the-test";
  private static final Map<String, String> SECRETS =
      Map.of("GITHUB_WEBHOOK_SECRET", HERE, "SQUARE_WEBHOOK_SECRET", HERE);

  @TempDir
  @SuppressWarnings("NullAway.Init") // JUnit sets it.
  private static Path home;

  @SuppressWarnings("NullAway.Init") // JUnit calls start() first.
  private static LocalStack stack;

  @SuppressWarnings("NullAway.Init") // JUnit calls start() first.
  private static CloudStandIn cloud;

  @BeforeAll
  static void start() throws IOException {
    stack =
        LocalStack.start(
            Template.read(
                Shell.REPOSITORY.resolve("template.yaml"),
                Map.of("Providers", String.join(",", WORDS))),
            new LocalStack.Settings(
                null,
                0,
                0,
                0,
                0,
                LocalVariables.of(SECRETS, new DevelopmentKeys(SECRETS)),
                Routes.builder().otherwise((_, _) -> {}).build()),
            InstantSource.system(),
            new StackListener() {});
    cloud = new CloudStandIn(stack);
    for (int i = 0; i < WORDS.size(); i++) {
      Map<String, String> variables =
          Map.of(
              "PROVIDER", stack.providers().get(i).name(),
              "WEBHOOK_RETENTION_DAYS", "2",
              "WEBHOOK_SECRET_ARN", arn(WORDS.get(i)));
      cloud.configure("shop-" + WORDS.get(i) + "Function:live", variables);
      cloud.configure("shop-" + WORDS.get(i) + "Function:", variables);
    }
  }

  @AfterAll
  static void stop() {
    cloud.close();
    stack.close();
  }

  // The word in the template was guessed from the name, so that Github's outputs were looked for.
  @Test
  void urls_ofSendersOfTheCatalogue_areFoundByTheirOutputs() {
    Shell.Run run = deployed(new TestTerminal(), "urls", "--wide");

    assertEquals(Hookset.OK, run.code(), run::err);
    for (String name : List.of("github", "standard-webhooks", "square", "stripe")) {
      assertTrue(
          run.out().lines().anyMatch(line -> line.matches(name + " .*/webhooks/" + name)),
          run::out);
    }
    assertFalse(run.out().contains("lemma"), run::out);
  }

  @Test
  void secret_ofASenderThatSignsTheAddress_isProvenWithoutARecord() {
    Shell.Run run = secret("square");

    assertEquals(Hookset.OK, run.code(), () -> run.out() + run.err());
    assertTrue(run.out().contains("The function has it"), run::out);
    assertEquals("", deployed(new TestTerminal(), "list", "square", "--json").out());
  }

  // Nothing signed says how old a push is: what was sent to prove the secret would have been one.
  @Test
  void secret_ofASenderThatSignsNoTime_isNotProven_andLeavesNoRecord() {
    Shell.Run run = secret("github");

    assertEquals(Hookset.OK, run.code(), () -> run.out() + run.err());
    assertTrue(
        run.out().contains("The function has a key; which, shows with the next delivery."),
        run::out);
    assertEquals("", deployed(new TestTerminal(), "list", "github", "--json").out());
  }

  // Records went after two days, and Stripe's third day was an event of its own.
  @Test
  void doctor_ofARetentionThatRetriesOutlast_saysSo() {
    Shell.Run run = deployed(new TestTerminal(), "doctor");

    assertTrue(
        run.out()
            .contains(
                "stripe's function: records are kept for 2 days, less than the 72 hours for which"
                    + " Stripe tries again: a late attempt is handled as another event"),
        run::out);
    assertFalse(run.out().contains("GitHub tries again"), run::out);
  }

  private static Shell.Run secret(String name) {
    return deployed(new TestTerminal(true, false).answering(HERE), "secret", name);
  }

  private static Shell.Run deployed(TestTerminal terminal, String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--stack", "shop"));
    return new Shell(home, cloud.environment()).run(terminal, all.toArray(String[]::new));
  }

  private static String arn(String word) {
    return "arn:aws:secretsmanager:eu-central-1:123456789012:secret:" + word + "-AbCdEf";
  }
}
