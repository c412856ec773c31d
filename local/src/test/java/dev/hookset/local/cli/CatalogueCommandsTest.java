package dev.hookset.local.cli;

import static dev.hookset.local.samples.CheckoutSamples.SAMPLES;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.hookset.Body;
import dev.hookset.Delivery;
import dev.hookset.EventKey;
import dev.hookset.local.samples.DevelopmentKeys;
import dev.hookset.local.stack.LocalStack;
import dev.hookset.local.template.Template;
import dev.hookset.providers.Providers;
import dev.hookset.receive.Provider;
import dev.hookset.signing.Verified;
import dev.hookset.signing.Verifier;
import dev.hookset.work.Report;
import dev.hookset.work.Routes;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every sender of the catalogue over a stack that receives from all of them. */
final class CatalogueCommandsTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final Shell SHELL = new Shell(Shell.REPOSITORY);
  private static final DevelopmentKeys KEYS = new DevelopmentKeys(Map.of());
  private static final BlockingQueue<Report> REPORTS = new LinkedBlockingQueue<>();

  @SuppressWarnings("NullAway.Init") // JUnit calls start() first.
  private static LocalStack stack;

  @BeforeAll
  static void start() throws IOException {
    stack =
        LocalStack.start(
            Template.read(
                Shell.REPOSITORY.resolve("template.yaml"),
                Map.of(
                    "Providers",
                    Providers.all().stream()
                        .map(provider -> provider.title().replaceAll("[^A-Za-z0-9]", ""))
                        .collect(Collectors.joining(",")))),
            new LocalStack.Settings(
                null,
                0,
                0,
                0,
                0,
                LocalVariables.of(Map.of(), KEYS),
                Routes.builder().otherwise((_, _) -> {}).build()),
            InstantSource.system(),
            new Attempts(REPORTS));
  }

  @AfterAll
  static void stop() {
    stack.close();
  }

  static List<Provider> providers() {
    return stack.providers();
  }

  static List<Provider> all() {
    return Providers.all();
  }

  @ParameterizedTest
  @MethodSource("all")
  void send_aSampleOfAnySender_isRecordedAndHandled(Provider provider) throws Exception {
    REPORTS.clear();

    Shell.Run run = send(provider);

    assertEquals(0, run.code(), () -> run.out() + run.err());
    assertTrue(run.out().startsWith(Integer.toString(provider.successStatus())), run::out);
    Report report =
        Objects.requireNonNull(REPORTS.poll(30, TimeUnit.SECONDS), "nothing was handled");
    assertEquals(Report.Outcome.DONE, report.outcome());
    EventKey key = Objects.requireNonNull(report.key());
    assertEquals(provider.name(), key.provider());
    assertTrue(stack.inbox().find(key).isPresent(), "it is recorded");
  }

  @ParameterizedTest
  @MethodSource("all")
  void send_tampered_isRefusedForItsSignature(Provider provider) {
    Shell.Run run = send(provider, "--tamper");

    assertEquals(0, run.code(), run::err);
    assertEquals(
        List.of(provider.refusalStatus() + " {\"error\":\"invalid_signature\"}"),
        run.out().lines().toList());
  }

  @ParameterizedTest
  @MethodSource("all")
  void send_stale_isRefusedForItsAge_orToldThatItCannotBe(Provider provider) {
    Shell.Run run = send(provider, "--stale");

    if (provider.scheme().hasTimestamp() || !provider.timePaths().isEmpty()) {
      assertEquals(0, run.code(), run::err);
      assertEquals(
          List.of(provider.refusalStatus() + " {\"error\":\"timestamp_out_of_tolerance\"}"),
          run.out().lines().toList());
    } else {
      assertEquals(2, run.code());
      assertEquals(
          List.of(
              "hookset: no delivery of " + provider.title() + " is too old: " + provider.replay()),
          run.errorLines());
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void event_ofAnySender_holdsASignatureThatHoldsForItsAddress(Provider provider) throws Exception {
    for (String type : SAMPLES.types(provider)) {
      Shell.Run run = SHELL.run("event", provider.name(), type);
      assertEquals(0, run.code(), run::err);
      JsonNode event = JSON.readTree(run.out());
      Map<String, String> headers = new HashMap<>();
      event
          .required("headers")
          .properties()
          .forEach(header -> headers.put(header.getKey(), header.getValue().textValue()));
      String body = event.required("body").textValue();
      Delivery delivery =
          new Delivery(
              "POST",
              "https://" + headers.get("host") + event.required("rawPath").textValue(),
              headers,
              event.required("isBase64Encoded").booleanValue()
                  ? Body.wrap(Base64.getDecoder().decode(body))
                  : Body.ofUtf8(body),
              InstantSource.system().instant());
      String key = KEYS.verificationVariables(provider).values().iterator().next();
      Verified verified =
          new Verifier(
                  provider.scheme(),
                  () -> List.copyOf(provider.scheme().readKeys(key)),
                  Duration.ofMinutes(5),
                  1 << 20,
                  InstantSource.system())
              .verify(delivery);

      assertNotNull(verified.keyFingerprint());
    }
  }

  private static Shell.Run send(Provider provider, String... arguments) {
    List<String> all = new ArrayList<>(List.of("send", provider.name(), "--url"));
    all.add(stack.url(provider.name()).toString());
    all.addAll(Arrays.asList(arguments));
    return SHELL.run(all.toArray(String[]::new));
  }

  /** What the page offers to send, and what `urls` prints, are the senders of the stack. */
  @ParameterizedTest
  @MethodSource("names")
  void stack_withAllOfThem_receivesFromEach(String name) {
    assertTrue(stack.providers().stream().anyMatch(each -> each.name().equals(name)), name);
  }

  static Stream<String> names() {
    return Providers.names().stream();
  }
}
