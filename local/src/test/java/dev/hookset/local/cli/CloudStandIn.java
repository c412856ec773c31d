package dev.hookset.local.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.hookset.local.stack.LocalStack;
import dev.hookset.receive.Provider;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.thirdparty.jackson.core.JsonFactory;
import software.amazon.awssdk.thirdparty.jackson.core.JsonGenerator;
import software.amazon.awssdk.thirdparty.jackson.core.JsonParser;
import software.amazon.awssdk.thirdparty.jackson.dataformat.cbor.CBORFactory;

/**
 * An AWS account with one stack in it, at one address: CloudFormation, Lambda, CloudWatch, its
 * logs, SNS and Secrets Manager answer as AWS documents it, with what a test tells them; DynamoDB,
 * SQS and S3 are those of a local stack. Safe to share between threads.
 */
final class CloudStandIn implements AutoCloseable {
  static final String STACK = "shop";
  static final String TOPIC = "arn:aws:sns:eu-central-1:123456789012:shop-alarms";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Set<String> NOT_PASSED_ON =
      Set.of("host", "connection", "content-length", "expect", "upgrade", "date");

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final LocalStack stack;
  private final List<Request> requests = new ArrayList<>();

  /** What the functions are configured with, by name and qualifier; a test may change it. */
  final Map<String, Map<String, Object>> functions = new HashMap<>();

  /** The alarms by name; a test may change them. */
  final Map<String, Map<String, Object>> alarms = new LinkedHashMap<>();

  /** How many subscriptions the alarms' topics have, by ARN; a test may change them. */
  final Map<String, Map<String, Integer>> topics = new HashMap<>();

  /** The event source mappings of the worker; a test may change them. */
  final List<Map<String, Object>> mappings = new ArrayList<>();

  /** The log events by group; a test may add to them. */
  final Map<String, List<Map<String, Object>>> logs = new HashMap<>();

  /** The answers to queries over the logs, in their order; each a list of rows. */
  final List<List<Map<String, String>>> results = new ArrayList<>();

  /** The secrets' versions by ARN and stage. */
  final Map<String, String> secrets = new HashMap<>();

  /** The providers that the stack does not have, a test may name some. */
  final Set<String> missing = new HashSet<>();

  /** Whether the caller may invoke functions. */
  boolean mayInvoke = true;

  /** The errors that the next calls of DynamoDB are answered with; a test may add some. */
  final Queue<String> refusals = new ConcurrentLinkedQueue<>();

  /** Versions of objects that the bucket has kept, by name and version; a test may add some. */
  final Map<String, List<String>> oldVersions = new TreeMap<>();

  private int queries;

  /** What was asked: a service's operation and its input. */
  record Request(String operation, JsonNode input) {}

  CloudStandIn(LocalStack stack) throws IOException {
    this.stack = stack;
    this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
    for (Provider provider : stack.providers()) {
      Map<String, Object> settings = function(capitalized(provider) + "Function", 9);
      functions.put(STACK + "-" + capitalized(provider) + "Function:live", settings);
      functions.put(STACK + "-" + capitalized(provider) + "Function:", settings);
    }
    functions.put(STACK + "-WorkerFunction:", function("WorkerFunction", 60));
    alarms.put(
        STACK + "-DeadLetters", Map.of("ActionsEnabled", true, "AlarmActions", List.of(TOPIC)));
    topics.put(TOPIC, Map.of("SubscriptionsConfirmed", 1, "SubscriptionsPending", 0));
    mappings.add(
        Map.of(
            "UUID",
            "mapping-1",
            "State",
            "Enabled",
            "FunctionResponseTypes",
            List.of("ReportBatchItemFailures")));
  }

  /** Returns the environment in which the command line comes here. */
  Map<String, String> environment() {
    return Map.of(
        "AWS_ENDPOINT_URL",
        "http://127.0.0.1:" + server.getAddress().getPort(),
        "AWS_REGION",
        "eu-central-1",
        "AWS_ACCESS_KEY_ID",
        "test",
        "AWS_SECRET_ACCESS_KEY",
        "test");
  }

  /** Returns the names of all operations that were asked for. */
  Set<String> operations() {
    synchronized (requests) {
      return requests.stream()
          .map(Request::operation)
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  private static String operation(String target) {
    return target.substring(target.indexOf('.') + 1);
  }

  /** Returns the operation of S3's that a request is, as far as anything here calls one. */
  private static String s3Operation(HttpExchange exchange) {
    String query = Objects.requireNonNullElse(exchange.getRequestURI().getRawQuery(), "");
    return switch (exchange.getRequestMethod()) {
      case "GET" ->
          query.contains("versions")
              ? "ListObjectVersions"
              : query.contains("list-type") ? "ListObjectsV2" : "GetObject";
      case "HEAD" -> "HeadObject";
      case "PUT" -> "PutObject";
      case "DELETE" -> query.contains("versionId") ? "DeleteObjectVersion" : "DeleteObject";
      case String method -> method;
    };
  }

  /** S3Proxy knows no versions: what it has is the version "null" of each object. */
  private void versions(HttpExchange exchange) throws IOException {
    String prefix = form(exchange.getRequestURI().getRawQuery()).getOrDefault("prefix", "");
    StringBuilder versions = new StringBuilder();
    stack
        .s3()
        .listObjectsV2(list -> list.bucket(LocalStack.BUCKET).prefix(prefix))
        .contents()
        .forEach(object -> versions.append(version(object.key(), "null")));
    oldVersions.forEach(
        (name, ids) -> {
          if (name.startsWith(prefix)) {
            ids.forEach(id -> versions.append(version(name, id)));
          }
        });
    send(
        exchange,
        200,
        "application/xml",
        ("<ListVersionsResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><IsTruncated>false"
                + "</IsTruncated>"
                + versions
                + "</ListVersionsResult>")
            .getBytes(UTF_8));
  }

  private static String version(String name, String id) {
    return "<Version><Key>" + name + "</Key><VersionId>" + id + "</VersionId></Version>";
  }

  private void deleteVersion(HttpExchange exchange, String path) throws IOException {
    String id = form(exchange.getRequestURI().getRawQuery()).getOrDefault("versionId", "");
    String name = path.substring(path.indexOf('/', 1) + 1);
    if (id.equals("null")) {
      stack.s3().deleteObject(delete -> delete.bucket(LocalStack.BUCKET).key(name));
    } else {
      oldVersions.computeIfPresent(
          name, (_, ids) -> ids.stream().filter(each -> !each.equals(id)).toList());
    }
    exchange.sendResponseHeaders(204, -1);
  }

  private static void refuse(HttpExchange exchange, String code) throws IOException {
    send(
        exchange,
        400,
        "application/x-amz-json-1.0",
        ("{\"__type\":\"com.amazon.coral.service#" + code + "\",\"message\":\"refused\"}")
            .getBytes(UTF_8));
  }

  List<Request> requests(String operation) {
    synchronized (requests) {
      return requests.stream().filter(each -> each.operation().equals(operation)).toList();
    }
  }

  static Map<String, Object> function(String logicalName, int timeout) {
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("FunctionName", STACK + "-" + logicalName);
    settings.put("Timeout", timeout);
    settings.put("State", "Active");
    settings.put("LoggingConfig", Map.of("LogGroup", "/aws/lambda/" + STACK + "-" + logicalName));
    settings.put("SnapStart", Map.of("ApplyOn", "PublishedVersions", "OptimizationStatus", "On"));
    settings.put("Environment", Map.of("Variables", Map.of("INBOX_TABLE", LocalStack.TABLE)));
    return settings;
  }

  /** Gives a function other variables. */
  void configure(String function, Map<String, String> variables) {
    Map<String, Object> changed =
        new LinkedHashMap<>(Objects.requireNonNull(functions.get(function), function));
    changed.put("Environment", Map.of("Variables", variables));
    functions.put(function, changed);
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      String target = header(exchange, "X-Amz-Target");
      String path = exchange.getRequestURI().getPath();
      if (target.startsWith("DynamoDB_")) {
        note(operation(target), JSON.readTree(body));
        String refusal = refusals.poll();
        if (refusal != null) {
          refuse(exchange, refusal);
        } else {
          forward(exchange, stack.dynamoDbEndpoint(), body);
        }
      } else if (target.startsWith("AmazonSQS.")) {
        note(operation(target), JSON.readTree(body));
        forward(exchange, stack.sqsEndpoint(), body);
      } else if (!target.isEmpty()) {
        answerJson(exchange, operation(target), JSON.readTree(body));
      } else if (path.endsWith("/invocations")) {
        invoke(exchange, path.split("/", -1)[3], JSON.readTree(body));
      } else if (path.startsWith("/2015-03-31/")) {
        lambda(exchange, path);
      } else if (path.startsWith("/service/GraniteServiceVersion20100801/operation/")) {
        cloudWatch(exchange, path.substring(path.lastIndexOf('/') + 1), body);
      } else if (header(exchange, "Content-Type").startsWith("application/x-www-form-urlencoded")) {
        Map<String, String> form = form(new String(body, UTF_8));
        if (form.containsKey("TopicArn")) {
          sns(exchange, form);
        } else {
          cloudFormation(exchange, form);
        }
      } else {
        String operation = s3Operation(exchange);
        note(operation, JSON.createObjectNode().put("path", path));
        switch (operation) {
          case "ListObjectVersions" -> versions(exchange);
          case "DeleteObjectVersion" -> deleteVersion(exchange, path);
          default -> forward(exchange, stack.s3Endpoint(), body);
        }
      }
    }
  }

  private void sns(HttpExchange exchange, Map<String, String> form) throws IOException {
    note(form.getOrDefault("Action", ""), JSON.valueToTree(form));
    Map<String, Integer> topic = topics.get(form.get("TopicArn"));
    String answer =
        topic == null
            ? "<ErrorResponse"
                + " xmlns=\"http://sns.amazonaws.com/doc/2010-03-31/\"><Error><Type>Sender</Type><Code>NotFound</Code><Message>Topic"
                + " does not exist</Message></Error><RequestId>r</RequestId></ErrorResponse>"
            : "<GetTopicAttributesResponse xmlns=\"http://sns.amazonaws.com/doc/2010-03-31/\">"
                + "<GetTopicAttributesResult><Attributes>"
                + topic.entrySet().stream()
                    .map(
                        entry ->
                            "<entry><key>"
                                + entry.getKey()
                                + "</key><value>"
                                + entry.getValue()
                                + "</value></entry>")
                    .collect(Collectors.joining())
                + "</Attributes></GetTopicAttributesResult><ResponseMetadata><RequestId>r</RequestId>"
                + "</ResponseMetadata></GetTopicAttributesResponse>";
    send(exchange, topic == null ? 404 : 200, "text/xml", answer.getBytes(UTF_8));
  }

  private void cloudFormation(HttpExchange exchange, Map<String, String> form) throws IOException {
    String action = form.getOrDefault("Action", "");
    note(action, JSON.valueToTree(form));
    String namespace = "http://cloudformation.amazonaws.com/doc/2010-05-15/";
    if (!STACK.equals(form.get("StackName"))) {
      send(
          exchange,
          400,
          "text/xml",
          ("<ErrorResponse xmlns=\""
                  + namespace
                  + "\"><Error><Type>Sender</Type><Code>ValidationError</Code><Message>Stack with"
                  + " id "
                  + form.get("StackName")
                  + " does not exist</Message></Error><RequestId>r</RequestId></ErrorResponse>")
              .getBytes(UTF_8));
      return;
    }
    String members =
        switch (action) {
          case "DescribeStacks" ->
              "<Stacks><member><StackName>shop</StackName><StackStatus>UPDATE_COMPLETE</StackStatus>"
                  + "<CreationTime>2026-06-01T12:00:00Z</CreationTime><Outputs>"
                  + outputs().entrySet().stream()
                      .map(
                          output ->
                              "<member><OutputKey>"
                                  + output.getKey()
                                  + "</OutputKey><OutputValue>"
                                  + output.getValue()
                                  + "</OutputValue></member>")
                      .collect(Collectors.joining())
                  + "</Outputs></member></Stacks>";
          case "ListStackResources" ->
              "<StackResourceSummaries>"
                  + resource("AWS::DynamoDB::Table", LocalStack.TABLE)
                  + alarms.keySet().stream()
                      .map(name -> resource("AWS::CloudWatch::Alarm", name))
                      .collect(Collectors.joining())
                  + "</StackResourceSummaries>";
          default -> throw new AssertionError(action);
        };
    String xml =
        "<"
            + action
            + "Response xmlns=\""
            + namespace
            + "\"><"
            + action
            + "Result>"
            + members
            + "</"
            + action
            + "Result><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></"
            + action
            + "Response>";
    send(exchange, 200, "text/xml", xml.getBytes(UTF_8));
  }

  private Map<String, String> outputs() {
    Map<String, String> outputs = new LinkedHashMap<>();
    for (Provider provider : stack.providers()) {
      String name = capitalized(provider);
      if (missing.contains(provider.name())) {
        continue;
      }
      outputs.put(name + "WebhookUrl", stack.url(provider.name()).toString());
      outputs.put(name + "FunctionName", STACK + "-" + name + "Function");
    }
    outputs.put("WorkerFunctionName", STACK + "-WorkerFunction");
    outputs.put("InboxTableName", LocalStack.TABLE);
    outputs.put("OverflowBucketName", LocalStack.BUCKET);
    outputs.put("WorkQueueUrl", stack.queueUrl());
    outputs.put("DeadLetterQueueUrl", stack.deadLetterQueueUrl());
    return outputs;
  }

  private static String resource(String type, String physicalId) {
    return "<member><LogicalResourceId>L</LogicalResourceId><PhysicalResourceId>"
        + physicalId
        + "</PhysicalResourceId><ResourceType>"
        + type
        + "</ResourceType><LastUpdatedTimestamp>2026-06-01T12:00:00Z</LastUpdatedTimestamp>"
        + "<ResourceStatus>CREATE_COMPLETE</ResourceStatus></member>";
  }

  private void lambda(HttpExchange exchange, String path) throws IOException {
    Map<String, String> query =
        form(Objects.requireNonNullElse(exchange.getRequestURI().getRawQuery(), ""));
    if (path.startsWith("/2015-03-31/event-source-mappings")) {
      note("ListEventSourceMappings", JSON.valueToTree(query));
      send(
          exchange,
          200,
          "application/json",
          JSON.writeValueAsBytes(Map.of("EventSourceMappings", mappings)));
      return;
    }
    String name = path.split("/", -1)[3];
    note("GetFunctionConfiguration", JSON.valueToTree(query));
    Map<String, Object> settings = functions.get(name + ":" + query.getOrDefault("Qualifier", ""));
    if (settings == null) {
      exchange.getResponseHeaders().add("x-amzn-ErrorType", "ResourceNotFoundException");
      send(
          exchange,
          404,
          "application/json",
          "{\"Message\":\"Function not found\"}".getBytes(UTF_8));
    } else {
      send(exchange, 200, "application/json", JSON.writeValueAsBytes(settings));
    }
  }

  /** The function of the local stack answers, by its URL. */
  private void invoke(HttpExchange exchange, String function, JsonNode event) throws IOException {
    note("Invoke", event);
    if (!mayInvoke) {
      exchange.getResponseHeaders().add("x-amzn-ErrorType", "AccessDeniedException");
      send(exchange, 403, "application/json", "{\"Message\":\"not allowed\"}".getBytes(UTF_8));
      return;
    }
    String provider =
        function
            .substring(STACK.length() + 1, function.length() - "Function".length())
            .toLowerCase(Locale.ROOT);
    HttpRequest.Builder post =
        HttpRequest.newBuilder(stack.url(provider))
            .POST(HttpRequest.BodyPublishers.ofByteArray(event.path("body").binaryValue()));
    event.path("headers").properties().stream()
        .filter(header -> !header.getKey().equals("host")) // It is that of the address.
        .forEach(header -> post.setHeader(header.getKey(), header.getValue().asText()));
    try {
      HttpResponse<String> answer = client.send(post.build(), HttpResponse.BodyHandlers.ofString());
      send(
          exchange,
          200,
          "application/json",
          JSON.writeValueAsBytes(Map.of("statusCode", answer.statusCode(), "body", answer.body())));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private void cloudWatch(HttpExchange exchange, String operation, byte[] body) throws IOException {
    JsonNode input = JSON.readTree(copy(new CBORFactory(), new JsonFactory(), body));
    note(operation, input);
    List<Map<String, Object>> found = new ArrayList<>();
    for (JsonNode name : input.path("AlarmNames")) {
      Map<String, Object> alarm = new LinkedHashMap<>(alarms.getOrDefault(name.asText(), Map.of()));
      alarm.put("AlarmName", name.asText());
      found.add(alarm);
    }
    exchange.getResponseHeaders().add("smithy-protocol", "rpc-v2-cbor");
    byte[] answer = JSON.writeValueAsBytes(Map.of("MetricAlarms", found));
    send(exchange, 200, "application/cbor", copy(new JsonFactory(), new CBORFactory(), answer));
  }

  /** The SDK speaks CBOR to CloudWatch, and brings its own library for it. */
  private static byte[] copy(JsonFactory from, JsonFactory to, byte[] bytes) throws IOException {
    ByteArrayOutputStream copy = new ByteArrayOutputStream();
    try (JsonParser parser = from.createParser(bytes);
        JsonGenerator generator = to.createGenerator(copy)) {
      parser.nextToken();
      generator.copyCurrentStructure(parser);
    }
    return copy.toByteArray();
  }

  private void answerJson(HttpExchange exchange, String operation, JsonNode input)
      throws IOException {
    note(operation, input);
    Object answer =
        switch (operation) {
          case "FilterLogEvents" -> Map.of("events", logEvents(input));
          case "StartQuery" -> Map.of("queryId", "query");
          case "GetQueryResults" -> queryResults();
          case "PutSecretValue" -> putSecret(input);
          case "GetSecretValue" ->
              secrets.get(
                  input.path("SecretId").asText() + " " + input.path("VersionStage").asText());
          default -> throw new AssertionError(operation);
        };
    if (operation.equals("GetSecretValue")) {
      if (answer == null) {
        send(
            exchange,
            400,
            "application/x-amz-json-1.1",
            "{\"__type\":\"ResourceNotFoundException\",\"message\":\"none\"}".getBytes(UTF_8));
        return;
      }
      answer = Map.of("SecretString", answer, "CreatedDate", 1_780_000_000);
    }
    send(exchange, 200, "application/x-amz-json-1.1", JSON.writeValueAsBytes(answer));
  }

  /** What was current is then the previous version, as AWS moves its stages. */
  private Map<String, Object> putSecret(JsonNode input) {
    String arn = input.path("SecretId").asText();
    String before = secrets.put(arn + " AWSCURRENT", input.path("SecretString").asText());
    if (before != null) {
      secrets.put(arn + " AWSPREVIOUS", before);
    }
    return Map.of("ARN", arn);
  }

  private List<Map<String, Object>> logEvents(JsonNode input) {
    long from = input.path("startTime").asLong();
    return logs.getOrDefault(input.path("logGroupName").asText(), List.of()).stream()
        .filter(event -> JSON.valueToTree(event).path("timestamp").asLong() >= from)
        .toList();
  }

  /** The first look at a query finds it running, as it does in AWS. */
  private Map<String, Object> queryResults() {
    if (queries++ % 2 == 0) {
      return Map.of("status", "Running", "results", List.of());
    }
    List<Object> rows = new ArrayList<>();
    for (Map<String, String> row : results.removeFirst()) {
      rows.add(
          row.entrySet().stream()
              .map(field -> Map.of("field", field.getKey(), "value", field.getValue()))
              .toList());
    }
    return Map.of("status", "Complete", "results", rows);
  }

  private void note(String operation, JsonNode input) {
    synchronized (requests) {
      requests.add(new Request(operation, input));
    }
  }

  private void forward(HttpExchange exchange, URI upstream, byte[] body) throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(upstream.resolve(exchange.getRequestURI().toString()))
            .method(exchange.getRequestMethod(), HttpRequest.BodyPublishers.ofByteArray(body));
    exchange
        .getRequestHeaders()
        .forEach(
            (name, values) -> {
              if (!NOT_PASSED_ON.contains(name.toLowerCase(Locale.ROOT))) {
                values.forEach(value -> request.header(name, value));
              }
            });
    try {
      HttpResponse<byte[]> answer =
          client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
      answer
          .headers()
          .map()
          .forEach(
              (name, values) -> {
                if (!name.startsWith(":")
                    && !name.equalsIgnoreCase("content-length")
                    && !name.equalsIgnoreCase("transfer-encoding")) {
                  exchange.getResponseHeaders().put(name, values);
                }
              });
      exchange.sendResponseHeaders(
          answer.statusCode(), answer.body().length == 0 ? -1 : answer.body().length);
      exchange.getResponseBody().write(answer.body());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private static void send(HttpExchange exchange, int status, @Nullable String type, byte[] body)
      throws IOException {
    exchange.getResponseHeaders().add("Content-Type", type);
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
  }

  private static String header(HttpExchange exchange, String name) {
    return Objects.requireNonNullElse(exchange.getRequestHeaders().getFirst(name), "");
  }

  private static Map<String, String> form(String text) {
    return Arrays.stream(text.split("&", -1))
        .filter(pair -> pair.contains("="))
        .map(pair -> pair.split("=", 2))
        .collect(Collectors.toMap(pair -> pair[0], pair -> URLDecoder.decode(pair[1], UTF_8)));
  }

  private static String capitalized(Provider provider) {
    return provider.title().replaceAll("[^A-Za-z0-9]", "");
  }

  @Override
  public void close() {
    server.stop(0);
    threads.close();
    client.close();
  }
}
