package dev.hookset.local.packaged;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import com.sun.net.httpserver.HttpServer;
import dev.hookset.inbox.InboxRecord;
import dev.hookset.inbox.Status;
import dev.hookset.providers.Providers;
import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.StandardLocation;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.ssm.SsmClient;

/**
 * The libraries of the package: they are the command's and the tests', and a handler may bring
 * more.
 */
@EnabledOnOs(value = OS.LINUX, disabledReason = "the runtime interface client is made for Linux")
final class PackagedLibrariesTest {
  private static final Pattern OTHER_HTTP_CLIENT =
      Pattern.compile("(apache-client|url-connection-client|netty-nio-client|aws-crt-client)-.*");

  private static final String TABLE = "libraries";
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir
  @SuppressWarnings("NullAway.Init") // JUnit sets it.
  private static Path root;

  // The package used to be trimmed, and a handler that ran under `./hookset dev` failed in Lambda
  // only: with
  // jackson-datatype-jsr310 beside what was left of Jackson, and with an AWS client that found no
  // HTTP client.
  @Test
  void handler_withLibrariesOfItsOwn_runsInThePackagedWorker() throws Exception {
    List<Path> brought = List.of(jarOf(JavaTimeModule.class), jarOf(SsmClient.class));
    FunctionsPackage.built().unpack(root);
    for (Path jar : brought) {
      Files.copy(jar, root.resolve("lib").resolve(jar.getFileName()));
    }
    compile("/handler/Handlers.java", root);
    List<String> asked = new CopyOnWriteArrayList<>();
    HttpServer parameters =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    parameters.createContext(
        "/",
        exchange -> {
          asked.add(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
          byte[] answer = "{\"Parameter\":{\"Value\":\"on\"}}".getBytes(UTF_8);
          exchange.sendResponseHeaders(200, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    parameters.start();
    try (Storage storage = Storage.start()) {
      storage.createTable(TABLE);
      String queueUrl = storage.createQueue(TABLE);
      Map<String, String> stored = storage.variables(TABLE, queueUrl);
      Sender lemma = new Sender(Providers.named("lemma").orElseThrow());
      SignedDelivery delivery = lemma.send(Instant.now());
      Map<String, String> receiving = new HashMap<>(stored);
      receiving.putAll(lemma.variables());
      receiving.put("PROVIDER", "lemma");
      runOnce(PackagedFunction.Kind.RECEIVER, receiving, delivery.httpApiEvent());
      Message pointer = storage.take(queueUrl, _ -> true);
      Map<String, String> working = new HashMap<>(stored);
      working.put("AWS_ENDPOINT_URL_SSM", "http://127.0.0.1:" + parameters.getAddress().getPort());

      runOnce(PackagedFunction.Kind.WORKER, working, Storage.batch(List.of(pointer)));

      InboxRecord record = storage.inbox(TABLE).find(delivery.key()).orElseThrow();
      assertEquals(Status.DONE, record.status(), () -> String.valueOf(record.lastError()));
      String date = record.receivedAt().atOffset(ZoneOffset.UTC).toLocalDate().toString();
      assertEquals(1, asked.size(), asked::toString);
      assertTrue(asked.getFirst().contains("\"/page-on/" + date + "\""), asked::toString);
    } finally {
      parameters.stop(0);
    }
  }

  // `./hookset dev` and the tests ran other libraries than the package held, so that what was
  // missing there was seen in Lambda first.
  @Test
  void jars_ofThePackage_areThoseOfTheCommandAndOfTheTests() throws IOException {
    Path checkout = Objects.requireNonNull(FunctionsPackage.built().directory().getParent());
    Set<String> command =
        names(Files.readString(checkout.resolve("local/target/hookset.classpath")).strip());
    Set<String> tests = names(System.getProperty("java.class.path"));
    Set<String> missing = new TreeSet<>();
    for (Path jar : FunctionsPackage.built().jars()) {
      String name = jar.getFileName().toString();
      if (!command.contains(name) || !tests.contains(name)) {
        missing.add(name);
      }
    }

    assertEquals(Set.of(), missing);
    for (Set<String> classPath : List.of(command, tests)) {
      assertEquals(
          List.of(),
          classPath.stream().filter(OTHER_HTTP_CLIENT.asMatchPredicate()).toList(),
          "a client that is built without naming one would take another here than in Lambda");
    }
  }

  @Test
  void billOfMaterials_listsEveryJarAndBouncyCastle() throws IOException {
    Path bom = FunctionsPackage.built().classes().resolveSibling("bom.json");
    Set<String> listed = new TreeSet<>();
    for (JsonNode component : JSON.readTree(bom.toFile()).required("components")) {
      listed.add(
          component.path("name").asText() + "-" + component.path("version").asText() + ".jar");
      assertTrue(component.path("purl").asText().startsWith("pkg:maven/"), component::toString);
    }

    for (Path jar : FunctionsPackage.built().jars()) {
      assertTrue(listed.contains(jar.getFileName().toString()), () -> jar + " is not in " + bom);
    }
    assertTrue(listed.stream().anyMatch(name -> name.startsWith("bcprov-")), listed::toString);
  }

  private static Set<String> names(String classPath) {
    return Stream.of(classPath.split(File.pathSeparator, -1))
        .map(entry -> Path.of(entry).getFileName().toString())
        .collect(Collectors.toSet());
  }

  private static Path jarOf(Class<?> type) throws URISyntaxException {
    return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
  }

  /** Compiles a resource against a package, into that package. */
  private static void compile(String resource, Path root) throws Exception {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    Path source =
        Path.of(Objects.requireNonNull(PackagedLibrariesTest.class.getResource(resource)).toURI());
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, UTF_8);
        Stream<Path> jars = Files.list(root.resolve("lib"))) {
      List<Path> classPath = Stream.concat(Stream.of(root), jars).toList();
      files.setLocationFromPaths(StandardLocation.CLASS_PATH, classPath);
      files.setLocationFromPaths(StandardLocation.CLASS_OUTPUT, List.of(root));
      StringWriter said = new StringWriter();
      boolean isDone =
          compiler.getTask(said, files, null, null, null, files.getJavaFileObjects(source)).call();
      assertTrue(isDone, said::toString);
    }
  }

  private static void runOnce(
      PackagedFunction.Kind kind, Map<String, String> variables, JsonNode event) throws Exception {
    try (PackagedFunction function = PackagedFunction.start(kind, root, variables)) {
      assertEquals(new RuntimeApi.Start.Ready(), function.awaitStart(), function::toString);
      function.answer(event);
    }
  }
}
