package dev.hookset.local.template;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hookset.aws.Wiring;
import dev.hookset.providers.Providers;
import dev.hookset.receive.Handshake;
import dev.hookset.receive.Provider;
import java.io.OutputStream;
import java.io.PrintStream;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A word in {@code Providers} deploys any sender of the catalogue, and one of one's own. */
final class CatalogueTest {
  /** As each writes itself, and in lower case where that is a word. */
  private static final Deployment ALL =
      new Deployment(
          Map.of(
              "Providers",
              Stream.concat(
                      Providers.all().stream().map(CatalogueTest::word),
                      Stream.of("stripe", "meta", "whatsapp", "acme"))
                  .collect(Collectors.joining(","))));

  static List<Provider> providers() {
    return Providers.all();
  }

  /** Returns how a sender writes itself, without what no logical name may have. */
  static String word(Provider provider) {
    return provider.title().replaceAll("[^A-Za-z0-9]", "");
  }

  // A sixth provider took 18 places of the template.
  @ParameterizedTest
  @MethodSource("providers")
  void word_ofAnySender_deploysItUnderItsName(Provider provider) {
    String function = word(provider) + "Function";
    String name = provider.name();
    String row = String.valueOf(ALL.property(word(provider) + "Role", "Policies"));

    assertAll(
        () -> assertEquals(name, ALL.environment(function).get("PROVIDER")),
        () -> assertEquals("/webhooks/" + name, route(function, "Path")),
        () -> assertTrue(row.contains(name + "#*"), "its own records: " + row),
        () ->
            assertEquals(
                Map.of("Fn::Sub", "${WebhookApi.ApiEndpoint}/webhooks/" + name),
                ALL.at("Outputs", word(provider) + "WebhookUrl", "Value")));
  }

  // Meta asks by GET before it sends anything, and got 404: nobody could subscribe.
  @ParameterizedTest
  @MethodSource("providers")
  void route_takesAGet_whereTheSenderAsksByOne(Provider provider) {
    boolean asks =
        provider.handshakes().stream().anyMatch(Handshake.Subscription.class::isInstance);

    assertEquals(asks ? "ANY" : "POST", route(word(provider) + "Function", "Method"));
  }

  @Test
  void word_inLowerCase_isTheNameItself() {
    for (String name : List.of("stripe", "acme")) {
      assertEquals(name, ALL.environment(name + "Function").get("PROVIDER"));
      assertEquals("POST", route(name + "Function", "Method"));
    }
    assertEquals("ANY", route("metaFunction", "Method"));
    assertEquals("ANY", route("whatsappFunction", "Method"));
  }

  @ParameterizedTest
  @MethodSource("providers")
  void function_ofAnySender_starts(Provider provider) {
    Map<String, String> variables =
        ALL.environment(word(provider) + "Function").entrySet().stream()
            .filter(variable -> variable.getValue() instanceof String)
            .collect(
                Collectors.toMap(
                    Map.Entry::getKey, variable -> String.valueOf(variable.getValue())));
    variables.putAll(
        Map.of(
            "AWS_REGION", "us-east-1",
            "INBOX_TABLE", "inbox",
            "OVERFLOW_BUCKET", "overflow",
            "WORK_QUEUE_URL", "https://sqs.us-east-1.amazonaws.com/000000000000/work"));

    assertDoesNotThrow(
        () ->
            new Wiring(
                    variables,
                    InstantSource.system(),
                    new PrintStream(OutputStream.nullOutputStream()))
                .receiver());
  }

  @Test
  void deployed_areThoseThatTheParameterHasByDefault() {
    assertEquals(
        Providers.deployed().stream().map(CatalogueTest::word).toList(),
        List.of(
            String.valueOf(Checkout.template().at("Parameters", "Providers", "Default"))
                .split(",")));
  }

  @Test
  void row_ofASender_saysItsAddressAndItsToken() {
    Deployment told =
        Deployment.withRow(
            "Lemma", "Url: 'https://hooks.example.com/webhooks/lemma', VerifyToken: word");

    assertEquals(
        "https://hooks.example.com/webhooks/lemma",
        told.environment("LemmaFunction").get("WEBHOOK_URL"));
    assertEquals("word", told.environment("LemmaFunction").get("WEBHOOK_VERIFY_TOKEN"));
    assertEquals("", told.environment("LucidFunction").get("WEBHOOK_URL"));
  }

  private static Object route(String function, String property) {
    return String.valueOf(ALL.property(function, "Events", "Webhook", "Properties", property));
  }
}
