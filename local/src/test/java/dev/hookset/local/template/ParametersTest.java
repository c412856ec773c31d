package dev.hookset.local.template;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hookset.providers.Providers;
import dev.hookset.receive.Provider;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an operator is asked, and what becomes of the secrets among the answers. */
final class ParametersTest {
  private static final Template TEMPLATE = Checkout.template();
  private static final String INTERFACE = "AWS::CloudFormation::Interface";

  static List<String> parameters() {
    return Deployment.members(TEMPLATE.at("Parameters")).keySet().stream()
        .map(Object::toString)
        .toList();
  }

  static List<Provider> providers() {
    return Providers.all();
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

  @ParameterizedTest
  @MethodSource("providers")
  void parameter_ofAProvider_changesThatProvidersPartsAlone(Provider provider) {
    String name = Checkout.logicalName(provider);
    for (String parameter : parameters()) {
      if (parameter.startsWith(name)) {
        changedBy(parameter)
            .forEach(
                resource ->
                    assertTrue(
                        resource.startsWith(name), () -> parameter + " changes " + resource));
      }
    }
  }

  @Test
  void parameters_standInOneGroupEach() {
    List<String> grouped =
        Deployment.elements(TEMPLATE.at("Metadata", INTERFACE, "ParameterGroups")).stream()
            .flatMap(group -> Deployment.elements(Template.below(group, "Parameters")).stream())
            .map(Object::toString)
            .sorted()
            .toList();

    assertEquals(parameters().stream().sorted().toList(), grouped);
  }

  @Test
  void parameters_haveALabelEach_andNoTwoTheSame() {
    Map<Object, Object> labels =
        Deployment.members(TEMPLATE.at("Metadata", INTERFACE, "ParameterLabels"));

    assertEquals(new TreeSet<>(parameters()), new TreeSet<>(labels.keySet()));
    assertEquals(labels.size(), Set.copyOf(labels.values()).size());
  }

  @Test
  void parameters_thatTakeASecret_areNotEchoed() {
    assertEquals(
        Providers.all().stream().map(Checkout::secretParameter).collect(Collectors.toSet()),
        parameters().stream()
            .filter(parameter -> Boolean.TRUE.equals(fact(parameter, "NoEcho")))
            .collect(Collectors.toSet()));
  }

  /**
   * The providers issue the secret only once the URL exists; guided deploys cannot leave it empty.
   */
  @ParameterizedTest
  @ValueSource(strings = {"", "none"})
  void secret_withBothParametersEmpty_isNotMade(String nothing) {
    Map<String, String> answers =
        Providers.all().stream().collect(Collectors.toMap(Checkout::secretParameter, _ -> nothing));
    Deployment deployment = new Deployment(TEMPLATE, answers);

    assertEquals(List.of(), deployment.resources("AWS::SecretsManager::Secret"));
    for (Provider provider : Providers.all()) {
      assertNull(arnVariable(deployment, provider), provider::name);
    }
  }

  @ParameterizedTest
  @MethodSource("providers")
  void secret_inItsParameter_isMadeAndNamedToItsReceiverAlone(Provider provider) {
    Deployment deployment =
        new Deployment(TEMPLATE, Map.of(Checkout.secretParameter(provider), "s3cr3t"));
    String secret = Checkout.secretResource(provider);

    assertEquals(List.of(secret), deployment.resources("AWS::SecretsManager::Secret"));
    assertEquals("s3cr3t", deployment.property(secret, "SecretString"));
    assertEquals(Map.of("Ref", secret), arnVariable(deployment, provider));
    for (Provider other : Providers.all()) {
      if (!other.equals(provider)) {
        assertNull(arnVariable(deployment, other), other::name);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("providers")
  void secret_byArn_isUsedAndNoneMade_evenBesideItsParameter(Provider provider) {
    String parameter = Checkout.secretParameter(provider);
    String arn = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:mine-AbCdEf";
    Deployment deployment =
        new Deployment(TEMPLATE, Map.of(parameter, "s3cr3t", parameter + "Arn", arn));

    assertEquals(List.of(), deployment.resources("AWS::SecretsManager::Secret"));
    assertEquals(arn, arnVariable(deployment, provider));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "secret",
        "arn:aws:secretsmanager:eu-central-1:123456789012:secret:without-suffix-of-6",
        "arn:aws:secretsmanager:eu-central-1:123456789012:secret:*",
        "arn:aws:secretsmanager:eu-central-1:123456789012:secret:*-AbCdEf",
        "*"
      })
  void secretArn_thatIsNoFullArn_isNotAllowed(String value) {
    // A role's permission takes it as it stands, so that a wildcard would open every secret.
    assertAll(
        Providers.all().stream()
            .map(provider -> Checkout.secretParameter(provider) + "Arn")
            .map(
                parameter ->
                    () ->
                        assertFalse(
                            value.matches(String.valueOf(fact(parameter, "AllowedPattern"))),
                            parameter)));
  }

  @Test
  void secretValue_standsNowhereButInItsSecret() {
    Map<String, String> answers =
        Providers.all().stream()
            .collect(Collectors.toMap(Checkout::secretParameter, _ -> "s3cr3t"));
    Map<String, String> found = new TreeMap<>();
    new Deployment(TEMPLATE, answers)
        .eachValue(
            (path, value) -> {
              if (value.toString().contains("s3cr3t")) {
                found.put(path, value.toString());
              }
            });

    assertEquals(
        Providers.all().stream()
            .collect(
                Collectors.toMap(
                    provider ->
                        "/Resources/"
                            + Checkout.secretResource(provider)
                            + "/Properties/SecretString",
                    _ -> "s3cr3t")),
        found);
  }

  /**
   * Returns the names of the resources, and of what is global, that a parameter makes different.
   */
  private static Set<String> changedBy(String parameter) {
    Deployment before = new Deployment(TEMPLATE, Map.of());
    Deployment after = new Deployment(TEMPLATE, Map.of(parameter, "4321"));
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

  private static @Nullable Object arnVariable(Deployment deployment, Provider provider) {
    String prefix = provider.name().toUpperCase(Locale.ROOT);
    String variable = provider.publishedKeys() == null ? "_WEBHOOK_SECRET_ARN" : "_API_KEY_ARN";
    return deployment
        .environment(Checkout.logicalName(provider) + "Function")
        .get(prefix + variable);
  }
}
