package dev.hookset.local.packaged;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hookset.Body;
import dev.hookset.Event;
import dev.hookset.EventKey;
import dev.hookset.inbox.InboxRecord;
import dev.hookset.inbox.NewRecord;
import dev.hookset.inbox.Status;
import dev.hookset.providers.Providers;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;

/**
 * Every function as it is deployed: from its start to its answer, its log, and what it leaves in
 * the table and on the queue.
 */
@EnabledOnOs(value = OS.LINUX, disabledReason = "the runtime interface client is made for Linux")
final class PackagedFunctionsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern HANDLER = Pattern.compile("(?m)^ +Handler: (\\S+)$");
  private static final Pattern SIGNATURE =
      Pattern.compile("META-INF/[^/]+\\.(SF|RSA|DSA|EC)", Pattern.CASE_INSENSITIVE);

  /** Longer ago than any tolerance, and than any event may be. */
  private static final Duration AGES = Duration.ofDays(60);

  private static final List<PackagedFunction> STARTED = new CopyOnWriteArrayList<>();

  /** What must not stand in any log: secrets, signatures, and a piece of every body. */
  private static final Set<String> UNSPEAKABLE = ConcurrentHashMap.newKeySet();

  @TempDir private static Path root;

  private static Storage storage;

  @BeforeAll
  static void start() throws IOException {
    FunctionsPackage.built().unpack(root);
    storage = Storage.start();
  }

  /** Looks at what all functions have printed, as only now all of it is there. */
  @AfterAll
  static void stop() {
    try (Storage _ = storage) {
      STARTED.forEach(PackagedFunction::close);
    }
    assertAll(STARTED.stream().map(function -> () -> assertSpeaksWell(function)));
  }

  private static void assertSpeaksWell(PackagedFunction function) throws JsonProcessingException {
    assertEquals(
        List.of(),
        // The JVM's own line, of flags that come from a variable.
        function.errors().stream()
            .filter(line -> !line.startsWith("Picked up JAVA_TOOL_OPTIONS: "))
            .toList(),
        function + ": standard error");
    for (String line : function.log()) {
      JsonNode json = JSON.readTree(line);
      assertTrue(json.path("level").isTextual(), line);
      assertTrue(json.path("message").isTextual(), line);
      for (String word : UNSPEAKABLE) {
        assertFalse(line.contains(word), () -> word + " stands in the log: " + line);
      }
    }
  }

  private static PackagedFunction start(
      PackagedFunction.Kind kind, Map<String, String> storedWhere, Map<String, String> variables)
      throws IOException {
    Map<String, String> all = new HashMap<>(storedWhere);
    all.putAll(variables);
    PackagedFunction function = PackagedFunction.start(kind, root, all);
    STARTED.add(function);
    UNSPEAKABLE.add(function.secretAccessKey());
    return function;
  }

  private static PackagedFunction startReceiver(
      Sender sender, Map<String, String> storedWhere, Map<String, String> variables)
      throws IOException {
    return startReceiver(PackagedFunction.Kind.RECEIVER, sender, storedWhere, variables);
  }

  private static PackagedFunction startReceiver(
      PackagedFunction.Kind kind,
      Sender sender,
      Map<String, String> storedWhere,
      Map<String, String> variables)
      throws IOException {
    Map<String, String> all = new HashMap<>(variables);
    all.put("PROVIDER", sender.provider().name());
    UNSPEAKABLE.add(sender.secret());
    return start(kind, storedWhere, all);
  }

  private static PackagedFunction awaitReady(PackagedFunction function)
      throws InterruptedException, TimeoutException {
    assertEquals(new RuntimeApi.Start.Ready(), function.awaitStart(), function::toString);
    return function;
  }

  private static SignedDelivery send(Sender sender, Instant when) {
    SignedDelivery delivery = sender.send(when);
    UNSPEAKABLE.add(delivery.canary());
    UNSPEAKABLE.add(delivery.signature());
    return delivery;
  }

  private static Sender sender(String provider) {
    return new Sender(Providers.named(provider).orElseThrow());
  }

  /** Asserts an answer; {@code body} is JSON, or empty where the answer is to carry nothing. */
  private static void assertReply(int status, String body, JsonNode answer)
      throws JsonProcessingException {
    assertEquals(status, answer.path("statusCode").intValue(), answer::toString);
    assertEquals(JSON.readTree(body), JSON.readTree(answer.path("body").asText("")));
    assertFalse(answer.path("isBase64Encoded").booleanValue());
    if (!body.isEmpty()) {
      assertEquals("application/json", answer.path("headers").path("content-type").textValue());
    }
  }

  private static void assertRefused(int status, String reason, JsonNode answer)
      throws JsonProcessingException {
    assertReply(status, "{\"error\":\"" + reason + "\"}", answer);
  }

  private static InboxRecord record(String table, EventKey key) {
    return storage.inbox(table).find(key).orElseThrow();
  }

  private static Message takePointer(String queueUrl, EventKey key) throws TimeoutException {
    JsonNode pointer =
        JSON.createObjectNode().put("provider", key.provider()).put("eventId", key.eventId());
    return storage.take(queueUrl, message -> pointer.equals(PackagedFunction.json(message.body())));
  }

  @Nested
  final class Contents {
    @Test
    void files_all_areFreeOfSignatures() throws IOException {
      List<String> signatures = new ArrayList<>();
      for (Path jar : FunctionsPackage.built().jars()) {
        try (JarFile file = new JarFile(jar.toFile())) {
          file.stream()
              .map(JarEntry::getName)
              .filter(SIGNATURE.asMatchPredicate())
              .forEach(name -> signatures.add(jar.getFileName() + ": " + name));
        }
      }
      try (Stream<Path> files = Files.walk(root)) {
        files
            .map(file -> root.relativize(file).toString())
            .filter(SIGNATURE.asMatchPredicate())
            .forEach(signatures::add);
      }

      assertEquals(List.of(), signatures, "the JVM verifies these, at the price of a cold start");
    }

    @Test
    void bouncyCastle_classesThatAreUsed_areThereWithoutTheirJar() throws IOException {
      List<Path> jars = FunctionsPackage.built().jars();
      Path ed25519 = root.resolve("org/bouncycastle/math/ec/rfc8032/Ed25519.class");

      assertAll(
          () -> assertTrue(Files.exists(ed25519), ed25519::toString),
          () ->
              assertEquals(
                  List.of(),
                  jars.stream()
                      .map(jar -> jar.getFileName().toString())
                      .filter(name -> name.startsWith("bc"))
                      .toList()));
    }

    @Test
    void handlers_template_areThoseThatRunHere() throws IOException {
      String template = Files.readString(FunctionsPackage.built().template());

      List<String> deployed =
          HANDLER
              .matcher(template)
              .results()
              .map(handler -> handler.group(1))
              .distinct()
              .sorted()
              .toList();

      assertEquals(
          deployed,
          Arrays.stream(PackagedFunction.Kind.values())
              .map(PackagedFunction.Kind::handler)
              .distinct()
              .sorted()
              .toList());
    }
  }

  /**
   * One provider, its function, and where that leaves its pointers.
   *
   * @param sender signs with the key that the function knows
   */
  record Receiving(Sender sender, PackagedFunction function, String queueUrl) {
    SignedDelivery fresh() {
      return send(sender, Instant.now());
    }

    void assertAccepted(SignedDelivery delivery, JsonNode answer) throws Exception {
      assertSuccess("accepted", delivery, answer);
      InboxRecord record = record(Receivers.TABLE, delivery.key());
      assertEquals(Status.RECEIVED, record.status());
      assertEquals(delivery.body(), record.body());
      assertNotEquals(Event.UNKNOWN_TYPE, record.type());
      takePointer(queueUrl, delivery.key());
    }

    void assertSuccess(String word, SignedDelivery delivery, JsonNode answer) throws Exception {
      ObjectNode body =
          JSON.createObjectNode().put("status", word).put("id", delivery.key().eventId());
      int status = sender.provider().successStatus();
      assertReply(status, status == 204 ? "" : body.toString(), answer);
      JsonNode line =
          function.awaitLog(
              json ->
                  json.path("outcome").asText().equals(word)
                      && json.path("eventId").asText().equals(delivery.key().eventId()));
      assertTrue(line.path("traceId").asText().startsWith("Root=1-"), line::toString);
    }

    @Override
    public String toString() {
      return sender.toString();
    }
  }

  @Nested
  final class Receivers {
    static final String TABLE = "receivers";

    private static List<Receiving> all;

    @BeforeAll
    static void startAll() throws Exception {
      storage.createTable(TABLE);
      int atOnce = Math.max(2, Runtime.getRuntime().availableProcessors());
      try (ExecutorService threads = Executors.newFixedThreadPool(atOnce)) {
        List<Future<Receiving>> starts =
            Providers.deployed().stream()
                .map(provider -> threads.submit(() -> startOne(new Sender(provider))))
                .toList();
        List<Receiving> started = new ArrayList<>();
        for (Future<Receiving> start : starts) {
          started.add(start.get());
        }
        all = started;
      }
    }

    private static Receiving startOne(Sender sender) throws Exception {
      String queueUrl = storage.createQueue("pointers-" + sender);
      // Getting ready for a snapshot takes many seconds, so one does it for all.
      PackagedFunction.Kind kind =
          sender.provider().name().equals("lamina")
              ? PackagedFunction.Kind.RESTORED_RECEIVER
              : PackagedFunction.Kind.RECEIVER;
      PackagedFunction function =
          startReceiver(kind, sender, storage.variables(TABLE, queueUrl), sender.variables());
      return new Receiving(sender, awaitReady(function), queueUrl);
    }

    static List<Receiving> all() {
      return all;
    }

    @ParameterizedTest
    @MethodSource("all")
    void receive_freshDelivery_isRecordedAndPushed(Receiving receiving) throws Exception {
      SignedDelivery delivery = receiving.fresh();

      JsonNode answer = receiving.function().answer(delivery.httpApiEvent());

      receiving.assertAccepted(delivery, answer);
    }

    @ParameterizedTest
    @MethodSource("all")
    void receive_sameDeliveryAgain_isADuplicate(Receiving receiving) throws Exception {
      SignedDelivery delivery = receiving.fresh();
      receiving.function().answer(delivery.httpApiEvent());

      JsonNode answer = receiving.function().answer(delivery.httpApiEvent());

      receiving.assertSuccess("duplicate", delivery, answer);
    }

    @ParameterizedTest
    @MethodSource("all")
    void receive_bodyInBase64_isAccepted(Receiving receiving) throws Exception {
      SignedDelivery delivery = receiving.fresh();

      JsonNode answer = receiving.function().answer(delivery.base64HttpApiEvent());

      receiving.assertAccepted(delivery, answer);
    }

    @ParameterizedTest
    @MethodSource("all")
    void receive_eventOfARestApi_isAccepted(Receiving receiving) throws Exception {
      SignedDelivery delivery = receiving.fresh();

      JsonNode answer = receiving.function().answer(delivery.restApiEvent());

      receiving.assertAccepted(delivery, answer);
    }

    @ParameterizedTest
    @MethodSource("all")
    void receive_forgedDelivery_isRefused(Receiving receiving) throws Exception {
      SignedDelivery forged = receiving.fresh().forged();

      JsonNode answer = receiving.function().answer(forged.httpApiEvent());

      assertRefused(receiving.sender().provider().refusalStatus(), "invalid_signature", answer);
      assertTrue(storage.inbox(TABLE).find(forged.key()).isEmpty());
      receiving
          .function()
          .awaitLog(line -> line.path("reason").asText().equals("invalid_signature"));
    }

    @ParameterizedTest
    @MethodSource("all")
    void receive_staleDelivery_isRefused(Receiving receiving) throws Exception {
      SignedDelivery stale = send(receiving.sender(), Instant.now().minus(AGES));

      JsonNode answer = receiving.function().answer(stale.httpApiEvent());

      assertRefused(
          receiving.sender().provider().refusalStatus(), "timestamp_out_of_tolerance", answer);
      assertTrue(storage.inbox(TABLE).find(stale.key()).isEmpty());
    }

    @ParameterizedTest
    @MethodSource("all")
    void receive_whatIsNoRequest_isMalformed(Receiving receiving) throws Exception {
      SignedDelivery delivery = receiving.fresh();

      for (JsonNode event :
          List.of(
              JSON.createArrayNode(),
              delivery.httpApiEvent().put("body", 5),
              delivery.httpApiEvent().put("isBase64Encoded", true))) {
        assertRefused(400, "malformed_request", receiving.function().answer(event));
      }
    }

    @ParameterizedTest
    @MethodSource("all")
    void receive_ping_isAnsweredWithNothing(Receiving receiving) throws Exception {
      JsonNode answer = receiving.function().answer(JSON.createObjectNode().put("hookset", "ping"));

      assertReply(204, "", answer);
    }

    @Test
    void start_withoutASecret_succeedsAndEveryDeliveryIsAnsweredWith500() throws Exception {
      Sender sender = sender("lucid");
      PackagedFunction function =
          startReceiver(sender, storage.variables(TABLE, "http://127.0.0.1/unused"), Map.of());
      awaitReady(function);

      JsonNode answer = function.answer(send(sender, Instant.now()).httpApiEvent());

      assertRefused(500, "not_configured", answer);
      JsonNode line = function.awaitLog(json -> json.path("status").intValue() == 500);
      assertEquals("ERROR", line.path("level").textValue());
      assertTrue(line.path("detail").asText().contains("LUCID_WEBHOOK_SECRET"), line::toString);
    }

    @Test
    void start_withAVariableThatIsWrong_failsAndNamesIt() throws Exception {
      Sender sender = sender("lemma");
      Map<String, String> variables = new HashMap<>(sender.variables());
      variables.put("WEBHOOK_RETENTION_DAYS", "abc");
      PackagedFunction function =
          startReceiver(sender, storage.variables(TABLE, "http://127.0.0.1/unused"), variables);

      RuntimeApi.Start start = function.awaitStart();

      String report = assertInstanceOf(RuntimeApi.Start.Failed.class, start).report();
      String message = JSON.readTree(report).path("errorMessage").asText();
      assertTrue(message.contains("WEBHOOK_RETENTION_DAYS is 'abc'"), report);
      assertNotEquals(0, function.awaitExit());
    }

    @Test
    void receive_withoutStorage_isAnsweredWith503() throws Exception {
      try (Socket silent = new Socket()) {
        Sender sender = sender("lymnus");
        PackagedFunction function =
            startReceiver(sender, nowhere(silent, TABLE), sender.variables());
        awaitReady(function);

        JsonNode answer = function.answer(send(sender, Instant.now()).httpApiEvent());

        assertRefused(503, "unavailable", answer);
        assertEquals("30", answer.path("headers").path("retry-after").textValue());
        JsonNode line = function.awaitLog(json -> json.path("status").intValue() == 503);
        assertEquals("ERROR", line.path("level").textValue());
      }
    }
  }

  /**
   * Returns the variables that lead to a port which {@code socket} keeps, and where nobody listens.
   */
  private static Map<String, String> nowhere(Socket socket, String table) throws IOException {
    socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    String endpoint = "http://127.0.0.1:" + socket.getLocalPort();
    return Map.of(
        "INBOX_TABLE",
        table,
        "WORK_QUEUE_URL",
        endpoint + "/queue",
        "OVERFLOW_BUCKET",
        "bucket",
        "AWS_ENDPOINT_URL_S3",
        endpoint,
        "AWS_ENDPOINT_URL_DYNAMODB",
        endpoint,
        "AWS_ENDPOINT_URL_SQS",
        endpoint);
  }

  @Nested
  final class Worker {
    private static final String TABLE = "worker";

    private static String queueUrl;
    private static Sender sender;
    private static PackagedFunction receiver;
    private static PackagedFunction worker;

    /** Stands in for X-Ray's daemon. */
    private static DatagramSocket daemon;

    @BeforeAll
    static void start() throws Exception {
      storage.createTable(TABLE);
      queueUrl = storage.createQueue("work");
      daemon = new DatagramSocket(0, InetAddress.getLoopbackAddress());
      daemon.setSoTimeout(120_000);
      sender = sender("lemma");
      Map<String, String> stored = storage.variables(TABLE, queueUrl);
      receiver = startReceiver(sender, stored, sender.variables());
      worker =
          PackagedFunctionsTest.start(
              PackagedFunction.Kind.WORKER,
              stored,
              Map.of("AWS_XRAY_DAEMON_ADDRESS", "127.0.0.1:" + daemon.getLocalPort()));
      awaitReady(receiver);
      awaitReady(worker);
    }

    @AfterAll
    static void stopListening() {
      daemon.close();
    }

    @Test
    void work_pointerFromTheQueue_isDone() throws Exception {
      SignedDelivery delivery = send(sender, Instant.now());
      receiver.answer(delivery.httpApiEvent());
      Message message = takePointer(queueUrl, delivery.key());

      JsonNode answer = worker.answer(Storage.batch(List.of(message)));

      assertEquals(JSON.readTree("{\"batchItemFailures\":[]}"), answer);
      InboxRecord record = record(TABLE, delivery.key());
      assertEquals(Status.DONE, record.status());
      assertEquals(1, record.attempts());
      worker.awaitLog(
          line ->
              line.path("message").asText().equals("event done")
                  && line.path("eventId").asText().equals(delivery.key().eventId()));
    }

    @Test
    void trace_ofADelivery_goesOnToItsHandlersAcrossTheQueue() throws Exception {
      SignedDelivery delivery = send(sender, Instant.now());
      receiver.answer(delivery.httpApiEvent());
      Message message = takePointer(queueUrl, delivery.key());
      String trace = String.valueOf(record(TABLE, delivery.key()).traceId());

      worker.answer(Storage.batch(List.of(message)));

      JsonNode subsegment = subsegment(delivery.key());
      assertEquals(trace, message.attributes().get(MessageSystemAttributeName.AWS_TRACE_HEADER));
      assertEquals(
          trace,
          "Root="
              + subsegment.path("trace_id").asText()
              + ";Parent="
              + subsegment.path("parent_id").asText()
              + ";Sampled=1");
      assertTrue(
          subsegment.path("start_time").asDouble() <= subsegment.path("end_time").asDouble(),
          subsegment::toString);
      worker.awaitLog(
          line ->
              line.path("traceId").asText().equals(trace)
                  && line.path("handlers").asText().equals(subsegment.path("name").asText()));
    }

    private static JsonNode subsegment(EventKey key) throws IOException {
      while (true) {
        DatagramPacket packet = new DatagramPacket(new byte[65_536], 65_536);
        daemon.receive(packet);
        String text = new String(packet.getData(), 0, packet.getLength(), StandardCharsets.UTF_8);
        JsonNode json = JSON.readTree(text.substring(text.indexOf('\n') + 1));
        if (json.path("annotations").path("eventId").asText().equals(key.eventId())) {
          return json;
        }
      }
    }

    @Test
    void work_bodyThatIsKeptApart_goesTheWholeWay() throws Exception {
      byte[] random = new byte[1_000_000];
      new Random(42).nextBytes(random);
      SignedDelivery delivery =
          sender.send(Instant.now(), Base64.getUrlEncoder().encodeToString(random));
      assertEquals(200, receiver.answer(delivery.httpApiEvent()).path("statusCode").intValue());
      Message message = takePointer(queueUrl, delivery.key());

      JsonNode answer = worker.answer(Storage.batch(List.of(message)));

      assertEquals(JSON.readTree("{\"batchItemFailures\":[]}"), answer);
      InboxRecord record = record(TABLE, delivery.key());
      assertEquals(Status.DONE, record.status());
      assertNotNull(record.overflow());
      assertEquals(delivery.body(), storage.inbox(TABLE).body(record));
    }

    @Test
    void work_whatCannotBeReadOrFound_isReportedAndTheRestIsDone() throws Exception {
      SignedDelivery delivery = send(sender, Instant.now());
      receiver.answer(delivery.httpApiEvent());
      Message message = takePointer(queueUrl, delivery.key());
      Message unreadable = message.toBuilder().messageId("unreadable").body("not JSON").build();
      Message unknown =
          message.toBuilder()
              .messageId("unknown")
              .body("{\"provider\":\"lemma\",\"eventId\":\"nobody's\"}")
              .build();

      JsonNode answer = worker.answer(Storage.batch(List.of(unreadable, message, unknown)));

      assertEquals(
          Set.of("unreadable", "unknown"),
          Set.copyOf(answer.path("batchItemFailures").findValuesAsText("itemIdentifier")),
          answer::toString);
      assertEquals(Status.DONE, record(TABLE, delivery.key()).status());
    }
  }

  @Nested
  final class Relay {
    private static final ObjectNode TICK = JSON.createObjectNode().put("hookset", "relay");

    @Test
    void sweep_recordThatIsDue_isPushed() throws Exception {
      String table = storage.createTable("relay");
      String queueUrl = storage.createQueue("relayed");
      EventKey key = new EventKey("lymnus", "left-behind");
      storage
          .inbox(table)
          .record(
              new NewRecord(
                  new Event(key, "report.generated", null, null, Body.ofUtf8("{}")),
                  Instant.now().minus(Duration.ofHours(1)),
                  Status.RECEIVED,
                  Map.of(),
                  null));
      PackagedFunction relay =
          PackagedFunctionsTest.start(
              PackagedFunction.Kind.RELAY, storage.variables(table, queueUrl), Map.of());
      awaitReady(relay);

      RuntimeApi.Outcome outcome = relay.invoke(TICK);

      assertInstanceOf(RuntimeApi.Outcome.Answered.class, outcome);
      takePointer(queueUrl, key);
      assertEquals(1, record(table, key).pushes());
      relay.awaitLog(line -> line.path("RelayRescues").intValue() == 1);
    }

    @Test
    void sweep_withoutStorage_fails() throws Exception {
      try (Socket silent = new Socket()) {
        PackagedFunction relay =
            PackagedFunctionsTest.start(
                PackagedFunction.Kind.RELAY, nowhere(silent, "relay"), Map.of());
        awaitReady(relay);

        RuntimeApi.Outcome outcome = relay.invoke(TICK);

        String report = assertInstanceOf(RuntimeApi.Outcome.Failed.class, outcome).report();
        assertTrue(report.contains("a part of the sweep failed"), report);
      }
    }
  }
}
