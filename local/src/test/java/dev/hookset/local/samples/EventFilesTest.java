package dev.hookset.local.samples;

import static dev.hookset.local.samples.CheckoutSamples.SAMPLES;
import static dev.hookset.local.samples.CheckoutSamples.receivers;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.amazonaws.services.lambda.runtime.Context;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hookset.aws.ReceiveFunction;
import dev.hookset.aws.Wiring;
import dev.hookset.aws.snapshot.KeptDelivery;
import dev.hookset.local.template.Template;
import dev.hookset.providers.Providers;
import dev.hookset.receive.Provider;
import dev.hookset.receive.Receipt;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.Reader;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;

/** Holds {@code events/} to what makes it, and to the functions and the template it is for. */
final class EventFilesTest {
  private static final Path EVENTS = Path.of("..", "events");
  private static final Path TEMPLATE = Path.of("..", "template.yaml");
  private static final String REGENERATE =
      " is not what EventFiles makes; run: ./hookset event --samples events/";
  private static final ObjectMapper JSON = new ObjectMapper();

  static Stream<Arguments> providersAndClocks() {
    return Providers.deployed().stream()
        .flatMap(
            provider ->
                Stream.of("2026-06-01T12:00:00Z", "2026-11-20T09:08:07Z", "2090-01-01T00:00:00Z")
                    .map(now -> Arguments.of(provider, Instant.parse(now))));
  }

  @Test
  void committed_everyFile_isWhatTheGeneratorMakes() throws IOException {
    for (Map.Entry<String, String> file : EventFiles.contents(SAMPLES, receivers()).entrySet()) {
      Path path = EVENTS.resolve(file.getKey());
      assertTrue(Files.exists(path), () -> path + REGENERATE);
      assertEquals(file.getValue(), Files.readString(path), () -> path + REGENERATE);
    }
  }

  // A receiver is primed with copies of these, which could go another way than they do.
  @Test
  void committed_delivery_isWhatItsReceiverIsPrimedWith() throws IOException {
    for (Provider provider : Providers.deployed()) {
      KeptDelivery kept = KeptDelivery.likeOf(provider, List::of);

      assertEquals(
          JSON.readTree(EVENTS.resolve(provider.name() + ".json").toFile()),
          JSON.readTree(kept.event().toByteArray()),
          provider.name());
    }
  }

  @Test
  void committed_directory_holdsNothingElseButItsReadme() throws IOException {
    Set<String> expected = new TreeSet<>(EventFiles.contents(SAMPLES, receivers()).keySet());
    expected.add("README.md");
    try (Stream<Path> files = Files.list(EVENTS)) {
      assertEquals(
          expected,
          files
              .map(path -> String.valueOf(path.getFileName()))
              .collect(Collectors.toCollection(TreeSet::new)));
    }
  }

  @Test
  void write_twice_writesEachFileOnce(@TempDir Path directory) throws IOException {
    Path events = directory.resolve("a").resolve("events");

    assertEquals(
        EventFiles.contents(SAMPLES, receivers()).size(),
        EventFiles.write(events, SAMPLES, receivers()).size());
    assertEquals(List.of(), EventFiles.write(events, SAMPLES, receivers()));
    Files.writeString(events.resolve("ping.json"), "{}");
    assertEquals(
        List.of(events.resolve("ping.json")), EventFiles.write(events, SAMPLES, receivers()));
    assertEquals(
        EventFiles.contents(SAMPLES, receivers()).get("ping.json"),
        Files.readString(events.resolve("ping.json")));
  }

  @ParameterizedTest
  @MethodSource("providersAndClocks")
  void delivery_underEnvJson_isAcceptedWheneverItIsRun(Provider provider, Instant now)
      throws IOException {
    List<Receipt> receipts = new ArrayList<>();

    JsonNode answer = invoke(provider, provider.name() + ".json", now, receipts);

    Receipt receipt = receipts.getFirst();
    assertEquals(Receipt.Outcome.ACCEPTED, receipt.outcome(), receipt::toString);
    assertEquals(SAMPLES.defaultType(provider), receipt.type());
    assertNull(receipt.pushFailure());
    assertEquals(provider.successStatus(), answer.path("statusCode").intValue());
  }

  @Test
  void ping_toAnyReceiver_isAnsweredAndNotReceived() throws IOException {
    List<Receipt> receipts = new ArrayList<>();

    JsonNode answer =
        invoke(
            Providers.deployed().getFirst(),
            "ping.json",
            Instant.parse("2026-11-20T09:08:07Z"),
            receipts);

    assertEquals(204, answer.path("statusCode").intValue());
    assertEquals(List.of(), receipts);
  }

  @Test
  void workBatch_committed_pointsAtWhatTheDeliveriesRecord() throws IOException {
    List<String> pointers = new ArrayList<>();
    for (JsonNode message : committed("worker.json").required("Records")) {
      JsonNode pointer = JSON.readTree(message.required("body").textValue());
      String provider = pointer.required("provider").textValue();
      JsonNode body = JSON.readTree(committed(provider + ".json").required("body").textValue());
      assertEquals(body.required("id"), pointer.required("eventId"));
      pointers.add(provider);
    }
    assertEquals(List.of("lamba", "lucid"), pointers);
  }

  @Test
  void envJson_everyEntry_isAnObjectOfStrings() throws IOException {
    committed("env.json")
        .forEach(
            entry -> {
              assertTrue(entry.isObject(), "SAM refuses a file in which anything is no object");
              entry.forEach(value -> assertTrue(value.isTextual(), entry::toString));
            });
  }

  @Test
  void envJson_everyVariable_isDeclaredForItsFunction() throws IOException {
    Template template = Template.read(TEMPLATE);
    Set<String> common = names(at(asWritten(), "Globals", "Function", "Environment", "Variables"));
    int functions = 0;
    for (Map.Entry<String, JsonNode> entry : committed("env.json").properties()) {
      if (template.at("Resources", entry.getKey()) == null) {
        assertEquals("About this file", entry.getKey());
        continue;
      }
      functions++;
      Set<String> undeclared = new TreeSet<>();
      entry
          .getValue()
          .fieldNames()
          .forEachRemaining(
              name -> {
                if (!common.contains(name) && template.variable(entry.getKey(), name) == null) {
                  undeclared.add(name);
                }
              });
      assertEquals(Set.of(), undeclared, entry.getKey() + ": sam local sets only what is declared");
    }
    assertEquals(Providers.deployed().size() + 3, functions);
  }

  @Test
  void schedules_ofTheTemplate_sendWhatTheFilesHold() throws IOException {
    Template template = Template.read(TEMPLATE);

    assertEquals(committed("relay.json"), input(template, "RelayFunction", "Tick"));
    assertEquals(committed("janitor.json"), input(template, "JanitorFunction", "Tick"));
    for (String receiver : template.receivers()) {
      assertEquals(committed("ping.json"), input(template, receiver, "Ping"));
    }
  }

  private static JsonNode invoke(
      Provider provider, String file, Instant now, List<Receipt> receipts) throws IOException {
    try (StubAws aws = new StubAws();
        InputStream event = new ByteArrayInputStream(Files.readAllBytes(EVENTS.resolve(file)))) {
      PrintStream out = new PrintStream(new ByteArrayOutputStream(), false, StandardCharsets.UTF_8);
      Wiring wiring =
          new Wiring(
              variables(provider, aws),
              InstantSource.fixed(now),
              out,
              receipts::add,
              _ -> {},
              UnaryOperator.identity(),
              UnaryOperator.identity(),
              null);
      ByteArrayOutputStream answer = new ByteArrayOutputStream();
      new ReceiveFunction(wiring).handleRequest(event, answer, context());
      return JSON.readTree(answer.toByteArray());
    }
  }

  /** What sam local makes of {@code env.json}, but for where DynamoDB and SQS are. */
  private static Map<String, String> variables(Provider provider, StubAws aws) throws IOException {
    Map<String, String> variables = new LinkedHashMap<>();
    String name = provider.name();
    String function = name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
    committed("env.json")
        .required(function + "Function")
        .properties()
        .forEach(entry -> variables.put(entry.getKey(), entry.getValue().textValue()));
    variables.put("PROVIDER", name);
    variables.put("AWS_REGION", "us-east-1");
    variables.put("AWS_ACCESS_KEY_ID", "defaultkey");
    variables.put("AWS_SECRET_ACCESS_KEY", "defaultsecret");
    assertNotNull(variables.replace("AWS_ENDPOINT_URL_DYNAMODB", aws.url()));
    assertNotNull(variables.replace("AWS_ENDPOINT_URL_SQS", aws.url()));
    return variables;
  }

  private static Context context() {
    return (Context)
        Proxy.newProxyInstance(
            Context.class.getClassLoader(), new Class<?>[] {Context.class}, (_, _, _) -> null);
  }

  private static JsonNode committed(String file) throws IOException {
    return JSON.readTree(Files.readString(EVENTS.resolve(file)));
  }

  /** What stands in Globals without a value is gone once it is expanded. */
  private static Node asWritten() throws IOException {
    try (Reader reader = Files.newBufferedReader(TEMPLATE)) {
      return Objects.requireNonNull(
          new Yaml(new LoaderOptions()).compose(reader), "the template's root");
    }
  }

  private static JsonNode input(Template template, String function, String event)
      throws IOException {
    return JSON.readTree(
        String.valueOf(
            Template.below(template.properties(function), "Events", event, "Properties", "Input")));
  }

  private static Node at(Node node, String... path) {
    Node here = node;
    for (String name : path) {
      here = Objects.requireNonNull(find(here, name), name);
    }
    return here;
  }

  private static @Nullable Node find(Node node, String name) {
    for (NodeTuple member : ((MappingNode) node).getValue()) {
      if (((ScalarNode) member.getKeyNode()).getValue().equals(name)) {
        return member.getValueNode();
      }
    }
    return null;
  }

  private static Set<String> names(Node node) {
    Set<String> names = new TreeSet<>();
    for (NodeTuple member : ((MappingNode) node).getValue()) {
      names.add(((ScalarNode) member.getKeyNode()).getValue());
    }
    return names;
  }
}
