package dev.hookset.local.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hookset.Origin;
import dev.hookset.local.cli.terminal.TestTerminal;
import dev.hookset.local.stack.LocalStack;
import dev.hookset.local.stack.StackListener;
import dev.hookset.local.template.Template;
import dev.hookset.receive.Receipt;
import dev.hookset.receive.Reply;
import dev.hookset.signing.SharedSecret;
import dev.hookset.work.Routes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code secret}, for a stack whose functions have secrets of their own, and for the local one. */
final class SecretCommandTest {
  private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");
  private static final String HERE = "whsec_4f2a9c1b7d";
  private static final String OTHER = "whsec_4f2a9c0000";
  private static final String X = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
  private static final String OLD = SharedSecret.of("whsec_older").fingerprint();
  private static final String NEW = SharedSecret.of("whsec_newer").fingerprint();

  @SuppressWarnings("NullAway.Init") // JUnit has it set.
  private static LocalStack stack;

  @TempDir
  @SuppressWarnings("NullAway.Init") // JUnit sets it.
  private Path home;

  @SuppressWarnings("NullAway.Init") // JUnit has it set.
  private CloudStandIn cloud;

  @BeforeAll
  static void start() throws IOException {
    stack =
        LocalStack.start(
            Template.read(Shell.REPOSITORY.resolve("template.yaml")),
            new LocalStack.Settings(
                null,
                0,
                0,
                0,
                0,
                Map.of(
                    "LEMMA_WEBHOOK_SECRET", HERE,
                    "LAMBA_WEBHOOK_SECRET", HERE,
                    "LUCID_WEBHOOK_SECRET", HERE,
                    "LAMINA_WEBHOOK_PUBLIC_KEY", publicKeySet()),
                Routes.builder().otherwise((_, _) -> {}).build()),
            InstantSource.system(),
            new StackListener() {});
  }

  @AfterAll
  static void stop() {
    stack.close();
  }

  @BeforeEach
  void open() throws IOException {
    cloud = new CloudStandIn(stack);
    for (String name : List.of("Lamina", "Lemma", "Lamba", "Lucid", "Lymnus")) {
      Map<String, String> variables =
          Map.of("PROVIDER", name.toLowerCase(Locale.ROOT), "WEBHOOK_SECRET_ARN", arn(name));
      cloud.configure("shop-" + name + "Function:live", variables);
      cloud.configure("shop-" + name + "Function:", variables);
    }
  }

  @AfterEach
  void close() {
    cloud.close();
  }

  // --- A deployed stack

  @ParameterizedTest
  @CsvSource({"lemma, Lemma", "lamba, Lamba", "lucid, Lucid"})
  void secret_thatTheFunctionHas_isPutAndProvenWithoutARecord(String provider, String name) {
    String before = deployed(new TestTerminal(), "list", provider, "--json").out();

    Shell.Run run = deployed(typing(HERE), "secret", provider);

    assertEquals(Hookset.OK, run.code(), () -> run.out() + run.err());
    assertEquals(HERE, cloud.secrets.get(arn(name) + " AWSCURRENT"));
    assertTrue(run.out().contains("The function has it"), run::out);
    assertTrue(run.out().contains(SharedSecret.of(HERE).fingerprint()), run::out);
    assertFalse((run.out() + run.err()).contains("4f2a9c"), "the secret");
    assertEquals(
        before,
        deployed(new TestTerminal(), "list", provider, "--json").out(),
        "nothing is recorded");
  }

  @Test
  void secret_thatTheFunctionHasNotYet_isWaitedForAndThenSaidSo() {
    // Whoever pasted a secret had to guess when it was safe to change it at the provider.
    List<String> pauses = new ArrayList<>();
    TestTerminal terminal = typing(OTHER);
    for (int i = 0; i < 9; i++) {
      terminal.inAPause(() -> pauses.add("pause"));
    }

    Shell.Run run = deployed(terminal, "secret", "lemma");

    assertEquals(Hookset.NOT_AS_IT_SHOULD, run.code(), run::err);
    assertEquals(3, pauses.size(), "fewer refusals than raise an alarm");
    assertTrue(run.out().contains("Waiting until the function has it"), run::out);
    assertTrue(run.out().contains("does not have it yet"), run::out);
    assertTrue(run.out().contains("./hookset doctor --stack shop"), run::out);
  }

  @Test
  void secret_ofAFunctionWithoutOne_saysThatItAnswers500() {
    Shell.Run run = deployed(typing(OTHER), "secret", "lymnus");

    assertEquals(Hookset.NOT_AS_IT_SHOULD, run.code(), run::err);
    assertTrue(run.out().contains("it answers 500"), run::out);
  }

  @Test
  void secret_anotherOne_keepsTheOneBefore() {
    cloud.secrets.put(arn("Lemma") + " AWSCURRENT", OTHER);

    Shell.Run run = deployed(typing(HERE + "\n"), "secret", "lemma");

    assertEquals(Hookset.OK, run.code(), run::err);
    assertEquals(HERE, cloud.secrets.get(arn("Lemma") + " AWSCURRENT"));
    assertEquals(OTHER, cloud.secrets.get(arn("Lemma") + " AWSPREVIOUS"));
    assertTrue(
        run.out()
            .contains("the one before, " + SharedSecret.of(OTHER).fingerprint() + ", stays good"),
        run::out);
  }

  @Test
  void secret_theSameAgain_changesNothing() {
    // Put twice, it would have been its own predecessor, and the old one out of use at once.
    cloud.secrets.put(arn("Lemma") + " AWSCURRENT", HERE);
    cloud.secrets.put(arn("Lemma") + " AWSPREVIOUS", OTHER);

    Shell.Run run = deployed(typing(HERE), "secret", "lemma");

    assertEquals(Hookset.OK, run.code(), run::err);
    assertTrue(run.out().contains("nothing is changed"), run::out);
    assertEquals(List.of(), cloud.requests("PutSecretValue"));
  }

  @Test
  void forgetPrevious_putsTheCurrentOnceMore() {
    cloud.secrets.put(arn("Lemma") + " AWSCURRENT", HERE);
    cloud.secrets.put(arn("Lemma") + " AWSPREVIOUS", OTHER);

    Shell.Run run = deployed(new TestTerminal(), "secret", "lemma", "--forget-previous");

    assertEquals(Hookset.OK, run.code(), run::err);
    assertEquals(HERE, cloud.secrets.get(arn("Lemma") + " AWSCURRENT"));
    assertEquals(HERE, cloud.secrets.get(arn("Lemma") + " AWSPREVIOUS"));
    assertFalse((run.out() + run.err()).contains("4f2a9c"), "the secret");
  }

  @Test
  void generate_whereTheOperatorGivesIt_printsWhatItPutOnce() {
    Shell.Run run = deployed(new TestTerminal(), "secret", "lucid", "--generate");

    Matcher printed = Pattern.compile("whsec_[0-9a-f]{64}").matcher(run.out());
    assertTrue(printed.find(), run::out);
    assertEquals(cloud.secrets.get(arn("Lucid") + " AWSCURRENT"), printed.group());
    assertFalse(printed.find(), "once");
  }

  @ParameterizedTest
  @CsvSource({"lemma", "lamba", "lamina"})
  void generate_whereTheProviderMakesIt_isRefused(String provider) {
    Shell.Run run = deployed(new TestTerminal(), "secret", provider, "--generate");

    assertEquals(Hookset.WRONG_COMMAND_LINE, run.code(), run::out);
    assertEquals(List.of(), cloud.requests("PutSecretValue"));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "lemma, `\"whsec_4f2a9c1b7d\"`, quotes",
        "lemma, ` whsec_4f2a9c1b7d`, blanks",
        "lemma, `whsec_4f2a 9c1b7d`, blank",
        "lemma, LEMMA_WEBHOOK_SECRET=whsec_4f2a9c1b7d, NAME=value",
        "lemma, changeme, placeholder",
        "lemma, 4f2a9c, at least 8 bytes",
        "lemma, lma_4f2a9c1b7d, Lamina",
        "lemma, https://example.com/4f2a9c, URL",
        "lemma, arn:aws:secretsmanager:eu-central-1:123456789012:secret:4f2a9c, ARN",
        "lemma, whsec_\u00a04f2a9c1b7d, invisible",
        "lemma, whsec_4f2a9c1b7d\u200b, invisible",
        "lemma, whsec_hookset_development_lemma, development",
        "lamina, whsec_4f2a9c1b7d, shared secret",
        "lamina, `[\"lma_4f2a9c1b\",\"lma_4f2a9c1c\"]`, 2 values",
        "lemma, ``, no secret was given"
      })
  void secret_thatIsHardlyMeant_isRefusedBeforeItIsPut(String provider, String text, String named) {
    // Each of these was put into Secrets Manager, and every delivery was refused from then on.
    Shell.Run run = deployed(typing(text), "secret", provider);

    assertEquals(Hookset.IN_THE_WAY, run.code(), run::out);
    assertTrue(run.err().contains(named), run::err);
    assertFalse((run.out() + run.err()).contains("4f2a9c"), run::err);
    assertEquals(List.of(), cloud.requests("PutSecretValue"));
  }

  @ParameterizedTest
  @CsvSource({"lma_4f2a9c1b7d", X})
  void secret_ofLamina_isAnApiKeyOrThePublicKey(String key) {
    String text = key.startsWith("lma_") ? key : publicKeySet();

    Shell.Run run = deployed(typing(text), "secret", "lamina");

    assertEquals(Hookset.OK, run.code(), () -> run.out() + run.err());
    assertEquals(text, cloud.secrets.get(arn("Lamina") + " AWSCURRENT"));
    assertFalse((run.out() + run.err()).contains(key), "the key");
  }

  @Test
  void list_ofAStack_saysWhichAreSetAndSinceWhen() {
    cloud.secrets.put(arn("Lemma") + " AWSCURRENT", HERE);
    cloud.secrets.put(arn("Lemma") + " AWSPREVIOUS", OTHER);

    Shell.Run run = deployed(new TestTerminal(), "secret");

    assertEquals(Hookset.OK, run.code(), run::err);
    String lemma = line(run, "lemma");
    assertTrue(lemma.contains(SharedSecret.of(HERE).fingerprint()), lemma);
    assertTrue(lemma.endsWith(SharedSecret.of(OTHER).fingerprint()), lemma);
    assertTrue(lemma.contains("2026-05-28T20:26:40Z ("), lemma);
    assertTrue(line(run, "lucid").contains("not set"), run::out);
    assertFalse(run.out().contains("4f2a9c"), "a secret");
  }

  @ParameterizedTest
  @CsvSource({"secret", "urls", "doctor", "tail --since 1m"})
  void stack_ofSomeProvidersOnly_isLookedAtForThose(String command) {
    // "stack shop has no output LaminaWebhookUrl": whoever deployed two of the five could ask
    // nothing.
    cloud.missing.addAll(List.of("lamina", "lamba", "lymnus"));

    Shell.Run run = deployed(new TestTerminal(), command.split(" "));

    assertEquals("", run.err());
    assertFalse(run.out().contains("lamina"), run::out);
    if (!command.startsWith("tail")) {
      assertTrue(run.out().contains("lucid"), run::out);
    }
  }

  // A URL without a scheme ended in a NullPointerException, "a fault of Hookset's own".
  @ParameterizedTest
  @CsvSource({"nonsense", "localhost:4566", "http://", "http://a b"})
  void endpoint_thatIsNoUrl_isNamed(String endpoint) {
    Map<String, String> environment =
        Map.of(
            "AWS_REGION", "eu-central-1",
            "AWS_ACCESS_KEY_ID", "a",
            "AWS_SECRET_ACCESS_KEY", "b",
            "AWS_ENDPOINT_URL", endpoint);

    Shell.Run run = new Shell(home, environment).run("urls", "--stack", "shop");

    assertEquals(Hookset.IN_THE_WAY, run.code(), run::out);
    assertTrue(run.err().startsWith("hookset: AWS_ENDPOINT_URL is no URL"), run::err);
  }

  // --- The local stack

  @Test
  void local_secret_isKeptForItsOwnerAndSigns() throws IOException {
    Shell.Run run = here(typing(HERE), Map.of(), "secret", "lemma");

    assertEquals(Hookset.OK, run.code(), run::err);
    Path file = home.resolve(".hookset/secrets.properties");
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    Shell.checkOutInto(home);
    Shell.Run send = new Shell(home).run("send", "lemma", "--url", stack.url("lemma").toString());
    assertEquals(Hookset.OK, send.code(), () -> send.out() + send.err());
    assertFalse((run.out() + run.err()).contains("4f2a9c"), "the secret");
    String lemma = line(here(new TestTerminal(), Map.of(), "secret"), "lemma");
    assertTrue(lemma.contains(SharedSecret.of(HERE).fingerprint() + "  ./hookset secret"), lemma);
  }

  @Test
  void local_environment_goesBeforeWhatIsKept() throws IOException {
    Shell.checkOutInto(home);
    here(typing(OTHER), Map.of(), "secret", "lemma");
    Map<String, String> environment = Map.of("LEMMA_WEBHOOK_SECRET", HERE);

    Shell.Run send =
        new Shell(home, environment).run("send", "lemma", "--url", stack.url("lemma").toString());
    Shell.Run list = here(new TestTerminal(), environment, "secret");

    assertEquals(Hookset.OK, send.code(), () -> send.out() + send.err());
    assertTrue(line(list, "lemma").contains("LEMMA_WEBHOOK_SECRET"), list::out);
  }

  @Test
  void local_rotation_keepsTheOneBeforeForTheGrace() {
    here(typing(OTHER), Map.of(), "secret", "lemma");
    here(typing(HERE), Map.of(), "secret", "lemma");
    KeptSecrets kept = new KeptSecrets(home.resolve(".hookset"));

    assertEquals(
        Map.of("LEMMA_WEBHOOK_SECRET", "[\"" + HERE + "\",\"" + OTHER + "\"]"),
        kept.under(Map.of(), NOW.plus(Duration.ofHours(47))));
    assertEquals(
        Map.of("LEMMA_WEBHOOK_SECRET", HERE), kept.under(Map.of(), NOW.plus(KeptSecrets.GRACE)));

    here(new TestTerminal(), Map.of(), "secret", "lemma", "--forget-previous");

    assertEquals(
        Map.of("LEMMA_WEBHOOK_SECRET", HERE),
        new KeptSecrets(home.resolve(".hookset")).under(Map.of(), NOW));
  }

  @Test
  void local_fileThatCannotBeRead_saysWhatToDo() throws IOException {
    Files.createDirectories(home.resolve(".hookset"));
    Files.writeString(home.resolve(".hookset/secrets.properties"), "lemma.current=x");

    Shell.Run run = new Shell(home).run("secret");

    assertEquals(Hookset.IN_THE_WAY, run.code());
    assertTrue(run.err().contains("secrets.properties; delete it"), run::err);
  }

  // --- Which key verified last

  @Test
  void list_keysThatVerified_areCountedAndThoseOutOfUseNamed() throws IOException {
    Path state = home.resolve(".hookset");
    KeyCounts counts = new KeyCounts(state);
    counts.count(receipt("lemma", OLD), NOW);
    counts.count(receipt("lemma", OLD), NOW.plusSeconds(1));
    counts.count(receipt("lemma", null), NOW.plusSeconds(2));
    counts.count(receipt("lucid", OLD), NOW.plusSeconds(3));
    new KeyCounts(state).count(receipt("lemma", NEW), NOW.plusSeconds(4));

    Shell.Run run =
        here(new TestTerminal(), Map.of("LEMMA_WEBHOOK_SECRET", "whsec_newer"), "secret");

    List<List<String>> rows =
        run.out()
            .lines()
            .filter(line -> line.startsWith("lemma "))
            .map(line -> List.of(line.split(" {2,}")))
            .toList();
    assertEquals(
        List.of(
            List.of("lemma", NEW, "LEMMA_WEBHOOK_SECRET", "1", "2026-06-01T12:00:04Z"),
            List.of("lemma", OLD, "not in use now", "2", "2026-06-01T12:00:01Z")),
        rows);
    assertFalse(run.out().contains("whsec"), run::out);
  }

  @Test
  void list_countsThatCannotBeRead_saysWhatToDo() throws IOException {
    Files.createDirectories(home.resolve(".hookset"));
    for (String junk : List.of("lemma.x=1", "lemma=1 2026-06-01T12:00:00Z", "a.b=c d", "\\u00")) {
      Files.writeString(home.resolve(".hookset/keys.properties"), junk);

      Shell.Run run = new Shell(home).run("secret");

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

  // What came between a provider's new secret and ours was refused, and not every provider sends
  // again after a 4xx.
  @Test
  void help_ofWhoMakesItsSecret_addsASecondEndpoint() {
    String help = new Shell(home).run("secret", "--help").out().replaceAll("\\s+", " ");

    assertTrue(help.contains("(Lemma, Lamba), add a second endpoint"), help);
  }

  @Test
  void wrongCommandLine_isCorrected() {
    assertEquals(2, new Shell(home).run("secret", "nobody").code());
    assertEquals(2, new Shell(home).run("secret", "--generate").code());
    assertEquals(2, new Shell(home).run("secret", "--forget-previous").code());
    assertEquals(
        2, new Shell(home).run("secret", "lucid", "--generate", "--forget-previous").code());
  }

  private static String publicKeySet() {
    return "{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"" + X + "\"}]}";
  }

  private static TestTerminal typing(String text) {
    return new TestTerminal(true, false).answering(text);
  }

  private Shell.Run deployed(TestTerminal terminal, String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--stack", "shop"));
    return new Shell(home, cloud.environment()).run(terminal, all.toArray(String[]::new));
  }

  private Shell.Run here(
      TestTerminal terminal, Map<String, String> environment, String... arguments) {
    return new Shell(home, environment, () -> NOW).run(terminal, arguments);
  }

  private static String line(Shell.Run run, String provider) {
    return run.out()
        .lines()
        .filter(each -> each.startsWith(provider + " "))
        .findFirst()
        .orElseThrow(() -> new AssertionError(run.out() + run.err()));
  }

  private static String arn(String name) {
    return "arn:aws:secretsmanager:eu-central-1:123456789012:secret:" + name + "-AbCdEf";
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
}
