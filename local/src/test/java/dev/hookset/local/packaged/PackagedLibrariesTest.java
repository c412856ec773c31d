package dev.hookset.local.packaged;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hookset.providers.Providers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.sqs.model.Message;

/**
 * What is shipped is used: from which jars the functions load classes, and whether the bill of
 * materials lists them.
 */
@EnabledOnOs(value = OS.LINUX, disabledReason = "the runtime interface client is made for Linux")
final class PackagedLibrariesTest {
  private static final Pattern LOADED = Pattern.compile("source: file:\\S*/lib/([^/\\s]+\\.jar)");
  private static final String TABLE = "libraries";
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir
  @SuppressWarnings("NullAway.Init") // JUnit sets it.
  private static Path root;

  @BeforeAll
  static void unpack() throws IOException {
    FunctionsPackage.built().unpack(root);
  }

  @Test
  void jars_all_areLoadedFromByAFunction() throws Exception {
    Set<String> loaded = new TreeSet<>();
    try (Storage storage = Storage.start()) {
      storage.createTable(TABLE);
      String queueUrl = storage.createQueue(TABLE);
      Map<String, String> stored = new HashMap<>(storage.variables(TABLE, queueUrl));
      Sender lemma = new Sender(Providers.named("lemma").orElseThrow());
      byte[] random = new byte[30_000];
      new Random(42).nextBytes(random);
      // Too long for a record.
      SignedDelivery delivery =
          lemma.send(Instant.now(), Base64.getUrlEncoder().encodeToString(random));
      Map<String, String> receiver = new HashMap<>(lemma.variables());
      receiver.put("PROVIDER", "lemma");
      loaded.addAll(
          loadedBy(PackagedFunction.Kind.RECEIVER, stored, receiver, delivery.httpApiEvent()));
      Message pointer = storage.take(queueUrl, _ -> true);
      loaded.addAll(
          loadedBy(
              PackagedFunction.Kind.WORKER, stored, Map.of(), Storage.batch(List.of(pointer))));
      loaded.addAll(
          loadedBy(
              PackagedFunction.Kind.RELAY,
              stored,
              Map.of(),
              JSON.readTree("{\"hookset\":\"relay\"}")));
      // What is only there if the stack is configured so. Nobody answers at this port.
      loaded.addAll(
          loadedBy(
              PackagedFunction.Kind.RECEIVER,
              stored,
              Map.of(
                  "PROVIDER",
                  "lemma",
                  "LEMMA_WEBHOOK_SECRET_ARN",
                  "arn:aws:secretsmanager:eu-central-1:123456789012:secret:lemma-AbCdEf",
                  "AWS_ENDPOINT_URL_SECRETS_MANAGER",
                  "http://127.0.0.1:9"),
              delivery.httpApiEvent()));
      loaded.addAll(
          loadedBy(
              PackagedFunction.Kind.WORKER,
              stored,
              Map.of("EVENT_BUS_NAME", "webhooks"),
              Storage.batch(List.of(pointer))));
    }

    Set<String> idle = new TreeSet<>();
    for (Path jar : FunctionsPackage.built().jars()) {
      String name = jar.getFileName().toString();
      if (!loaded.contains(name)) {
        idle.add(name);
      }
    }
    assertEquals(Set.of(), idle);
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

    for (Path folder :
        List.of(FunctionsPackage.built().lib(), FunctionsPackage.built().untrimmed())) {
      try (Stream<Path> jars = Files.list(folder)) {
        for (Path jar : jars.toList()) {
          assertTrue(
              listed.contains(jar.getFileName().toString()), () -> jar + " is not in " + bom);
        }
      }
    }
    assertTrue(listed.stream().anyMatch(name -> name.startsWith("bcprov-")), listed::toString);
  }

  /** Runs a function once and returns the jars that it has loaded classes from. */
  private static Set<String> loadedBy(
      PackagedFunction.Kind kind,
      Map<String, String> stored,
      Map<String, String> variables,
      JsonNode event)
      throws Exception {
    Path log = Files.createTempFile(root, "classes", ".log");
    Map<String, String> all = new HashMap<>(stored);
    all.putAll(variables);
    all.put("JAVA_TOOL_OPTIONS", "-Xlog:class+load=info:file=" + log);
    try (PackagedFunction function = PackagedFunction.start(kind, root, all)) {
      assertEquals(new RuntimeApi.Start.Ready(), function.awaitStart(), function::toString);
      function.answer(event);
    }
    try (Stream<String> lines = Files.lines(log)) {
      return lines
          .map(LOADED::matcher)
          .filter(Matcher::find)
          .map(matcher -> matcher.group(1))
          .collect(Collectors.toSet());
    }
  }
}
