package dev.hookset.local.cli;

import static dev.hookset.local.samples.CheckoutSamples.SAMPLES;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hookset.local.samples.Deliveries;
import dev.hookset.local.samples.DeliveryRequest;
import dev.hookset.local.samples.DevelopmentKeys;
import dev.hookset.providers.Providers;
import dev.hookset.receive.Provider;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files as editors and shells write them, secrets in the wrong place, and faults of our own. */
final class SecretFilesTest {
  private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");
  private static final String SECRET = "whsec_4f2a9c1b7d";

  @TempDir private Path home;

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "`\uFEFFwhsec_4f2a9c1b7d`, UTF-8, byte-order mark",
        "`\uFEFFwhsec_4f2a9c1b7d\r\n`, UTF-8, byte-order mark",
        "`\uFEFFwhsec_4f2a9c1b7d\r\n`, UTF-16LE, UTF-16",
        "`whsec_4f2a9c1b7d`, UTF-16LE, UTF-16",
        "'whsec_4f2a9c1b7d', UTF-8, quotes",
        "\"whsec_4f2a9c1b7d\", UTF-8, quotes",
        "LEMMA_WEBHOOK_SECRET=whsec_4f2a9c1b7d, UTF-8, NAME=value",
        "`export LEMMA_WEBHOOK_SECRET=\"whsec_4f2a9c1b7d\"\n`, UTF-8, NAME=value",
        "`whsec_4f2a9c1b7d\n\n`, UTF-8, line break",
        "`whsec_4f2a9c1b7d\r`, UTF-8, carriage return"
      })
  void verify_secretFileAsAnEditorLeavesIt_isProvenAndNamed(
      String content, Charset charset, String named) throws IOException {
    // Not one of these was among the mistakes that are tried, and the key was said to be another.
    Path secret = write("secret.txt", content.getBytes(charset));

    Shell.Run run = verify(signed("lemma", SECRET), "lemma", "--secret", secret.toString());

    assertEquals(1, run.code(), run::err);
    assertTrue(run.out().contains("Proven cause: "), run::out);
    assertTrue(run.out().contains(named), run::out);
    assertFalse(run.out().contains("4f2a9c"), "the secret");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\n", "\r\n", "\r"})
  void verify_senderHasALineEndAtItsSecret_isProven(String end) throws IOException {
    // The sender's own key was read from a file with Windows line ends.
    for (String signs : List.of(SECRET + end, "\uFEFF" + SECRET + end, "'" + SECRET + "'")) {
      Path secret = write("secret.txt", SECRET.getBytes(StandardCharsets.UTF_8));

      Shell.Run run = verify(signed("lemma", signs), "lemma", "--secret", secret.toString());

      assertEquals(1, run.code(), run::out);
      assertTrue(run.out().contains("Proven cause: "), run::out);
      assertTrue(run.out().contains("The sender has it so"), run::out);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-8", "UTF-16LE", "UTF-16BE"})
  void verify_headersFileWithAByteOrderMark_isReadAsIfItHadNone(Charset charset)
      throws IOException {
    // The first header was not found, and the cure spoke of a proxy that had dropped it.
    DeliveryRequest request = signed("lemma", SECRET);
    Path secret = write("secret.txt", SECRET.getBytes(StandardCharsets.UTF_8));
    String lines = headers(request, "\r\n");

    Shell.Run run =
        verify(request, ("\uFEFF" + lines).getBytes(charset), "lemma", "--secret", "" + secret);

    assertEquals(0, run.code(), run::out);
  }

  @ParameterizedTest
  @CsvSource({"UTF-8, byte-order mark", "UTF-16LE, UTF-16"})
  void verify_bodyFileAsPowerShellWritesIt_isProven(Charset charset, String named)
      throws IOException {
    DeliveryRequest request = signed("lemma", SECRET);
    Path secret = write("secret.txt", SECRET.getBytes(StandardCharsets.UTF_8));
    write("body", ("\uFEFF" + request.body().utf8() + "\r\n").getBytes(charset));

    for (List<String> more : List.of(List.<String>of(), List.of("--json"))) {
      List<String> arguments = new ArrayList<>(List.of("lemma", "--secret", secret.toString()));
      arguments.addAll(more);
      Shell.Run run = run(request, arguments);

      assertEquals(1, run.code(), run::out);
      assertTrue(run.out().contains(named), run::out);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2026-06-01 12:00:00Z",
        "2026-06-01T12:00:00",
        "1780315200.5",
        "Mon, 01 Jun 2026 12:00:00 GMT",
        "soon"
      })
  void verify_malformedTimestamp_hasACureThatSpeaksOfTheTimestamp(String timestamp)
      throws IOException {
    // The signature was good, and the cure said to write the signature in another way.
    DeliveryRequest request = signed("lymnus", SECRET);
    Path secret = write("secret.txt", SECRET.getBytes(StandardCharsets.UTF_8));
    String headers =
        headers(request, "\n").replaceFirst("t=[0-9]+", "t=" + timestamp.replace(",", ""));

    Shell.Run run =
        verify(
            request,
            headers.getBytes(StandardCharsets.UTF_8),
            "lymnus",
            "--secret",
            secret.toString());

    assertEquals(1, run.code());
    assertTrue(run.out().contains("malformed_timestamp"), run::out);
    assertTrue(run.out().contains("Mend the timestamp, not the signature"), run::out);
    assertFalse(run.out().contains("Hand the headers on"), run::out);
  }

  @Test
  void verify_oneBadKeyAmongSeveral_doesNotHideTheOthers() throws IOException {
    // Blanks in quotes, or another provider's broken key, ended the command in a stack trace.
    Path blank = write("blank.txt", "\"    \"".getBytes(StandardCharsets.UTF_8));
    Path good = write("good.txt", SECRET.getBytes(StandardCharsets.UTF_8));
    Map<String, String> environment =
        Map.of("LAMINA_WEBHOOK_PRIVATE_KEY", "junk", "LUCID_WEBHOOK_SECRET", "\"   \"");
    DeliveryRequest request = signed("lemma", SECRET);

    Shell.Run both =
        run(
            request,
            environment,
            List.of("lemma", "--secret", blank.toString(), "--secret", good.toString()));
    Shell.Run none = run(request, environment, List.of("lemma", "--secret", blank.toString()));

    assertEquals(0, both.code(), both::out);
    assertTrue(both.out().contains("not usable: " + blank), both::out);
    assertEquals(1, none.code(), none::out);
    assertTrue(none.out().contains("no key that can be used"), none::out);
  }

  @ParameterizedTest
  @CsvSource({
    "verify lemma --headers h --body b --secret whsec_4f2a9c1b7d",
    "verify whsec_4f2a9c1b7d --headers h --body b",
    "verify lemma lemma whsec_4f2a9c1b7d",
    "verify --secert=whsec_4f2a9c1b7d",
    "verify --whsec_4f2a9c1b7d",
    "secret whsec_4f2a9c1b7d",
    "secret lemma whsec_4f2a9c1b7d",
    "secret lemma --generate=whsec_4f2a9c1b7d",
    "list --status whsec_4f2a9c1b7d",
    "dev --port whsec_4f2a9c1b7d",
    "dev --save-default --public-url https://user:whsec_4f2a9c1b7d@",
    "whsec_4f2a9c1b7d",
    "send lemma --url whsec_4f2a9c1b7d",
    "verify lemma --headers h --body b --at whsec_4f2a9c1b7d"
  })
  void message_anyThatIsAboutAnArgument_doesNotRepeatASecret(String line) throws IOException {
    // "cannot read the secret from whsec_...: is it there?" stood in a log of a CI job.
    write("h", "a: b\n".getBytes(StandardCharsets.UTF_8));
    write("b", "{}".getBytes(StandardCharsets.UTF_8));
    String[] arguments =
        line.replace(" h ", " " + home.resolve("h") + " ")
            .replace(" b ", " " + home.resolve("b") + " ")
            .replaceAll(" b$", " " + home.resolve("b"))
            .split(" ");

    Shell.Run run = new Shell(home).run(arguments);

    assertTrue(run.code() == 2 || run.code() == 3, run::err);
    assertFalse((run.out() + run.err()).contains("4f2a9c"), run::err);
  }

  @Test
  void message_thatLeavesTheArgumentOut_isStillASentence() {
    // "unknown provider an argument that is not repeated here, as it might be a secret,: one of".
    assertEquals(
        "hookset: an argument (not repeated here: it might be a secret) is not a provider: one of"
            + " "
            + String.join(", ", Providers.names()),
        new Shell(home).run("send", SECRET).errorLines().getFirst());
  }

  @ParameterizedTest
  @ValueSource(strings = {"verify lemma --secret @", "show lucid @", "verify @", "@", "secret @"})
  void argument_withAnAtSign_isNoFile(String line) throws IOException {
    // `show lucid @s.txt` printed what was in the file, and an event's ID comes from outside.
    Path secret =
        write("s.txt", "hidden1 hidden2 hidden3 hidden4".getBytes(StandardCharsets.UTF_8));

    Shell.Run run = new Shell(home).run((line + secret).split(" "));

    assertFalse((run.out() + run.err()).contains("hidden"), run::err);
  }

  private Shell.Run verify(DeliveryRequest request, String... arguments) throws IOException {
    write("body", request.body().toByteArray());
    return run(request, List.of(arguments));
  }

  private Shell.Run verify(DeliveryRequest request, byte[] headers, String... arguments)
      throws IOException {
    write("body", request.body().toByteArray());
    write("headers", headers);
    return shell(Map.of(), List.of(arguments));
  }

  private Shell.Run run(DeliveryRequest request, List<String> arguments) throws IOException {
    writeHeaders(request);
    return shell(Map.of(), arguments);
  }

  private Shell.Run run(
      DeliveryRequest request, Map<String, String> environment, List<String> arguments)
      throws IOException {
    write("body", request.body().toByteArray());
    writeHeaders(request);
    return shell(environment, arguments);
  }

  private Shell.Run shell(Map<String, String> environment, List<String> arguments) {
    List<String> all = new ArrayList<>(List.of("verify", "--wide"));
    all.addAll(arguments);
    all.addAll(
        List.of(
            "--headers",
            home.resolve("headers").toString(),
            "--body",
            home.resolve("body").toString()));
    return new Shell(home, environment, () -> NOW).run(all.toArray(String[]::new));
  }

  private void writeHeaders(DeliveryRequest request) throws IOException {
    write("headers", headers(request, "\n").getBytes(StandardCharsets.UTF_8));
  }

  /** A line for each; the signature, whose name is the last in the alphabet, comes first. */
  private static String headers(DeliveryRequest request, String end) {
    return request.headers().entrySet().stream()
        .sorted(Map.Entry.<String, String>comparingByKey().reversed())
        .map(header -> header.getKey() + ": " + header.getValue() + end)
        .collect(Collectors.joining());
  }

  private Path write(String name, byte[] content) throws IOException {
    return Files.write(home.resolve(name), content);
  }

  private static DeliveryRequest signed(String name, String secret) {
    Provider provider = Providers.named(name).orElseThrow();
    String variable = name.toUpperCase(Locale.ROOT) + "_WEBHOOK_SECRET";
    return new Deliveries(new DevelopmentKeys(Map.of(variable, secret)), SAMPLES)
        .genuine(provider, SAMPLES.defaultType(provider), "id", NOW);
  }
}
