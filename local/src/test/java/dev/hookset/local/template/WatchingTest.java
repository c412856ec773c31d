package dev.hookset.local.template;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hookset.EventKey;
import dev.hookset.Origin;
import dev.hookset.aws.watch.JsonLog;
import dev.hookset.aws.watch.Metric;
import dev.hookset.receive.Receipt;
import dev.hookset.receive.Reply;
import dev.hookset.relay.Relay;
import dev.hookset.signing.Reason;
import dev.hookset.work.Report;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What watches over a stack: that its alarms and its dashboard speak of metrics that there are, its
 * queries of members that the log's lines have, and that the runbook has an answer to each alarm.
 */
final class WatchingTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ALARM = "AWS::CloudWatch::Alarm";
  private static final String NAMESPACE = "Hookset/${AWS::StackName}";
  private static final int DASHBOARD_COLUMNS = 24;

  /** An hour and a week: what CloudWatch looks back over at most, by the length of the period. */
  private static final int LONG_PERIOD = 3600;

  private static final int LONGEST_LOOK = 7 * 24 * 3600;
  private static final int LONGEST_LOOK_OF_SHORT_PERIODS = 24 * 3600;

  /** A stack whose every provider's silence is watched. */
  private static final Deployment WATCHED =
      Deployment.withRows(Checkout.providers(), "SilenceHours: '168'");

  /** What an alarm or a widget asks for: a metric of ours, and the dimensions that split it. */
  private record Use(String metric, Set<String> dimensions) {}

  static List<String> alarms() {
    return WATCHED.resources(ALARM);
  }

  static List<String> queries() {
    return WATCHED.resources("AWS::Logs::QueryDefinition");
  }

  // --- Alarms

  @ParameterizedTest
  @MethodSource("alarms")
  void alarm_any_tellsTheTopicWhenItBeginsAndWhenItEnds(String alarm) {
    List<Map<String, String>> topic = List.of(Map.of("Ref", "AlarmTopic"));
    String bad = alarm.endsWith("SilenceAlarm") ? "InsufficientDataActions" : "AlarmActions";

    assertEquals(topic, WATCHED.property(alarm, bad));
    assertEquals(topic, WATCHED.property(alarm, "OKActions"));
    assertEquals(null, WATCHED.property(alarm, "ActionsEnabled"));
    assertEquals(null, WATCHED.property(alarm, "AlarmName"), "a generated one never collides");
  }

  @ParameterizedTest
  @MethodSource("alarms")
  void alarm_any_looksNoFurtherBackThanCloudWatchDoes(String alarm) {
    int periods = number(WATCHED.property(alarm, "EvaluationPeriods"));
    for (Object period : valuesOf("Period", WATCHED.property(alarm))) {
      int seconds = number(period);
      assertTrue(
          seconds * periods
              <= (seconds < LONG_PERIOD ? LONGEST_LOOK_OF_SHORT_PERIODS : LONGEST_LOOK),
          () -> periods + " periods of " + seconds + " s");
    }
  }

  @ParameterizedTest
  @MethodSource("alarms")
  void alarm_any_hasASectionInTheRunbook_whichItsDescriptionNames(String alarm) {
    String section = withoutProvider(alarm);
    String description = String.valueOf(WATCHED.property(alarm, "AlarmDescription"));

    assertTrue(description.endsWith("; see docs/runbook.md, " + section), description);
    String text = sections().get(section);
    assertTrue(text != null, () -> "no section " + section);
    for (String part : List.of("**It means**", "**Look**", "**Do**")) {
      assertTrue(text.contains(part), () -> section + " does not say " + part);
    }
  }

  @Test
  void runbook_hasNoSectionOnAnAlarmThatThereIsNot() {
    Set<String> known =
        alarms().stream().map(WatchingTest::withoutProvider).collect(Collectors.toSet());

    assertEquals(
        new TreeSet<>(known),
        sections().keySet().stream()
            .filter(section -> section.endsWith("Alarm"))
            .collect(Collectors.toCollection(TreeSet::new)));
  }

  @Test
  void alarms_ofAProvider_areTwoEach() {
    for (String provider : Checkout.providers()) {
      assertEquals(
          Set.of(provider + "RefusalsAlarm", provider + "SilenceAlarm"),
          alarms().stream()
              .filter(alarm -> alarm.startsWith(provider))
              .collect(Collectors.toSet()));
      String name = provider.toLowerCase(Locale.ROOT);
      for (String alarm : List.of(provider + "RefusalsAlarm", provider + "SilenceAlarm")) {
        assertTrue(
            dimensionsIn(WATCHED.property(alarm)).stream()
                .filter(dimension -> "provider".equals(Template.below(dimension, "Name")))
                .allMatch(dimension -> name.equals(Template.below(dimension, "Value"))),
            alarm);
      }
    }
  }

  @Test
  void silence_isNoAlarm_unlessTheProvidersRowGivesHours() {
    Deployment first = new Deployment(Map.of());
    Deployment lemma = Deployment.withRow("Lemma", "SilenceHours: '30'");

    assertEquals(List.of(), silenceAlarms(first));
    assertEquals(List.of("LemmaSilenceAlarm"), silenceAlarms(lemma));
    assertEquals("30", lemma.property("LemmaSilenceAlarm", "EvaluationPeriods"));
  }

  // Missing data counted as breaching, so the alarm went off as soon as it was set for a provider
  // that
  // had not sent yet. It tells of a change from data to none, and a new alarm begins with none.
  @Test
  void silence_ofAProviderThatHasNeverSent_isNoChange_andSoNoAlarm() {
    for (String alarm : silenceAlarms(WATCHED)) {
      assertEquals("missing", WATCHED.property(alarm, "TreatMissingData"));
      assertEquals(null, WATCHED.property(alarm, "AlarmActions"));
      assertEquals("LessThanThreshold", WATCHED.property(alarm, "ComparisonOperator"));
      assertEquals(1, WATCHED.property(alarm, "Threshold"), "a delivery is 1, which is no alarm");
    }
  }

  // One POST to a provider without a secret raised the alarm that the runbook puts first.
  @Test
  void serverErrors_leaveOutWhatIsNotConfigured_whichHasAnAlarmOfItsOwn() {
    assertEquals(
        "answered - FILL(unconfigured, 0)",
        WATCHED.at("Resources", "ServerErrorsAlarm", "Properties", "Metrics", 0, "Expression"));
    assertEquals("NotConfigured", WATCHED.property("NotConfiguredAlarm", "MetricName"));
  }

  @Test
  void topic_isSubscribedTo_onlyIfAnAddressIsGiven() {
    Deployment mailed = new Deployment(Map.of("AlarmEmail", "ops@example.com"));

    assertEquals(List.of(), WATCHED.resources("AWS::SNS::Subscription"));
    assertEquals("email", mailed.property("AlarmSubscription", "Protocol"));
    assertEquals("ops@example.com", mailed.property("AlarmSubscription", "Endpoint"));
  }

  // --- Metrics

  @Test
  void metrics_inAlarmsAndOnTheDashboard_areSomeThatTheCodeEmits_soSplit() throws IOException {
    Set<Use> emitted = new HashSet<>();
    for (Metric metric : Metric.values()) {
      metric.dimensions().forEach(set -> emitted.add(new Use(metric.word(), Set.copyOf(set))));
    }
    Set<Use> used = new HashSet<>(usedOnTheDashboard());
    used.addAll(usedInAlarms());

    used.forEach(use -> assertTrue(emitted.contains(use), () -> use + " of " + emitted));
  }

  @Test
  void metrics_thatTheCodeEmits_areAllInAnAlarmOrOnTheDashboard() throws IOException {
    Set<Use> used = new HashSet<>(usedOnTheDashboard());
    used.addAll(usedInAlarms());
    Set<Use> unused = new HashSet<>();
    for (Metric metric : Metric.values()) {
      for (List<String> set : metric.dimensions()) {
        Use use = new Use(metric.word(), Set.copyOf(set));
        // Kept for whoever asks: one provider's share of an outcome.
        boolean isDetail = use.equals(new Use("Events", Set.of("provider", "outcome")));
        if (!used.contains(use) && !isDetail) {
          unused.add(use);
        }
      }
    }

    assertEquals(Set.of(), unused, "each is paid for");
  }

  /** What they cost is told in the runbook, so how many there can be is no accident. */
  @Test
  void metrics_thatThereCanBe_areAsManyAsTheRunbookSays() {
    int all = 0;
    for (Metric metric : Metric.values()) {
      for (List<String> set : metric.dimensions()) {
        all +=
            set.stream()
                .mapToInt(dimension -> valuesOf(metric, dimension))
                .reduce(1, (a, b) -> a * b);
      }
    }

    String cost = String.format(Locale.ROOT, "| %d | $%.2f |", all, all * 0.30);
    assertTrue(Checkout.text("docs/runbook.md").contains(cost), cost);
  }

  /** How many values a dimension can have at a time: two keys, one handler for each provider. */
  private static int valuesOf(Metric metric, String dimension) {
    return switch (dimension) {
      case "provider" -> Checkout.providers().size();
      case "reason" -> Reason.values().length;
      case "key" -> 2;
      case "handler" -> 1;
      case "outcome" ->
          switch (metric) {
            case DELIVERIES -> Receipt.Outcome.values().length;
            case EVENTS -> 4; // done, superseded, retry, failed
            case RETURNED ->
                (int) Stream.of(Report.Outcome.values()).filter(Report.Outcome::comesBack).count();
            case VERIFIED,
                REFUSALS,
                CONFLICTS,
                PUSHED,
                PUSH_FAILURES,
                BACKFILLED,
                HANDLER_FAILURES,
                LAG,
                RELAY_RESCUES,
                RELAY_RETRIES,
                RELAY_NOT_PUSHED,
                NOT_CONFIGURED,
                UNREADABLE_RECORDS ->
                throw new AssertionError(metric + " has no outcome");
          };
      default -> throw new AssertionError("how many values has " + dimension + "?");
    };
  }

  @Test
  void metrics_ofEveryFunction_areInTheNamespaceThatIsWatched() {
    for (String function : WATCHED.functions()) {
      assertEquals(
          Map.of("Fn::Sub", NAMESPACE), WATCHED.environment(function).get("METRICS_NAMESPACE"));
    }
    assertEquals(Map.of("Fn::Sub", NAMESPACE), WATCHED.at("Outputs", "MetricsNamespace", "Value"));
  }

  // --- The dashboard

  /** Without places of their own, widgets stand in the order in which they are written. */
  @Test
  void dashboard_isJson_andItsWidgetsFillRows() throws IOException {
    int column = 0;
    for (JsonNode widget : dashboard().path("widgets")) {
      assertFalse(widget.has("x") || widget.has("y"), widget::toString);
      column += widget.path("width").asInt();
      assertTrue(column <= DASHBOARD_COLUMNS, widget::toString);
      column %= DASHBOARD_COLUMNS;
      assertFalse(widget.path("properties").path("title").asText().isEmpty(), widget::toString);
    }
    assertEquals(0, column);
  }

  @Test
  void dashboard_showsEveryAlarmThatIsNoProviders() throws IOException {
    Set<String> shown = new TreeSet<>();
    for (JsonNode widget : dashboard().path("widgets")) {
      widget.path("properties").path("alarms").forEach(alarm -> shown.add(alarm.asText()));
    }

    assertEquals(
        new Deployment(Map.of())
            .resources(ALARM).stream()
                .filter(alarm -> withoutProvider(alarm).equals(alarm))
                .map(alarm -> "${" + alarm + ".Arn}")
                .collect(Collectors.toCollection(TreeSet::new)),
        shown);
  }

  /** A name that CloudFormation fills in must be that of a resource. */
  @Test
  void dashboard_references_areToResourcesOfTheStack() {
    Matcher references = Pattern.compile("\\$\\{([A-Za-z]+)[.}]").matcher(dashboardText());

    Set<String> unknown =
        references
            .results()
            .map(result -> result.group(1))
            .filter(name -> WATCHED.at("Resources", name) == null)
            .collect(Collectors.toSet());

    assertEquals(Set.of(), unknown);
  }

  // --- The queries

  @ParameterizedTest
  @MethodSource("queries")
  void query_any_isNamedAfterTheStack_andReadsItsLogs(String query) {
    String name = String.valueOf(Template.below(WATCHED.property(query, "Name"), "Fn::Sub"));
    assertTrue(name.startsWith("Hookset/${AWS::StackName}/"), name);
    List<Object> groups = Deployment.elements(WATCHED.property(query, "LogGroupNames"));
    assertFalse(groups.isEmpty());
    groups.forEach(
        group ->
            assertTrue(
                WATCHED
                    .resources("AWS::Logs::LogGroup")
                    .contains(String.valueOf(Template.below(group, "Ref"))),
                group::toString));
  }

  @ParameterizedTest
  @MethodSource("queries")
  void query_any_asksForMembersThatTheLinesHave(String query) throws IOException {
    String text = String.valueOf(WATCHED.property(query, "QueryString"));
    String bare =
        text.replaceAll("(?m)^#.*$", "")
            .replaceAll("\"[^\"]*\"", "")
            .replaceAll("parse @logStream /(\\\\.|[^/])*/", "")
            .replaceAll("/[^/]*/", "")
            .replaceAll("record\\.metrics\\.[A-Za-z]+", "");
    Set<String> made =
        Pattern.compile(" as (\\w+)")
            .matcher(bare)
            .results()
            .map(result -> result.group(1))
            .collect(Collectors.toSet());
    Set<String> unknown = new TreeSet<>();
    Pattern.compile("(?<![@\\w.])[A-Za-z][A-Za-z.]*")
        .matcher(bare)
        .results()
        .map(MatchResult::group)
        .filter(word -> !made.contains(word) && !WORDS_OF_INSIGHTS.contains(word))
        .forEach(unknown::add);
    unknown.removeAll(membersOfLines());

    assertEquals(Set.of(), unknown, text);
  }

  private static final Set<String> WORDS_OF_INSIGHTS =
      Set.of(
          "fields",
          "filter",
          "stats",
          "sort",
          "limit",
          "by",
          "as",
          "asc",
          "desc",
          "like",
          "in",
          "or",
          "ispresent",
          // What a pattern finds in a stream's name.
          "function",
          "count",
          "count_distinct",
          "distinct",
          "latest",
          "earliest",
          "pct",
          // Of Lambda's own lines, as the whole of "record.metrics" is.
          "type");

  /** Returns the members that lines can have, by having them written. */
  private static Set<String> membersOfLines() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    JsonLog log =
        new JsonLog(
            new PrintStream(bytes, true, StandardCharsets.UTF_8), () -> Instant.EPOCH, "Hookset");
    Origin origin = new Origin("d", "w", "p");
    EventKey key = new EventKey("lemma", "evt");
    for (Receipt.Outcome outcome : Receipt.Outcome.values()) {
      log.note(
          new Receipt(
              "lemma",
              outcome,
              "why",
              key,
              "t",
              "e",
              origin,
              true,
              true,
              "f",
              "0123abcd",
              Map.of("h", "v"),
              "trace",
              new Reply(200, Map.of(), null)));
    }
    for (Report.Outcome outcome : Report.Outcome.values()) {
      log.note(
          new Report(
              "m",
              outcome,
              key,
              "t",
              Instant.EPOCH,
              "e",
              origin,
              0,
              1,
              List.of("h"),
              "h",
              List.of(),
              "e",
              Instant.EPOCH,
              false,
              "trace",
              null));
    }
    log.note(new Relay.Sweep(1, 1, 1, List.of("o"), List.of("u")));
    Set<String> members = new TreeSet<>();
    for (String line : bytes.toString(StandardCharsets.UTF_8).lines().toList()) {
      JSON.readTree(line).fieldNames().forEachRemaining(members::add);
    }
    return members;
  }

  // --- Reading them

  private static Set<Use> usedInAlarms() {
    Set<Use> uses = new HashSet<>();
    for (String alarm : alarms()) {
      List<Object> metrics = new ArrayList<>();
      metrics.add(WATCHED.property(alarm));
      for (Object part : Deployment.elements(WATCHED.property(alarm, "Metrics"))) {
        metrics.add(Deployment.members(Template.below(part, "MetricStat", "Metric")));
      }
      for (Object metric : metrics) {
        if (Map.of("Fn::Sub", NAMESPACE).equals(Template.below(metric, "Namespace"))) {
          Set<String> dimensions =
              Deployment.elements(Template.below(metric, "Dimensions")).stream()
                  .map(dimension -> String.valueOf(Template.below(dimension, "Name")))
                  .collect(Collectors.toSet());
          uses.add(new Use(String.valueOf(Template.below(metric, "MetricName")), dimensions));
        }
      }
    }
    assertFalse(uses.isEmpty());
    return uses;
  }

  private static Set<Use> usedOnTheDashboard() throws IOException {
    Pattern search =
        Pattern.compile(
            "SEARCH\\('\\{\"([^\"]+)\",([a-z,]+)} MetricName=\"(\\w+)\"', '\\w+', \\d+\\)");
    Set<Use> uses = new HashSet<>();
    for (JsonNode widget : dashboard().path("widgets")) {
      for (JsonNode metric : widget.path("properties").path("metrics")) {
        if (metric.path(0).asText().equals(NAMESPACE)) {
          // Namespace, name, then pairs of dimensions, and at last how to show it.
          uses.add(new Use(metric.path(1).asText(), Set.of()));
          assertTrue(metric.size() == 2 || metric.path(2).isObject(), metric::toString);
        }
        String expression = metric.path(0).path("expression").asText();
        if (expression.startsWith("SEARCH('{AWS/")) {
          assertTrue(expression.contains(" FunctionName=${AWS::StackName}'"), expression);
        } else if (expression.startsWith("SEARCH")) {
          Matcher parts = search.matcher(expression);
          assertTrue(parts.matches(), expression);
          assertEquals(NAMESPACE, parts.group(1));
          uses.add(new Use(parts.group(3), Set.of(parts.group(2).split(",", -1))));
        }
      }
    }
    assertFalse(uses.isEmpty());
    return uses;
  }

  private static JsonNode dashboard() throws JsonProcessingException {
    return JSON.readTree(dashboardText());
  }

  private static String dashboardText() {
    return String.valueOf(
        Template.below(WATCHED.property("Dashboard", "DashboardBody"), "Fn::Sub"));
  }

  /** Returns the runbook's sections by their headings. */
  private static Map<String, String> sections() {
    Map<String, String> sections = new HashMap<>();
    for (String section : Checkout.text("docs/runbook.md").split("(?m)^#+ ", -1)) {
      int end = section.indexOf('\n');
      if (end > 0) {
        sections.put(section.substring(0, end).strip(), section.substring(end));
      }
    }
    return sections;
  }

  private static String withoutProvider(String alarm) {
    return Checkout.providers().stream()
        .filter(alarm::startsWith)
        .findFirst()
        .map(provider -> alarm.substring(provider.length()))
        .orElse(alarm);
  }

  private static List<Object> dimensionsIn(@Nullable Object value) {
    return valuesOf("Dimensions", value).stream()
        .flatMap(dimensions -> Deployment.elements(dimensions).stream())
        .toList();
  }

  /** Returns what stands under {@code name} anywhere in {@code value}. */
  private static List<Object> valuesOf(String name, @Nullable Object value) {
    List<Object> found = new ArrayList<>();
    Collection<Object> parts =
        value instanceof List<?> ? Deployment.elements(value) : Deployment.members(value).values();
    Object here = Deployment.members(value).get(name);
    if (here != null) {
      found.add(here);
    }
    parts.forEach(part -> found.addAll(valuesOf(name, part)));
    return found;
  }

  private static List<String> silenceAlarms(Deployment deployment) {
    return deployment.resources(ALARM).stream()
        .filter(alarm -> alarm.endsWith("SilenceAlarm"))
        .toList();
  }

  private static int number(@Nullable Object value) {
    return Integer.parseInt(String.valueOf(value));
  }

  @Test
  void widget_andAlarm_countTheSameThings() throws IOException {
    Set<String> words = new HashSet<>();
    usedOnTheDashboard().forEach(use -> words.add(use.metric()));

    assertAll(
        usedInAlarms().stream()
            .map(use -> () -> assertTrue(words.contains(use.metric()), use::toString)));
  }
}
