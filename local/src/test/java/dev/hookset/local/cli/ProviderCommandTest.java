package dev.hookset.local.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hookset.local.cli.terminal.TestTerminal;
import dev.hookset.providers.Providers;
import dev.hookset.receive.Provider;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A sender of the user's own, from the first question to its test, in a checkout of its own. */
final class ProviderCommandTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String MAIN = "functions/src/main/java/app/";
  private static final String TESTS = "functions/src/test/java/";

  @TempDir
  @SuppressWarnings("NullAway.Init") // JUnit sets it.
  private Path home;

  @BeforeEach
  void aCheckout() throws IOException {
    Files.createDirectories(home.resolve(MAIN));
    Files.createDirectories(home.resolve(TESTS));
    Files.createDirectories(home.resolve("functions/src/test/resources"));
    Files.copy(
        Shell.REPOSITORY.resolve(MAIN + "Senders.java"),
        home.resolve(MAIN + "Senders.java"),
        StandardCopyOption.REPLACE_EXISTING);
    Files.createSymbolicLink(home.resolve(TESTS + "dev"), Shell.REPOSITORY.resolve(TESTS + "dev"));
  }

  /** What this test's senders are must not be asked for by the next. */
  @AfterEach
  void forgetTheSenders() throws IOException {
    Files.delete(home.resolve(TESTS + "dev"));
    Providers.lookForOwnIn(ProviderCommandTest.class::getClassLoader);
  }

  // --- From a captured delivery

  @Test
  void new_fromACapture_writesADescriptionWhoseTestPassesAndThatVerifies() throws IOException {
    Path secret = write("secret", "whsec_FAKEOpenCurrent0000\n");
    Path headers = headers("stripe", "good_compact");
    Path body = body("stripe", "good_compact");

    Shell.Run run = run("provider", "new", "acme-pay", "--secret", secret, "--from", headers, body);

    assertEquals(Hookset.OK, run.code(), run::err);
    assertTrue(
        run.out()
            .contains(
                "HMAC-SHA256 over \"{timestamp}.{body}\", in stripe-signature behind v1=, a list"
                    + " separated by \",\", in hexadecimal digits; the timestamp in the same list,"
                    + " behind t=, in seconds."),
        run::out);
    String source = read(MAIN + "AcmePay.java");
    assertTrue(source.contains(".id(Signed.member(\"id\"))"), source);
    assertTrue(source.contains(".type(Signed.member(\"type\"))"), source);
    assertTrue(source.contains(".occurredAt(TimestampForm.UNIX_SECONDS, \"created\")"), source);
    assertTrue(linesOf(source) <= 15, source);
    assertTrue(read(MAIN + "Senders.java").contains("AcmePay.provider()"), "wired");
    assertTrue(
        JSON.readTree(read("functions/src/test/resources/samples/acme-pay.json"))
            .has("payment_intent.succeeded"),
        "the sample");
    assertNowhere("FAKEOpenCurrent0000");
    assertNowhere(read(headers).replaceAll("(?s).*v1=([0-9a-f]{64}).*", "$1"));

    Shell.Run verified =
        run(
            "verify",
            "acme-pay",
            "--headers",
            headers,
            "--body",
            body,
            "--secret",
            secret,
            "--at",
            "2025-10-09T08:53:20Z");
    assertTrue(verified.out().contains("It holds: key "), verified::out);
    assertTrue(verified.out().contains("payment_intent.succeeded"), verified::out);

    Shell.Run tested = run("test");
    assertEquals(Hookset.OK, tested.code(), tested::out);
    assertTrue(tested.out().startsWith("1 of 1 tests passed"), tested::out);
  }

  @Test
  void new_whereAFileIsInTheWay_namesItWithTheReason() throws IOException {
    // It said "cannot write it: " and a path.
    Path secret = write("secret", "whsec_FAKEOpenCurrent0000\n");
    Path headers = headers("stripe", "good_compact");
    Path body = body("stripe", "good_compact");
    Path vectors = home.resolve("functions/src/test/resources/vectors");
    Files.createDirectories(vectors.getParent());
    Files.writeString(vectors, "a file");

    Shell.Run run = run("provider", "new", "acme", "--secret", secret, "--from", headers, body);

    assertEquals(Hookset.IN_THE_WAY, run.code(), run::out);
    assertEquals(
        "hookset: cannot write " + vectors + ": a file is in the way", run.errorLines().getLast());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "lamina",
        "lemma",
        "lamba",
        "standard-webhooks",
        "github",
        "slack",
        "shopify",
        "discord",
        "gitlab",
        "linear",
        "twilio",
        "hubspot",
        "square"
      })
  void new_fromADeliveryOfAnySender_compilesInFifteenLines(String name) throws IOException {
    String vector = good(name).required("name").textValue();
    List<Object> call =
        new ArrayList<>(
            List.of(
                "provider",
                "new",
                "acme",
                "--secret",
                secret(name, vector),
                "--from",
                headers(name, vector),
                body(name, vector)));
    String url = url(good(name));
    if (url != null) {
      call.addAll(List.of("--url", url));
    }

    Shell.Run run = run(call.toArray());

    assertEquals(Hookset.OK, run.code(), () -> run.out() + run.err());
    String source = read(MAIN + "Acme.java");
    assertTrue(linesOf(source) <= 15, source);
    JsonNode written =
        JSON.readTree(read("functions/src/test/resources/vectors/acme.json"))
            .required("vectors")
            .get(0);
    assertEquals("accepted", written.required("expect").required("outcome").textValue());
    assertEquals(good(name).required("bodyBase64"), written.required("bodyBase64"));
    // What nobody signs identifies nothing.
    assertFalse(
        List.of("github", "shopify", "linear").contains(name)
            && source.contains(".id(Signed.header"),
        source);
    Provider described = Providers.named("acme").orElse(null);
    run("list", "--provider", "acme"); // Has the room looked at anew.
    described = Providers.named("acme").orElse(described);
    assertEquals("acme", Objects.requireNonNull(described).name());
  }

  @Test
  void new_whereNothingFits_saysWhatWasTriedAndWritesNothing() throws IOException {
    Path headers = headers("lemma", good("lemma").required("name").textValue());
    Path body = write("body", "{\"another\":\"body\"}");

    Shell.Run run =
        run(
            "provider",
            "new",
            "acme",
            "--secret",
            write("secret", "some other secret"),
            "--from",
            headers,
            body);

    assertEquals(Hookset.NOT_AS_IT_SHOULD, run.code());
    assertTrue(run.out().startsWith("Nothing fits, after "), run::out);
    assertTrue(run.out().contains("x-lemma-signature, behind sha256=: 64 hexadecimal"), run::out);
    assertTrue(run.out().contains("give it with --url URL"), run::out);
    assertFalse(Files.exists(home.resolve(MAIN + "Acme.java")));
  }

  @Test
  void new_secretFromAPipe_isReadUnseen() throws IOException {
    JsonNode vector = good("lemma");
    String name = vector.required("name").textValue();
    TestTerminal pipe = new TestTerminal().answering(text(vector, "secrets"));

    Shell.Run run =
        new Shell(home)
            .run(
                pipe,
                "provider",
                "new",
                "acme",
                "--from",
                headers("lemma", name).toString(),
                body("lemma", name).toString());

    assertEquals(Hookset.OK, run.code(), run::err);
    assertEquals("Secret of acme (not shown): ", pipe.questions().getFirst());
    assertFalse(run.out().contains(text(vector, "secrets")), "no secret");
    assertNowhere(text(vector, "secrets"));
  }

  // --- By questions

  @Test
  void new_withoutAnAnswer_takesWhatIsUsual() throws IOException {
    Shell.Run run = run("provider", "new", "acme");

    assertEquals(Hookset.OK, run.code(), run::err);
    String source = read(MAIN + "Acme.java");
    assertTrue(
        source.contains(".signs(Scheme.hmacSha256(\"{body}\").in(\"X-Acme-Signature\"))\n"),
        source);
    assertTrue(linesOf(source) <= 15, source);
    assertTrue(run.out().contains("What signs: hmac-sha256"), run::out);
    Shell.Run tested = run("test");
    assertEquals(Hookset.OK, tested.code(), tested::out);
  }

  @Test
  void new_answersFromAPipe_areWritten() throws IOException {
    TestTerminal pipe = new TestTerminal();
    Stream.of(
            "ACME Pay",
            "hmac-sha512",
            "Acme-Sig",
            "v1=",
            "base64",
            "{timestamp}.{body}",
            "t= seconds",
            "acme_",
            "event.id",
            "header Acme-Event",
            "event.at millis",
            "Settings > Webhooks")
        .forEach(pipe::answering);

    Shell.Run run = new Shell(home).run(pipe, "provider", "new", "acme");

    assertEquals(Hookset.OK, run.code(), run::err);
    String source = read(MAIN + "Acme.java");
    for (String line :
        List.of(
            ".signs(Scheme.hmacSha512(\"{timestamp}.{body}\").in(\"Acme-Sig\", \"v1=\").list(\",\")",
            ".timestampInList(\"t=\", TimestampForm.UNIX_SECONDS)",
            ".base64Secret(\"acme_\"))",
            ".title(\"ACME Pay\")",
            ".id(Signed.member(\"event.id\"))",
            ".type(Shown.header(\"Acme-Event\"))",
            ".occurredAt(TimestampForm.UNIX_MILLIS, \"event.at\")",
            ".keyIn(\"Settings > Webhooks\")")) {
      assertTrue(source.contains(line), () -> line + " in " + source);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1|rot13|one of ed25519, hmac-sha1, hmac-sha256, hmac-sha512, token is expected",
        "2|two words|that is no header's name",
        "4|octal|one of base64, hex is expected",
        "5|{timestamp}|the message \"{timestamp}\" leaves {body} out, so anybody"
            + " could change the body",
        "6|header X-Id|nobody signs X-Id, so it can be shown, but is no event's ID"
      })
  void new_badAnswerFromAPipe_isRefusedWithASentence(int before, String answer, String sentence)
      throws IOException {
    TestTerminal pipe = new TestTerminal();
    for (int i = 0; i < before + (before == 6 ? 1 : 0); i++) {
      pipe.answering("");
    }
    pipe.answering(answer);

    Shell.Run run = new Shell(home).run(pipe, "provider", "new", "acme");

    assertEquals(Hookset.WRONG_COMMAND_LINE, run.code(), run::out);
    assertEquals(List.of("hookset: '" + answer + "': " + sentence), run.errorLines());
    assertFalse(Files.exists(home.resolve(MAIN + "Acme.java")));
  }

  @Test
  void new_badAnswerOfAPerson_isAskedForAgain() throws IOException {
    TestTerminal person = new TestTerminal(true, false).answering("Acme").answering("rot13");

    Shell.Run run = new Shell(home).run(person, "provider", "new", "acme");

    // Where nothing more is answered, what is usual is taken.
    assertEquals(Hookset.OK, run.code(), run::err);
    assertTrue(run.out().contains("  one of ed25519, hmac-sha1,"), run::out);
    assertTrue(read(MAIN + "Acme.java").contains("hmacSha256"));
  }

  // --- What is there already

  @Test
  void new_whatIsThere_isNamedAndKept() throws IOException {
    assertRefused(
        Hookset.WRONG_COMMAND_LINE,
        "the catalogue has Stripe already: `./hookset provider stripe` shows it",
        "provider",
        "new",
        "stripe");
    assertRefused(
        Hookset.WRONG_COMMAND_LINE,
        "provider 'Acme' is no name: up to 40 lower-case letters, digits and hyphens are",
        "provider",
        "new",
        "Acme");
    assertRefused(
        Hookset.WRONG_COMMAND_LINE,
        "which name? For example: ./hookset provider new acme",
        "provider",
        "new");
    run("provider", "new", "acme");
    String before = read(MAIN + "Acme.java");
    assertRefused(
        Hookset.IN_THE_WAY,
        MAIN + "Acme.java is there already; choose another name, or delete it first",
        "provider",
        "new",
        "acme");
    assertEquals(before, read(MAIN + "Acme.java"));

    Shell.Run second = run("provider", "new", "string"); // String is a name of Java's own.

    assertEquals(Hookset.OK, second.code(), second::err);
    assertTrue(
        read(MAIN + "Senders.java").contains("StringSender.provider(), Acme.provider()"),
        () -> second.out());
    assertEquals(Hookset.OK, run("test").code());
  }

  @Test
  void new_listWrittenInAWayOfItsOwn_saysWhatToAdd() throws IOException {
    Files.writeString(
        home.resolve(MAIN + "Senders.java"), senders("return new java.util.ArrayList<>();"));

    Shell.Run run = run("provider", "new", "acme");

    assertEquals(Hookset.OK, run.code(), run::err);
    assertTrue(
        run.out()
            .contains("Add it to the list in " + MAIN + "Senders.java yourself: Acme.provider()"),
        run::out);
  }

  // --- Own senders in other commands

  @Test
  void ownSenders_thatCannotBeUsed_areASentence() throws IOException {
    Files.writeString(
        home.resolve(MAIN + "Senders.java"),
        senders("throw new IllegalStateException(\"no luck\");"));

    Shell.Run run = run("verify", "acme", "--headers", "h", "--body", "b");

    assertEquals(Hookset.IN_THE_WAY, run.code());
    assertEquals(
        List.of("hookset: app.Senders fails: java.lang.IllegalStateException: no luck"),
        run.errorLines());
  }

  @Test
  void ownSenders_thatDoNotCompile_areSaidAndKeepNobodyFromTheOthers() throws IOException {
    Files.writeString(home.resolve(MAIN + "Senders.java"), "package app;\nclass Senders {");

    Shell.Run run = run("provider", "acme");

    assertEquals(Hookset.WRONG_COMMAND_LINE, run.code());
    assertTrue(
        run.err()
            .startsWith(
                "hookset: your own senders are as they were built: "
                    + MAIN
                    + "Senders.java:2: error"),
        run::err);
    assertEquals(Hookset.OK, run("provider", "stripe").code());
  }

  @Test
  void ownSenders_besideAHandlerThatDoesNotCompile_areFoundAllTheSame() throws IOException {
    // A command that needs no library of a handler's does not have it on its class path.
    run("provider", "new", "acme");
    Files.writeString(home.resolve(MAIN + "Broken.java"), "package app;\nclass Broken {");

    Shell.Run run = run("provider", "acme");

    assertEquals(Hookset.OK, run.code(), run::err);
    assertEquals("", run.err());
    assertTrue(run.out().startsWith("Acme (acme)\n"), run::out);
  }

  @Test
  void provider_name_showsWhatWhoSetsItUpWantsToKnow() {
    Shell.Run run = run("provider", "stripe");

    assertEquals(Hookset.OK, run.code());
    assertTrue(run.out().startsWith("Stripe (stripe)\n"), run::out);
    assertTrue(run.out().contains("whoever captured one"), run::out);
    assertTrue(run("provider").out().contains("square"), "all are listed");
  }

  private static String senders(String statement) {
    return """
        package app;
        public final class Senders implements dev.hookset.receive.Senders {
          public java.util.List<dev.hookset.receive.Provider> senders() {
            %s
          }
        }
        """
        .formatted(statement);
  }

  private void assertRefused(int code, String sentence, Object... call) {
    Shell.Run run = run(call);
    assertEquals(code, run.code(), run::out);
    assertEquals(List.of("hookset: " + sentence), run.errorLines());
  }

  /** Returns how many lines the description takes, from {@code return} to its end. */
  private static long linesOf(String source) {
    return source.substring(source.indexOf("return "), source.indexOf(".build();")).lines().count();
  }

  private void assertNowhere(String text) throws IOException {
    assertTrue(text.length() > 8, text);
    try (Stream<Path> files = Files.walk(home.resolve("functions/src"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertFalse(Files.readString(file).contains(text), file::toString);
      }
    }
  }

  private Shell.Run run(Object... call) {
    return new Shell(home, Map.of())
        .run(Stream.of(call).map(Object::toString).toArray(String[]::new));
  }

  // --- Files

  private String read(String file) throws IOException {
    return read(home.resolve(file));
  }

  private static String read(Path file) throws IOException {
    return Files.readString(file);
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(home.resolve(name), text);
  }

  private Path headers(String sender, String vector) throws IOException {
    StringBuilder lines = new StringBuilder();
    vector(sender, vector)
        .required("headers")
        .properties()
        .forEach(
            header -> lines.append(header.getKey() + ": " + header.getValue().textValue() + "\n"));
    return write(sender + ".headers", lines.toString());
  }

  private Path body(String sender, String vector) throws IOException {
    return Files.write(
        home.resolve(sender + ".body"),
        vector(sender, vector).required("bodyBase64").binaryValue());
  }

  private Path secret(String sender, String vector) throws IOException {
    JsonNode config = vector(sender, vector).required("config");
    JsonNode keys = config.path("publicKeys");
    return write(
        sender + ".secret",
        keys.isMissingNode()
            ? text(vector(sender, vector), "secrets")
            : keys.isTextual()
                ? keys.textValue()
                : keys.isArray() ? keys.get(0).textValue() : keys.toString());
  }

  private static String text(JsonNode vector, String name) {
    return vector.required("config").required(name).get(0).textValue();
  }

  private static String url(JsonNode vector) {
    return vector.path("config").path("notificationUrl").asText(vector.path("url").textValue());
  }

  /** Returns the first that is no example of a documentation, whose secret nobody would have. */
  private static JsonNode good(String sender) throws IOException {
    for (JsonNode vector : vectors(sender)) {
      JsonNode config = vector.required("config");
      boolean hasOneSecret = config.path("secrets").size() == 1 || config.has("publicKeys");
      if (hasOneSecret
          && vector.required("expect").path("outcome").asText().equals("accepted")
          && !vector.required("name").asText().startsWith("documented")) {
        return vector;
      }
    }
    throw new AssertionError(sender);
  }

  private static JsonNode vector(String sender, String name) throws IOException {
    for (JsonNode vector : vectors(sender)) {
      if (vector.required("name").textValue().equals(name)) {
        return vector;
      }
    }
    throw new AssertionError(sender + " has no " + name);
  }

  private static JsonNode vectors(String sender) throws IOException {
    try (InputStream stream =
        ProviderCommandTest.class.getResourceAsStream("/vectors/" + sender + ".json")) {
      return JSON.readTree(Objects.requireNonNull(stream)).required("vectors");
    }
  }
}
