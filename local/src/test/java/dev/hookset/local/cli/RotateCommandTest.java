package dev.hookset.local.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hookset.Origin;
import dev.hookset.local.stack.StackListener;
import dev.hookset.providers.Providers;
import dev.hookset.receive.Provider;
import dev.hookset.receive.Receipt;
import dev.hookset.receive.Reply;
import dev.hookset.signing.SharedSecret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RotateCommandTest {
  private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");
  private static final String OLD = SharedSecret.of("whsec_old").fingerprint();
  private static final String NEW = SharedSecret.of("whsec_new").fingerprint();

  @TempDir
  @SuppressWarnings("NullAway.Init") // JUnit sets it.
  private Path home;

  static List<String> providers() {
    return Providers.all().stream().map(Provider::name).toList();
  }

  @ParameterizedTest
  @MethodSource("providers")
  void rotate_anyProvider_namesWhatTheTemplateHas(String provider) throws IOException {
    String template = Files.readString(Shell.REPOSITORY.resolve("template.yaml"));

    Shell.Run run = new Shell(home).run("rotate", provider);

    assertEquals(0, run.code(), run::err);
    Matcher secret =
        Pattern.compile("--logical-resource-id (\\w)(\\w+?)(WebhookSecret)\\b").matcher(run.out());
    assertTrue(secret.find(), run.out());
    assertEquals(provider, secret.group(1).toLowerCase(Locale.ROOT) + secret.group(2));
    assertTrue(template.contains("${Provider}" + secret.group(3) + ":\n"), secret.group());
    Matcher log = Pattern.compile("over /aws/lambda/hookset(-\\w+):").matcher(run.out());
    assertTrue(log.find(), run.out());
    assertTrue(
        template.contains("LogGroupName: !Sub /aws/lambda/${AWS::StackName}" + log.group(1)),
        log.group());
    assertTrue(run.out().contains("provider = \"" + provider + "\""), run.out());
    assertTrue(
        run.out().contains(Providers.named(provider).orElseThrow().whereToFindTheKey()), run::out);
    assertTrue(run.out().contains("No key has verified a delivery on the local stack yet."));
    assertFalse(run.out().contains("%"), "nothing is left to fill in");
    assertFalse(Files.exists(home.resolve(".hookset")), "looking changes nothing");
  }

  @Test
  void rotate_none_explainsAll() {
    Shell.Run run = new Shell(home).run("rotate");

    assertEquals(0, run.code(), run::err);
    for (String provider : providers()) {
      assertTrue(run.out().lines().anyMatch(line -> line.equalsIgnoreCase(provider)), provider);
    }
  }

  @Test
  void rotate_keysThatVerified_showsTheLastFirstAndWhichIsHere() throws IOException {
    Path state = home.resolve(".hookset");
    KeyCounts counts = new KeyCounts(state);
    counts.count(receipt("lemma", OLD), NOW);
    counts.count(receipt("lemma", OLD), NOW.plusSeconds(1));
    counts.count(receipt("lemma", null), NOW.plusSeconds(2));
    counts.count(receipt("lucid", OLD), NOW.plusSeconds(3));
    new KeyCounts(state).count(receipt("lemma", NEW), NOW.plusSeconds(4));

    Shell.Run run =
        new Shell(home, Map.of("LEMMA_WEBHOOK_SECRET", "[\"whsec_new\",\"whsec_newer\"]"))
            .run("rotate", "lemma");

    assertEquals(
        List.of(
            "key       deliveries  last",
            NEW + "  1           2026-06-01T12:00:04Z  of this environment",
            OLD + "  2           2026-06-01T12:00:01Z"),
        run.out().lines().dropWhile(line -> !line.startsWith("key ")).limit(3).toList());
    assertFalse(run.out().contains("whsec"), run::out);
  }

  @Test
  void rotate_fingerprintOf_isThatOfTheKeyInTheFile() throws IOException {
    Path file = Files.writeString(home.resolve("secret"), "whsec_new\n");
    Path several = Files.writeString(home.resolve("several"), "[\"whsec_new\",\"whsec_old\"]\n");

    assertEquals(
        NEW, new Shell(home).run("rotate", "lucid", "--fingerprint-of", "" + file).out().strip());
    assertEquals(
        List.of(NEW, OLD),
        new Shell(home)
            .run("rotate", "lucid", "--fingerprint-of", "" + several)
            .out()
            .lines()
            .toList());
  }

  @Test
  void rotate_fingerprintOfNoKey_saysSoAndDoesNotRepeatIt() throws IOException {
    Path blank = Files.writeString(home.resolve("blank"), " \n");
    Path wrong = Files.writeString(home.resolve("wrong"), "never_to_be_seen");

    for (List<String> call :
        List.of(
            List.of("rotate", "lucid", "--fingerprint-of", "" + blank),
            List.of("rotate", "lamina", "--fingerprint-of", "" + wrong),
            List.of("rotate", "lamina", "--fingerprint-of", "" + home.resolve("nowhere")))) {
      Shell.Run run = new Shell(home).run(call.toArray(String[]::new));

      assertEquals(3, run.code());
      assertEquals(1, run.errorLines().size(), run::err);
      assertFalse(run.err().contains("never_to_be_seen"), run::err);
    }
  }

  @Test
  void rotate_wrongCommandLine_isCorrected() {
    assertEquals(2, new Shell(home).run("rotate", "nobody").code());
    assertEquals(2, new Shell(home).run("rotate", "--fingerprint-of", "x").code());
  }

  @Test
  void rotate_countsThatCannotBeRead_saysWhatToDo() throws IOException {
    Files.createDirectories(home.resolve(".hookset"));
    for (String junk : List.of("lemma.x=1", "lemma=1 2026-06-01T12:00:00Z", "a.b=c d", "\\u00")) {
      Files.writeString(home.resolve(".hookset/keys.properties"), junk);

      Shell.Run run = new Shell(home).run("rotate");

      assertEquals(3, run.code(), junk);
      assertTrue(run.err().contains("keys.properties; delete it"), run::err);
    }
  }

  @Test
  void countedKeys_folderThatCannotBeWritten_troublesAndPassesOn() throws IOException {
    Files.writeString(home.resolve(".hookset"), "a file");
    List<String> heard = new ArrayList<>();
    StackListener next =
        new StackListener() {
          @Override
          public void delivered(Receipt receipt) {
            heard.add("delivered");
          }

          @Override
          public void troubled(String message) {
            heard.add("troubled");
          }
        };

    new CountedKeys(new KeyCounts(home.resolve(".hookset")), InstantSource.fixed(NOW), next)
        .delivered(receipt("lemma", OLD));

    assertEquals(List.of("troubled", "delivered"), heard);
  }

  private static Receipt receipt(String provider, @Nullable String fingerprint) {
    return new Receipt(
        provider,
        Receipt.Outcome.ACCEPTED,
        null,
        null,
        null,
        null,
        Origin.UNKNOWN,
        false,
        false,
        null,
        fingerprint,
        Map.of(),
        null,
        new Reply(200, Map.of(), null));
  }

  // The commands to copy named the stack `hookset`, whatever it was called.
  @Test
  void rotate_ofAStackOfAnotherName_namesIt() {
    for (String provider : List.of("lamina", "lemma", "lucid")) {
      String out = new Shell(home).run("rotate", provider, "--stack", "prod-eu").out();

      assertTrue(out.contains("--stack-name prod-eu "), out);
      assertTrue(out.contains("/aws/lambda/prod-eu-"), out);
    }
    assertEquals(2, new Shell(home).run("rotate", "--stack", "a;b").code());
  }

  // What came between a provider's new secret and ours was refused, and not every provider sends
  // again after a 4xx.
  @ParameterizedTest
  @ValueSource(strings = {"lemma", "lamba"})
  void rotate_providerThatMakesItsSecret_addsASecondEndpoint(String provider) {
    String out = new Shell(home).run("rotate", provider).out();

    assertTrue(out.contains("Add a second endpoint"), out);
    assertFalse(out.contains("at once"), out);
  }
}
