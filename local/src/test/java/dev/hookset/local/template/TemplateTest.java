package dev.hookset.local.template;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hookset.aws.ReceiveFunction;
import dev.hookset.aws.Wiring;
import dev.hookset.janitor.Janitor;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What {@code template.yaml} promises of the functions, the table, the queues and the API. What the
 * functions may do is held by {@link PermissionsTest}, their variables by {@link VariablesTest},
 * the parameters by {@link ParametersTest}.
 */
final class TemplateTest {
  private static final Template TEMPLATE = Checkout.template();

  /** The first deploy: nothing answered, no secret known. */
  private static final Deployment FIRST = new Deployment(Map.of());

  private static final String WORKER = "WorkerFunction";
  private static final String RELAY = "RelayFunction";
  private static final String JANITOR = "JanitorFunction";

  /** The shortest that a provider waits for an answer. */
  private static final int PROVIDER_WAITS_SECONDS = 10;

  static List<String> functions() {
    return FIRST.functions();
  }

  static List<String> receivers() {
    return TEMPLATE.receivers();
  }

  static List<String> queues() {
    return FIRST.resources("AWS::SQS::Queue");
  }

  static List<String> logGroups() {
    return FIRST.resources("AWS::Logs::LogGroup");
  }

  // --- Names

  @Test
  void names_onWhichTheOutsideRelies_areThere() {
    assertTrue(
        functions()
            .containsAll(
                List.of(
                    "LaminaFunction",
                    "LemmaFunction",
                    "LambaFunction",
                    "LucidFunction",
                    "LymnusFunction",
                    WORKER,
                    RELAY,
                    JANITOR)),
        () -> "functions: " + functions());
    assertEquals(List.of("InboxTable"), FIRST.resources("AWS::DynamoDB::Table"));
    assertEquals(List.of("WorkQueue", "DeadLetterQueue"), queues());
  }

  @Test
  void functions_areOnePerProviderAWorkerARelayAndAJanitor() {
    assertEquals(
        Stream.concat(
                Checkout.providers().stream().map(name -> name + "Function"),
                Stream.of(WORKER, RELAY, JANITOR))
            .toList(),
        functions());
  }

  @Test
  void receivers_areOnePerProvider_namedAfterIt() {
    assertAll(
        Checkout.providers().stream()
            .map(
                name ->
                    () ->
                        assertEquals(
                            List.of(name + "Function"),
                            receivers().stream()
                                .filter(
                                    function ->
                                        name.toLowerCase(Locale.ROOT)
                                            .equals(TEMPLATE.variable(function, "PROVIDER")))
                                .toList())));
    assertEquals(Checkout.providers().size(), receivers().size());
  }

  @Test
  void outputs_giveTheUrlOfEveryProvidersRoute() {
    assertAll(
        Checkout.providers().stream()
            .map(
                name ->
                    () ->
                        assertEquals(
                            Map.of(
                                "Fn::Sub",
                                "${WebhookApi.ApiEndpoint}/webhooks/"
                                    + name.toLowerCase(Locale.ROOT)),
                            FIRST.at("Outputs", name + "WebhookUrl", "Value"))));
  }

  // --- Every function

  @ParameterizedTest
  @MethodSource("functions")
  void handler_isAClassThatLambdaCanRun(String function) {
    List<String> handler = Arrays.asList(handler(function).split("::", -1));
    Class<?> type = type(function);

    assertTrue(handler.size() <= 2, () -> "a class, and perhaps its method: " + handler);
    assertTrue(
        RequestHandler.class.isAssignableFrom(type)
            || RequestStreamHandler.class.isAssignableFrom(type),
        () -> type + " implements neither interface of Lambda's");
    if (handler.size() == 2) {
      assertEquals("handleRequest", handler.getLast());
      assertTrue(
          Stream.of(type.getMethods())
              .anyMatch(
                  method -> method.getName().equals(handler.getLast()) && !method.isBridge()));
    }
    assertTrue(
        Modifier.isPublic(assertDoesNotThrow(() -> type.getConstructor()).getModifiers()),
        "Lambda makes it with the constructor that takes nothing");
  }

  @Test
  void handler_ofReceiversAndOthers_isItsOwnClass() {
    assertAll(
        functions().stream()
            .map(
                function ->
                    () ->
                        assertEquals(
                            receivers().contains(function) ? "ReceiveFunction" : function,
                            type(function).getSimpleName())));
  }

  @ParameterizedTest
  @MethodSource("functions")
  void function_withDefaultsOnly_starts(String function) {
    assertDoesNotThrow(() -> start(function));
  }

  @ParameterizedTest
  @MethodSource("functions")
  void function_runsOnJava25(String function) {
    assertEquals("java25", FIRST.ofFunction(function, "Runtime"));
  }

  @ParameterizedTest
  @MethodSource("functions")
  void function_sharesThePackageOfAll_soThatSamBuildsOnce(String function) {
    // In Globals, a loop's function would be packaged from the build folder's own folder of that
    // name.
    assertEquals("functions", FIRST.property(function, "CodeUri"));
    assertNull(FIRST.at("Globals", "Function", "CodeUri"));
    assertNull(FIRST.ofFunction(function, "PackageType"));
    assertNull(FIRST.ofFunction(function, "InlineCode"));
    assertNull(FIRST.ofFunction(function, "Layers"));
  }

  @ParameterizedTest
  @MethodSource("functions")
  void function_runsOnArm64UnlessAnotherProcessorIsChosen(String function) {
    Deployment intel = new Deployment(Map.of("Architecture", "x86_64"));

    assertEquals(List.of("arm64"), FIRST.ofFunction(function, "Architectures"));
    assertEquals(List.of("x86_64"), intel.ofFunction(function, "Architectures"));
  }

  // Lambda traces the first request of every second, which at our rates is nearly each: it cost
  // more
  // than all the rest, and nobody had asked for it.
  @ParameterizedTest
  @MethodSource("functions")
  void function_isTraced_ifThatIsAskedFor(String function) {
    assertEquals("PassThrough", FIRST.ofFunction(function, "Tracing"));
    assertEquals(
        "Active", new Deployment(Map.of("Tracing", "Active")).ofFunction(function, "Tracing"));
  }

  @ParameterizedTest
  @MethodSource("functions")
  void function_logsJson_receiversIntoOneGroup_othersIntoTheirOwn(String function) {
    boolean receives = receivers().contains(function);
    String log = (receives ? "Receiver" : baseName(function)) + "Log";

    assertEquals("JSON", FIRST.ofFunction(function, "LoggingConfig", "LogFormat"));
    assertEquals(ref(log), FIRST.ofFunction(function, "LoggingConfig", "LogGroup"));
    assertTrue(logGroups().contains(log));
    assertEquals(
        Map.of("Fn::Sub", "/aws/lambda/${AWS::StackName}-" + (receives ? "receivers" : function)),
        FIRST.property(log, "LogGroupName"));
    // Lambda's own lines were half of what an event's log cost; the receivers' tell of restores.
    assertEquals(
        receives ? "INFO" : "WARN", FIRST.ofFunction(function, "LoggingConfig", "SystemLogLevel"));
  }

  @ParameterizedTest
  @MethodSource("functions")
  void function_hasARoleOfItsOwn(String function) {
    assertEquals(getAtt(baseName(function) + "Role.Arn"), FIRST.property(function, "Role"));
    assertNull(FIRST.property(function, "Policies"), "SAM would put them into a role of its own");
  }

  @ParameterizedTest
  @MethodSource("functions")
  void function_hasNoMoreStorageThanSnapStartAllows(String function) {
    Object size = FIRST.ofFunction(function, "EphemeralStorage", "Size");

    assertTrue(size == null || number(size) <= 512, () -> function + ": " + size);
  }

  @ParameterizedTest
  @MethodSource("functions")
  void function_calledBySchedule_isNotRunAgainByLambda(String function) {
    assertEquals(0, FIRST.ofFunction(function, "EventInvokeConfig", "MaximumRetryAttempts"));
  }

  @Test
  void concurrency_isReservedOrProvisionedNowhere() {
    FIRST.eachValue(
        (path, _) -> {
          assertFalse(path.contains("ReservedConcurrentExecutions"), path);
          assertFalse(path.contains("ProvisionedConcurrency"), path);
        });
  }

  // --- Receivers

  @ParameterizedTest
  @MethodSource("receivers")
  void receiver_hasThePostRouteOfItsProvider_withPayload2(String function) {
    Map<Object, Object> route = onlyEvent(function, "HttpApi");

    assertEquals(ref("WebhookApi"), route.get("ApiId"));
    assertEquals("POST", route.get("Method"));
    assertEquals("/webhooks/" + TEMPLATE.variable(function, "PROVIDER"), route.get("Path"));
    assertEquals("2.0", route.get("PayloadFormatVersion"));
  }

  @ParameterizedTest
  @MethodSource("receivers")
  void receiver_endsBeforeTheApiGivesUp_andTheApiBeforeTheProvider(String function) {
    int ends = number(FIRST.property(function, "Timeout")) * 1000;
    int apiGivesUp = number(onlyEvent(function, "HttpApi").get("TimeoutInMillis"));

    assertTrue(ends < apiGivesUp, () -> ends + " < " + apiGivesUp);
    assertTrue(apiGivesUp < PROVIDER_WAITS_SECONDS * 1000, () -> apiGivesUp + " ms");
  }

  /** The functions' own PatienceTest holds what the SDK may take to this number. */
  @ParameterizedTest
  @MethodSource("receivers")
  void receiver_hasTheTimeThatItsSdkCallsAreCutTo(String function) {
    assertEquals(9, FIRST.property(function, "Timeout"));
  }

  @ParameterizedTest
  @MethodSource("receivers")
  void receiver_startsFromASnapshotOfItsLiveVersion(String function) {
    assertEquals(Map.of("ApplyOn", "PublishedVersions"), FIRST.ofFunction(function, "SnapStart"));
    assertEquals("live", FIRST.ofFunction(function, "AutoPublishAlias"));
    assertEquals(true, FIRST.ofFunction(function, "AutoPublishAliasAllProperties"));
  }

  @ParameterizedTest
  @MethodSource("receivers")
  void receiver_isPingedDaily_withoutRetries(String function) {
    Map<Object, Object> ping = onlyEvent(function, "ScheduleV2");

    assertEquals("rate(1 day)", ping.get("ScheduleExpression"));
    assertEquals(Map.of("MaximumRetryAttempts", 0), ping.get("RetryPolicy"));
    assertEquals(true, ping.get("OmitName"), "two stacks in one account would collide");
  }

  @ParameterizedTest
  @MethodSource("receivers")
  void receiver_takesItsPingForOne(String function) throws IOException {
    String input = String.valueOf(onlyEvent(function, "ScheduleV2").get("Input"));
    ReceiveFunction receiver = (ReceiveFunction) start(function);
    ByteArrayOutputStream answer = new ByteArrayOutputStream();

    receiver.handleRequest(
        new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)), answer, contextOfNoUse());

    assertEquals(204, new ObjectMapper().readTree(answer.toByteArray()).get("statusCode").asInt());
  }

  // A value that the template held was written again by whatever changed the secret's resource,
  // over
  // the one that had been rotated in since.
  @Test
  void secret_ofEachProvider_isMadeEmpty_andStaysWhenTheStackGoes() {
    List<String> secrets = TEMPLATE.resources("AWS::SecretsManager::Secret");

    assertEquals(
        Checkout.providers().stream().map(name -> name + "WebhookSecret").toList(), secrets);
    secrets.forEach(
        secret -> {
          assertEquals(Set.of("Description"), TEMPLATE.properties(secret).keySet(), secret);
          assertEquals(
              "RetainExceptOnCreate", TEMPLATE.at("Resources", secret, "DeletionPolicy"), secret);
          assertEquals("Retain", TEMPLATE.at("Resources", secret, "UpdateReplacePolicy"), secret);
        });
  }

  // --- Worker

  @Test
  void worker_readsTheWorkQueue_andReportsWhichMessagesFailed() {
    Map<Object, Object> mapping = onlyEvent(WORKER, "SQS");

    assertEquals(getAtt("WorkQueue.Arn"), mapping.get("Queue"));
    assertEquals(List.of("ReportBatchItemFailures"), mapping.get("FunctionResponseTypes"));
  }

  @Test
  void worker_runsFiveTimesAtOnce_unlessTheParameterSaysOtherwise() {
    assertEquals("5", maximumConcurrency(FIRST));
    assertEquals("42", maximumConcurrency(new Deployment(Map.of("WorkerMaxConcurrency", "42"))));
  }

  @Test
  void worker_thatSendsToTheQueueWhichCallsIt_isNotStoppedAsALoop() {
    assertEquals("Allow", FIRST.property(WORKER, "RecursiveLoop"));
  }

  @Test
  void workerAndRelay_haveNoAlias_soThatAChangedParameterWorksAtOnce() {
    for (String function : List.of(WORKER, RELAY)) {
      assertNull(FIRST.ofFunction(function, "AutoPublishAlias"), function);
      assertNull(FIRST.ofFunction(function, "SnapStart"), function);
    }
  }

  // --- Relay

  @Test
  void relay_runsEveryMinute_withoutRetries() {
    Map<Object, Object> tick = onlyEvent(RELAY, "ScheduleV2");

    assertEquals("rate(1 minute)", tick.get("ScheduleExpression"));
    assertEquals(Map.of("MaximumRetryAttempts", 0), tick.get("RetryPolicy"));
  }

  @Test
  void relay_isDoneBeforeItsNextTick() {
    assertTrue(number(FIRST.property(RELAY, "Timeout")) < 60);
  }

  // --- Queues

  @Test
  void workQueue_hidesAMessageSixTimesAsLongAsTheWorkerMayTake() {
    int hidden = number(FIRST.property("WorkQueue", "VisibilityTimeout"));
    int works = number(FIRST.property(WORKER, "Timeout"));

    assertTrue(hidden >= 6 * works, () -> hidden + " >= 6 * " + works);
  }

  @Test
  void workQueue_givesUpIntoTheDeadLetterQueueAfter20Receives() {
    assertEquals(
        Map.of("deadLetterTargetArn", getAtt("DeadLetterQueue.Arn"), "maxReceiveCount", 20),
        FIRST.property("WorkQueue", "RedrivePolicy"));
  }

  @Test
  void deadLetterQueue_keepsMessagesLongerThanTheWorkQueue() {
    int first = number(FIRST.property("WorkQueue", "MessageRetentionPeriod"));
    int last = number(FIRST.property("DeadLetterQueue", "MessageRetentionPeriod"));

    assertTrue(last > first, () -> last + " > " + first);
  }

  @ParameterizedTest
  @MethodSource("queues")
  void queue_isEncrypted(String queue) {
    assertEquals(true, FIRST.property(queue, "SqsManagedSseEnabled"));
  }

  @ParameterizedTest
  @MethodSource("queues")
  void queue_refusesWhatComesWithoutTls(String queue) {
    List<String> policies =
        FIRST.resources("AWS::SQS::QueuePolicy").stream()
            .filter(
                policy ->
                    Deployment.elements(FIRST.property(policy, "Queues")).contains(ref(queue)))
            .toList();

    assertEquals(List.of(queue + "Policy"), policies);
    assertEquals(
        List.of(
            Map.of(
                "Sid",
                "OnlyTls",
                "Effect",
                "Deny",
                "Principal",
                "*",
                "Action",
                "sqs:*",
                "Resource",
                getAtt(queue + ".Arn"),
                "Condition",
                Map.of("Bool", Map.of("aws:SecureTransport", "false")))),
        FIRST.property(queue + "Policy", "PolicyDocument", "Statement"));
  }

  @Test
  void janitor_isStartedOnceAStep() {
    assertEquals(
        "rate(" + Janitor.STEP.toMinutes() + " minutes)",
        onlyEvent(JANITOR, "ScheduleV2").get("ScheduleExpression"));
    assertTrue(
        number(FIRST.ofFunction(JANITOR, "Timeout")) < Janitor.STEP.toSeconds(),
        "done before the next");
  }

  // --- Logs

  @ParameterizedTest
  @MethodSource("logGroups")
  void logGroup_isKeptAsLongAsTheParameterSays(String logGroup) {
    Deployment week = new Deployment(Map.of("LogRetentionDays", "7"));

    assertEquals("30", FIRST.property(logGroup, "RetentionInDays"));
    assertEquals("7", week.property(logGroup, "RetentionInDays"));
  }

  // --- The door

  @Test
  void api_isTheOnlyWayIn() {
    assertEquals(List.of("WebhookApi"), FIRST.resources("AWS::Serverless::HttpApi"));
    FIRST.eachValue(
        (path, _) -> {
          assertFalse(path.contains("FunctionUrlConfig"), path);
          assertFalse(path.contains("CorsConfiguration"), path);
        });
  }

  @Test
  void api_throttles_asTheParametersSay() {
    Deployment slow = new Deployment(Map.of("ApiRateLimit", "3"));

    assertEquals(
        Map.of("ThrottlingRateLimit", "500", "ThrottlingBurstLimit", 1000),
        FIRST.property("WebhookApi", "DefaultRouteSettings"));
    assertEquals(
        Map.of("ThrottlingRateLimit", "3", "ThrottlingBurstLimit", 1000),
        slow.property("WebhookApi", "DefaultRouteSettings"));
    assertNull(FIRST.property("WebhookApi", "RouteSettings"), "a route could undo it");
  }

  @Test
  void accessLog_isOneLineOfJson_thatNamesNeitherBodyNorHeader() throws IOException {
    String format =
        String.valueOf(FIRST.property("WebhookApi", "AccessLogSettings", "Format")).strip();
    JsonNode line = new ObjectMapper().readTree(format);

    assertEquals(
        getAtt("AccessLog.Arn"),
        FIRST.property("WebhookApi", "AccessLogSettings", "DestinationArn"));
    assertFalse(format.contains("\n"));
    for (String member : List.of("requestId", "time", "route", "status", "sourceIp", "error")) {
      assertNotNull(line.get(member), member);
    }
    line.forEach(
        value -> {
          assertTrue(value.asText().matches("\\$context\\.[A-Za-z.]+"), value::asText);
          assertFalse(
              value.asText().toLowerCase(Locale.ROOT).matches(".*(body|header|authorizer).*"),
              value::asText);
        });
  }

  private static Map<Object, Object> onlyEvent(String function, String type) {
    List<Object> events =
        Deployment.members(FIRST.property(function, "Events")).values().stream()
            .filter(event -> type.equals(Template.below(event, "Type")))
            .toList();
    assertEquals(1, events.size(), () -> function + "'s events of type " + type);
    return Deployment.members(Template.below(events.getFirst(), "Properties"));
  }

  private static @Nullable Object maximumConcurrency(Deployment deployment) {
    return deployment.property(
        WORKER, "Events", "Work", "Properties", "ScalingConfig", "MaximumConcurrency");
  }

  private static String handler(String function) {
    return String.valueOf(FIRST.ofFunction(function, "Handler"));
  }

  private static Class<?> type(String function) {
    String name = handler(function).split("::", -1)[0];
    return assertDoesNotThrow(() -> Class.forName(name));
  }

  /** Makes a function as Lambda does after the first deploy. */
  private static Object start(String function) {
    Wiring wiring =
        new Wiring(
            environment(function),
            InstantSource.system(),
            new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8));
    return assertDoesNotThrow(
        () -> type(function).getConstructor(Wiring.class).newInstance(wiring));
  }

  private static Map<String, String> environment(String function) {
    Map<String, String> variables =
        new HashMap<>(
            TEMPLATE.environment(
                function,
                Map.of(
                    "InboxTable",
                    "inbox",
                    "OverflowBucket",
                    "bucket",
                    "WorkQueue",
                    "https://sqs.invalid/1/work")));
    variables.put("AWS_REGION", "eu-central-1");
    return variables;
  }

  private static Context contextOfNoUse() {
    return (Context)
        Proxy.newProxyInstance(
            Context.class.getClassLoader(),
            new Class<?>[] {Context.class},
            (_, method, _) -> {
              throw new AssertionError("a ping asked for " + method.getName());
            });
  }

  private static String baseName(String function) {
    return function.substring(0, function.length() - "Function".length());
  }

  private static int number(@Nullable Object value) {
    return Integer.parseInt(String.valueOf(Objects.requireNonNull(value)));
  }

  private static Map<String, String> ref(String name) {
    return Map.of("Ref", name);
  }

  private static Map<String, String> getAtt(String attribute) {
    return Map.of("Fn::GetAtt", attribute);
  }
}
