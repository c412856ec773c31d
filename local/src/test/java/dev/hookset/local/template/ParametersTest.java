package dev.hookset.local.template;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hookset.providers.Providers;
import dev.hookset.receive.Provider;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What an operator can set: the parameters of a stage, the table of the providers. */
final class ParametersTest {
  private static final Template TEMPLATE = Checkout.template();

  static List<String> parameters() {
    return Deployment.members(TEMPLATE.at("Parameters")).keySet().stream()
        .map(Object::toString)
        .toList();
  }

  @ParameterizedTest
  @MethodSource("parameters")
  void parameter_isDescribed(String parameter) {
    String description = assertInstanceOf(String.class, fact(parameter, "Description"));

    assertFalse(description.isBlank());
  }

  @ParameterizedTest
  @MethodSource("parameters")
  void parameter_hasADefaultThatItAllows_soThatAFirstDeployNeedsNoAnswer(String parameter) {
    Object fallback = Objects.requireNonNull(fact(parameter, "Default"), "Default");

    if (fact(parameter, "AllowedPattern") instanceof String pattern) {
      assertTrue(fallback.toString().matches(pattern), () -> fallback + " matches " + pattern);
    }
    if (fact(parameter, "AllowedValues") instanceof List<?> allowed) {
      assertTrue(allowed.contains(fallback), () -> fallback + " in " + allowed);
    }
    if (fact(parameter, "MinValue") instanceof Integer least) {
      assertTrue((int) fallback >= least, () -> fallback + " >= " + least);
    }
    if (fact(parameter, "MaxValue") instanceof Integer most) {
      assertTrue((int) fallback <= most, () -> fallback + " <= " + most);
    }
  }

  @ParameterizedTest
  @MethodSource("parameters")
  void parameter_whenAnswered_changesTheStack(String parameter) {
    assertNotEquals(Set.of(), changedBy(parameter));
  }

  // `sam deploy --guided` asked 62 questions, five of which it had to be told no to.
  @Test
  void parameters_areFew_andNoneIsASecret() {
    assertTrue(parameters().size() <= 14, () -> parameters().size() + ": " + parameters());
    for (String parameter : parameters()) {
      // An expanded loop shows what NoEcho would hide.
      assertNull(fact(parameter, "NoEcho"), parameter);
    }
  }

  // A parameter's new value published no version, so that the alias kept the old environment until
  // somebody changed a file in the package. Now the version's ID is made of the values themselves.
  @ParameterizedTest
  @MethodSource("settings")
  void settingOfAProvider_changesThatProvidersPartsAlone_andItsFunctionItself(
      String setting, String value) {
    Deployment before = new Deployment(Map.of());
    Deployment after = Deployment.withRow("Lemma", setting + ": '" + value + "'");
    Set<String> changed = changed(before, after);

    assertNotEquals(Set.of(), changed);
    changed.forEach(resource -> assertTrue(resource.startsWith("Lemma"), resource));
    assertEquals(
        !setting.endsWith("Hours") && !setting.endsWith("Percent"),
        changed.contains("LemmaFunction"));
  }

  static Stream<Arguments> settings() {
    return Stream.of(
        Arguments.of("Events", "incident.*"),
        Arguments.of("SilenceHours", "24"),
        Arguments.of("RefusalPercent", "50"),
        Arguments.of("ToleranceSeconds", "60"),
        Arguments.of("MaxAgeDays", "3"),
        Arguments.of("RotationGrace", "7d"));
  }

  /** Each says of itself what it is, in the comment above the table. */
  @ParameterizedTest
  @MethodSource("settings")
  void settingOfAProvider_isExplained(String setting) {
    assertTrue(Checkout.text("template.yaml").contains("\n#   " + setting + " "), setting);
  }

  // A sandbox's events reached production's handlers unless two parameters were set, each in its
  // own
  // provider's words.
  @Test
  void traffic_isSaidInEachProvidersWords() {
    assertEquals(List.of("any", "any"), traffic("any"));
    assertEquals(List.of("prod", "true"), traffic("live"));
    assertEquals(List.of("test", "false"), traffic("test"));
  }

  private static List<Object> traffic(String answer) {
    Map<String, Object> variables =
        new Deployment(Map.of("Traffic", answer)).environment("LambaFunction");
    return List.of(
        Objects.requireNonNull(variables.get("WEBHOOK_ENVIRONMENT")),
        Objects.requireNonNull(variables.get("WEBHOOK_LIVEMODE")));
  }

  // All five providers were deployed, even where two were used.
  @Test
  void providers_areThoseThatAreNamed_oneWordEach() {
    Deployment two = new Deployment(Map.of("Providers", "Lucid, acme"));

    assertEquals(
        List.of("LucidFunction", "acmeFunction"),
        two.functions().stream().filter(name -> !SHARED.contains(name)).toList());
    assertEquals("acme", two.environment("acmeFunction").get("PROVIDER"));
    assertEquals(
        "/webhooks/acme", two.property("acmeFunction", "Events", "Webhook", "Properties", "Path"));
    assertEquals(
        Map.of("Fn::Sub", "${WebhookApi.ApiEndpoint}/webhooks/acme"),
        two.at("Outputs", "acmeWebhookUrl", "Value"));
  }

  // Stripe and Paddle try for three days: a retry that found no record was handled a second time.
  @Test
  void retention_theLeastThatMayBeChosen_outlivesTheRetriesOfEverySender() {
    int least = (Integer) Objects.requireNonNull(fact("WebhookRetentionDays", "MinValue"));
    for (Provider provider : Providers.all()) {
      Provider.Retries retries = provider.retries();
      if (retries != null) {
        assertTrue(
            retries.span().plusDays(1).compareTo(Duration.ofDays(least)) <= 0, provider::title);
      }
    }
  }

  private static final Set<String> SHARED =
      Set.of("WorkerFunction", "RelayFunction", "JanitorFunction");

  @Test
  void template_canBeReadInOneSitting() {
    assertTrue(Checkout.text("template.yaml").lines().count() <= 1000);
  }

  /**
   * Returns the names of the resources, and of what is global, that a parameter makes different.
   */
  private static Set<String> changedBy(String parameter) {
    String answer =
        switch (parameter) {
          case "Providers" -> "Lemma,Lucid";
          case "Traffic" -> "test";
          default -> "4321";
        };
    return changed(new Deployment(Map.of()), new Deployment(Map.of(parameter, answer)));
  }

  private static Set<String> changed(Deployment before, Deployment after) {
    Set<String> changed = new TreeSet<>();
    for (String section : List.of("Globals", "Resources")) {
      Map<Object, Object> old = Deployment.members(before.at(section));
      Map<Object, Object> now = Deployment.members(after.at(section));
      Stream.concat(old.keySet().stream(), now.keySet().stream())
          .filter(name -> !Objects.equals(old.get(name), now.get(name)))
          .forEach(name -> changed.add(name.toString()));
    }
    return changed;
  }

  private static @Nullable Object fact(String parameter, String name) {
    return TEMPLATE.at("Parameters", parameter, name);
  }
}
