package dev.hookset.local.cli;

import static dev.hookset.local.samples.CheckoutSamples.SAMPLES;
import static dev.hookset.local.samples.CheckoutSamples.receivers;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.hookset.local.samples.DevelopmentKeys;
import dev.hookset.local.samples.EventFiles;
import dev.hookset.local.stack.LocalStack;
import dev.hookset.local.stack.StackListener;
import dev.hookset.local.template.Template;
import dev.hookset.providers.Providers;
import dev.hookset.receive.Provider;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code send}, and what {@code event} prints, against a stack that runs. */
final class SendCommandTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final Shell SHELL = new Shell(Shell.REPOSITORY);

  @TempDir
  @SuppressWarnings("NullAway.Init") // JUnit sets it.
  private Path directory;

  @SuppressWarnings("NullAway.Init") // JUnit calls start() first.
  private static LocalStack stack;

  @BeforeAll
  static void start() throws IOException {
    stack =
        LocalStack.start(
            Template.read(Shell.REPOSITORY.resolve("template.yaml")),
            new LocalStack.Settings(
                null, 0, 0, 0, 0, LocalVariables.of(Map.of(), new DevelopmentKeys(Map.of())), null),
            InstantSource.system(),
            new StackListener() {});
  }

  @AfterAll
  static void stop() {
    stack.close();
  }

  static List<Provider> providers() {
    return Providers.deployed();
  }

  @ParameterizedTest
  @MethodSource("providers")
  void genuine_ofEveryProvider_isAccepted(Provider provider) {
    Shell.Run run = send(provider);

    assertEquals(0, run.code(), run::err);
    assertTrue(run.out().startsWith(Integer.toString(provider.successStatus())), run::out);
    assertEquals("", run.err());
  }

  @ParameterizedTest
  @MethodSource("providers")
  void base64_ofEveryProvider_isAccepted(Provider provider) {
    Shell.Run run = send(provider, "--base64");

    assertEquals(0, run.code(), run::err);
    assertTrue(run.out().startsWith(Integer.toString(provider.successStatus())), run::out);
  }

  @ParameterizedTest
  @MethodSource("providers")
  void tampered_ofEveryProvider_isRefusedAsItShould(Provider provider) {
    Shell.Run run = send(provider, "--tamper");

    assertEquals(0, run.code(), run::err);
    assertEquals(
        List.of(provider.refusalStatus() + " {\"error\":\"invalid_signature\"}"),
        run.out().lines().toList());
  }

  @ParameterizedTest
  @MethodSource("providers")
  void stale_ofEveryProvider_isRefusedAsItShould(Provider provider) {
    Shell.Run run = send(provider, "--stale");

    assertEquals(0, run.code(), run::err);
    assertEquals(
        List.of(provider.refusalStatus() + " {\"error\":\"timestamp_out_of_tolerance\"}"),
        run.out().lines().toList());
  }

  @Test
  void duplicate_isSentTwiceAndAcknowledgedAsOne() {
    Shell.Run run = send(provider("lemma"), "incident.resolved", "--duplicate");

    assertEquals(0, run.code(), run::err);
    List<String> answers = run.out().lines().toList();
    assertEquals(2, answers.size(), run::out);
    assertTrue(answers.getFirst().startsWith("200 {\"status\":\"accepted\""), run::out);
    assertTrue(answers.getLast().startsWith("200 {\"status\":\"duplicate\""), run::out);
  }

  @Test
  void bodyFile_isSentAsItStands() throws IOException {
    Path file = Files.writeString(directory.resolve("body"), "not JSON: " + directory);

    Shell.Run run = send(provider("lucid"), "--body", file.toString());

    assertEquals(0, run.code(), run::err);
    assertTrue(run.out().startsWith("200 {\"status\":\"quarantined\""), run::out);
  }

  /** What stands in a signed header names the event, so a copied command was another event's. */
  @Test
  void header_thatIsGiven_isSentAndSigned() {
    String[] given = {"--header", "Webhook-Id: msg_7", "--header", "X-Tenant: a: b"};
    JsonNode event =
        assertDoesNotThrow(
            () ->
                JSON.readTree(
                    SHELL.run(concat(new String[] {"event", "standard-webhooks"}, given)).out()));

    JsonNode headers = event.path("headers");
    assertEquals("msg_7", headers.path("webhook-id").asText(), headers.toString());
    assertEquals("a: b", headers.path("x-tenant").asText());
    assertEquals("application/json", headers.path("content-type").asText());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "no colon", ": x", "a b: c", "Host: example.com", "x\n: y", "x: a\nb"})
  void header_thatIsNone_isAWrongCommandLine(String line) {
    Shell.Run run = send(provider("lemma"), "--header", line);

    assertEquals(2, run.code(), run::err);
    assertEquals(1, run.errorLines().size(), run::err);
    assertTrue(
        run.err().contains("is no header that can be sent; one looks like 'X-Tenant: 7'"),
        run::err);
  }

  private static String[] concat(String[] one, String[] other) {
    return Stream.concat(Arrays.stream(one), Arrays.stream(other)).toArray(String[]::new);
  }

  @Test
  void otherSecret_inTheEnvironment_isNotAcceptedAndSaysSo() {
    Shell shell = new Shell(Shell.REPOSITORY, Map.of("LEMMA_WEBHOOK_SECRET", "another secret"));

    Shell.Run run = shell.run("send", "lemma", "--url", stack.url("lemma").toString());

    assertEquals(1, run.code());
    assertEquals("401 {\"error\":\"invalid_signature\"}", run.out().strip());
  }

  @Test
  void otherAnswer_thanARefusal_isNotAsItShould() {
    Shell.Run run = SHELL.run("send", "lemma", "--tamper", "--url", stack.url("nobody").toString());

    assertEquals(1, run.code());
    assertTrue(run.out().startsWith("404 "), run::out);
  }

  @Test
  void nothingListening_isInTheWay() throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    String url = "http://127.0.0.1:" + port + "/webhooks/lemma";

    Shell.Run run = SHELL.run("send", "lemma", "--url", url);

    assertEquals(3, run.code());
    assertEquals(
        List.of("hookset: " + url + " does not answer; is `./hookset dev` running?"),
        run.errorLines());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nonsense",
        "ftp://example.com/a",
        "http://",
        "http:///webhooks/lemma",
        "http://exa mple.com",
        "http://127.0.0.1:99999/webhooks/lemma",
        "/webhooks/lemma",
        ""
      })
  void url_thatIsNone_isAWrongCommandLine(String url) {
    Shell.Run run = SHELL.run("send", "lemma", "--url", url);

    assertEquals(2, run.code(), run::err);
    assertEquals(
        List.of(
            "hookset: '"
                + url
                + "' is not a URL to post to; one looks like https://example.com/webhooks/lemma"),
        run.errorLines());
  }

  @ParameterizedTest
  @ValueSource(strings = {"send", "event"})
  void unknownProvider_isAnsweredWithThoseThereAre(String command) {
    Shell.Run run = SHELL.run(command, "initech");

    assertEquals(2, run.code());
    assertEquals(
        List.of(
            "hookset: 'initech' is not a provider: one of " + String.join(", ", Providers.names())),
        run.errorLines());
    assertEquals("", run.out());
  }

  @ParameterizedTest
  @ValueSource(strings = {"send", "event"})
  void providerWithoutSamples_isRefusedWithTheFileThatIsMissing(String command) {
    Shell.Run run = new Shell(directory).run(command, "stripe");

    assertEquals(2, run.code());
    assertEquals(
        List.of(
            "hookset: there are no samples of stripe: "
                + directory.resolve("functions/src/test/resources/samples/stripe.json")
                + " is not there; it is an object with a body by type"),
        run.errorLines());
  }

  // A slip in a type that no list has was sent under it, and nobody knew.
  @Test
  void type_withoutASample_isToldWithTheOneThatIsSentForIt() {
    Shell.Run run = SHELL.run("event", "stripe", "invoice.voided");

    assertEquals(0, run.code(), run::err);
    assertTrue(run.out().contains("invoice.voided"), run::out);
    assertEquals(
        List.of(
            "There is no sample of invoice.voided: this is that of invoice.paid under its type."),
        run.errorLines());
  }

  @ParameterizedTest
  @ValueSource(strings = {"send", "event"})
  void missingProvider_isAnsweredWithThoseThereAre(String command) {
    Shell.Run run = SHELL.run(command);

    assertEquals(2, run.code());
    assertEquals(
        List.of("hookset: which provider? One of " + String.join(", ", Providers.names())),
        run.errorLines());
  }

  @ParameterizedTest
  @ValueSource(strings = {"send", "event"})
  void type_thatTheProviderCannotHave_isAWrongCommandLine(String command) {
    Shell.Run run = SHELL.run(command, "lamina", "user.deleted");

    assertEquals(2, run.code());
    assertEquals(1, run.errorLines().size(), run::err);
    assertTrue(run.err().contains("run.completed"), run::err);
  }

  // `send lemma incident.resloved` was sent, fitted no route, and nobody said a word.
  @ParameterizedTest
  @ValueSource(strings = {"send", "event"})
  void type_thatNobodyDocuments_isNamedWithThoseThatAreTheNearestFirst(String command) {
    Shell.Run run = SHELL.run(command, "lemma", "incident.resloved");

    assertEquals(Hookset.WRONG_COMMAND_LINE, run.code());
    assertEquals("", run.out());
    assertEquals(
        List.of(
            "hookset: 'incident.resloved' is no event type that lemma documents; those are, the"
                + " most similar first, incident.resolved, incident.analyzed, incident.created,"
                + " incident.dismissed; --body FILE sends what you like"),
        run.errorLines());
  }

  @Test
  void type_ofAFamilyThatIsDocumented_isTaken() {
    assertEquals(Hookset.OK, SHELL.run("event", "lamba", "user.deleted").code());
    assertEquals(Hookset.WRONG_COMMAND_LINE, SHELL.run("event", "lamba", "usr.deleted").code());
  }

  @ParameterizedTest
  @ValueSource(strings = {"send", "event"})
  void bodyFile_thatCannotBeRead_isInTheWay(String command) {
    String file = directory.resolve("absent").toString();

    Shell.Run run = SHELL.run(command, "lemma", "--body", file);

    assertEquals(3, run.code());
    assertEquals(
        List.of("hookset: cannot read the body from " + file + ": no such file or folder"),
        run.errorLines());
  }

  @Test
  void variants_thatExcludeEachOther_areAWrongCommandLine() {
    for (String other : List.of("--stale", "--duplicate", "--base64")) {
      Shell.Run run = SHELL.run("send", "lemma", "--tamper", other);

      assertEquals(2, run.code(), run::err);
      assertTrue(run.errorLines().getFirst().contains("--tamper"), run::err);
      assertEquals("Try './hookset send --help'.", run.errorLines().getLast());
    }
  }

  @ParameterizedTest
  @MethodSource("providers")
  void event_ofEveryProvider_holdsADeliveryThatIsAccepted(Provider provider) throws Exception {
    for (boolean base64 : new boolean[] {false, true}) {
      JsonNode event = event(provider, base64 ? "--base64" : "--body=" + sample(provider));

      assertEquals("2.0", event.path("version").asText());
      assertEquals("POST /webhooks/" + provider.name(), event.path("routeKey").asText());
      assertEquals(base64, event.path("isBase64Encoded").asBoolean());
      assertEquals(provider.successStatus(), post(provider, event));
    }
  }

  @ParameterizedTest
  @MethodSource("providers")
  void event_tamperedOrStale_holdsADeliveryThatIsRefused(Provider provider) throws Exception {
    assertEquals(provider.refusalStatus(), post(provider, event(provider, "--tamper")));
    assertEquals(provider.refusalStatus(), post(provider, event(provider, "--stale")));
  }

  @Test
  void event_samples_areWhatTheRepositoryKeeps() throws IOException {
    Path samples = directory.resolve("events");

    Shell.Run run = SHELL.run("event", "--samples", samples.toString());

    assertEquals(0, run.code(), run::err);
    List<Path> written;
    try (Stream<Path> files = Files.list(samples)) {
      written = files.toList();
    }
    int made = EventFiles.contents(SAMPLES, receivers()).size();
    assertEquals(made, written.size());
    assertEquals(made, run.out().lines().count());
    for (Path file : written) {
      assertEquals(
          Files.readString(
              Shell.REPOSITORY.resolve("events").resolve(samples.relativize(file).toString())),
          Files.readString(file),
          file::toString);
    }
    assertEquals("", SHELL.run("event", "--samples", samples.toString()).out(), "nothing to do");
  }

  @Test
  void event_samplesWhereAFileIs_isInTheWay() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "");

    Shell.Run run = SHELL.run("event", "--samples", file.toString());

    assertEquals(3, run.code());
    assertEquals(1, run.errorLines().size(), run::err);
    assertTrue(run.err().contains(file.toString()), run::err);
  }

  private static Shell.Run send(Provider provider, String... arguments) {
    Stream<String> all =
        Stream.concat(
            Stream.of("send", provider.name(), "--url", stack.url(provider.name()).toString()),
            Arrays.stream(arguments));
    return SHELL.run(all.toArray(String[]::new));
  }

  private static Provider provider(String name) {
    return Providers.named(name).orElseThrow();
  }

  private static JsonNode event(Provider provider, String option) throws IOException {
    Shell.Run run = SHELL.run("event", provider.name(), option);
    assertEquals(0, run.code(), run::err);
    return JSON.readTree(run.out());
  }

  /** Writes a sample's body into a file. */
  private Path sample(Provider provider) throws IOException {
    Shell.Run run = SHELL.run("event", provider.name());
    return Files.writeString(
        directory.resolve(provider.name()), JSON.readTree(run.out()).required("body").textValue());
  }

  /** Posts the request that an event was made of, and returns the answer's status. */
  private static int post(Provider provider, JsonNode event) throws Exception {
    HttpRequest.Builder post = HttpRequest.newBuilder(stack.url(provider.name()));
    event
        .required("headers")
        .properties()
        .forEach(
            header -> {
              if (header.getKey().startsWith("x-" + provider.name())) {
                post.setHeader(header.getKey(), header.getValue().textValue());
              }
            });
    String body = event.required("body").textValue();
    HttpRequest request =
        post.POST(
                event.required("isBase64Encoded").booleanValue()
                    ? HttpRequest.BodyPublishers.ofByteArray(Base64.getDecoder().decode(body))
                    : HttpRequest.BodyPublishers.ofString(body))
            .build();
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    }
  }
}
