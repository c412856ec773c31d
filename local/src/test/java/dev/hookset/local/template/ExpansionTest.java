package dev.hookset.local.template;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Our expansion beside SAM CLI's own. In the folder of the tests' resources that is named after the
 * version stand the template as it was given to that one, and what it made of it.
 *
 * <p>The template there is a copy, so that whoever changes the real one's table or adds handlers'
 * permissions need not ask SAM CLI again; whoever uses another part of the language has to.
 */
final class ExpansionTest {
  private static final String FOLDER = "/sam-cli-1.164.0/";

  /** What SAM CLI was given. */
  private static final Map<String, String> ANSWERS =
      Map.of(
          "Providers", "Lamina,Lemma,Lamba,Lucid,Lymnus,acme,Stripe,Meta,meta",
          "Traffic", "live",
          "EventBusName", "webhooks",
          "SecretsKeyArn", "arn:aws:kms:eu-central-1:123456789012:key/k",
          "WebhookRetentionDays", "40");

  private static final Set<String> CONDITIONAL = Set.of("AlarmSubscription", "SilenceAlarm");

  // The local stack and the tests read our expansion, a deploy CloudFormation's: were they not the
  // same, the tests would hold something that nobody deploys.
  @Test
  void everyResource_isAsSamCliExpandsIt() throws IOException {
    Map<String, Object> ours = normalized(Objects.requireNonNull(ours().at("Resources")));
    Map<String, Object> theirs = normalized(Objects.requireNonNull(theirs().get("Resources")));

    assertEquals(
        List.of(),
        theirs.keySet().stream()
            .filter(n -> !ours.containsKey(n))
            .filter(n -> CONDITIONAL.stream().noneMatch(n::endsWith))
            .toList());
    for (Map.Entry<String, Object> resource : ours.entrySet()) {
      assertEquals(theirs.get(resource.getKey()), resource.getValue(), resource.getKey());
    }
  }

  @Test
  void everyOutput_isAsSamCliExpandsIt() throws IOException {
    assertEquals(
        normalized(Objects.requireNonNull(theirs().get("Outputs"))),
        normalized(Objects.requireNonNull(ours().at("Outputs"))));
  }

  @Test
  void resourcesThatWeLeaveOut_haveAConditionThatDoesNotHoldThereEither() throws IOException {
    Map<String, Object> theirs = theirs();
    for (String name : List.of("AlarmEmailGiven", "LemmaSilenceWatched")) {
      Object equal = Template.below(theirs, "Conditions", name, "Fn::Not", 0, "Fn::Equals");
      assertEquals(Template.below(equal, 0), Template.below(equal, 1), name);
    }
  }

  @Test
  void template_usesNoMoreOfTheLanguageThanWasCompared() throws IOException {
    assertTrue(
        language(resource("template.yaml")).containsAll(language(Checkout.text("template.yaml"))),
        () ->
            "expand the template with SAM CLI again: " + language(Checkout.text("template.yaml")));
  }

  private static Set<String> language(String template) {
    return Pattern.compile(
            "!(Ref|GetAtt|Sub \\[|Sub|If|FindInMap|Join|Select|Split|[A-Z]\\w+)|Fn::\\w+")
        .matcher(template)
        .results()
        .map(MatchResult::group)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Template ours() throws IOException {
    return Template.parse(resource("template.yaml"), "template.yaml", ANSWERS);
  }

  private static Map<String, Object> theirs() throws IOException {
    Map<String, Object> expanded = new TreeMap<>();
    new ObjectMapper()
        .readTree(resource("expanded.json"))
        .properties()
        .forEach(
            part ->
                expanded.put(
                    part.getKey(), new ObjectMapper().convertValue(part.getValue(), Object.class)));
    return expanded;
  }

  private static String resource(String name) throws IOException {
    try (InputStream stream =
        Objects.requireNonNull(ExpansionTest.class.getResourceAsStream(FOLDER + name), name)) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static Map<String, Object> normalized(Object section) {
    Map<String, Object> members = new TreeMap<>();
    Deployment.members(section)
        .forEach((name, value) -> members.put(name.toString(), normal(value)));
    return members;
  }

  /**
   * Evens out what means the same: a number and its text, both forms of an attribute. And what SAM
   * CLI leaves of a text of which it knows a part only: it drops the {@code Fn::Sub} around the
   * rest, which is no matter where it uses the result, since what is deployed is the template
   * itself.
   */
  private static Object normal(Object value) {
    Map<Object, Object> members = Deployment.members(value);
    if (members.size() == 1 && members.get("Fn::Sub") instanceof String text) {
      return text;
    }
    if (members.size() == 1 && members.get("Fn::GetAtt") instanceof List<?> parts) {
      return Map.of("Fn::GetAtt", parts.get(0) + "." + parts.get(1));
    }
    if (value instanceof Map<?, ?>) {
      return normalized(value);
    }
    if (value instanceof List<?>) {
      return Deployment.elements(value).stream().map(ExpansionTest::normal).toList();
    }
    return String.valueOf(value);
  }
}
