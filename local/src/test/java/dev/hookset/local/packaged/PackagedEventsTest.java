package dev.hookset.local.packaged;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hookset.EventKey;
import dev.hookset.inbox.Inbox;
import dev.hookset.inbox.InboxRecord;
import dev.hookset.inbox.Status;
import dev.hookset.providers.Providers;
import dev.hookset.receive.Provider;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * What {@code events/} offers to {@code sam local invoke}, taken by the functions as they are
 * deployed.
 */
@EnabledOnOs(value = OS.LINUX, disabledReason = "the runtime interface client is made for Linux")
final class PackagedEventsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path EVENTS = FunctionsPackage.built().template().resolveSibling("events");

  @Test
  void invoke_everyCommittedEventUnderTheCommittedVariables_isTaken(@TempDir Path root)
      throws Exception {
    FunctionsPackage.built().unpack(root);
    Map<String, PackagedFunction> functions = new LinkedHashMap<>();
    try (Storage storage = Storage.start()) {
      Map<String, String> where =
          storage.variables(storage.createTable("inbox"), storage.createQueue("work"));
      try {
        for (Provider provider : Providers.deployed()) {
          functions.put(
              provider.name(), start(PackagedFunction.Kind.RECEIVER, provider.name(), root, where));
        }
        functions.put("worker", start(PackagedFunction.Kind.WORKER, "worker", root, where));
        functions.put("relay", start(PackagedFunction.Kind.RELAY, "relay", root, where));
        functions.put("janitor", start(PackagedFunction.Kind.JANITOR, "janitor", root, where));
        // Started all at once, they take longer over it than an invocation may take.
        for (PackagedFunction function : functions.values()) {
          assertEquals(new RuntimeApi.Start.Ready(), function.awaitStart(), function::toString);
        }
        take(functions, storage.inbox("inbox"));
      } finally {
        functions.values().forEach(PackagedFunction::close);
      }
    }
  }

  private static void take(Map<String, PackagedFunction> functions, Inbox inbox) throws Exception {
    for (Provider provider : Providers.deployed()) {
      PackagedFunction function = named(functions, provider.name());
      assertEquals(
          provider.successStatus(),
          function.answer(read(provider.name())).path("statusCode").asInt(),
          provider.name());
      assertEquals(204, function.answer(read("ping")).path("statusCode").asInt(), "ping");
    }
    JsonNode batch = read("worker");
    assertEquals(
        0,
        named(functions, "worker").answer(batch).path("batchItemFailures").size(),
        "both pointers lead to what was just received");
    for (JsonNode message : batch.path("Records")) {
      JsonNode pointer = JSON.readTree(message.path("body").asText());
      EventKey key =
          new EventKey(pointer.path("provider").asText(), pointer.path("eventId").asText());
      assertEquals(
          Status.DONE, inbox.find(key).map(InboxRecord::status).orElse(null), key.toString());
    }
    for (String name : List.of("relay", "janitor")) {
      assertTrue(
          named(functions, name).invoke(read(name)) instanceof RuntimeApi.Outcome.Answered, name);
    }
  }

  private static PackagedFunction start(
      PackagedFunction.Kind kind, String name, Path root, Map<String, String> where)
      throws IOException {
    String function =
        name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1) + "Function";
    Map<String, String> variables = new HashMap<>();
    read("env")
        .path(function)
        .properties()
        .forEach(variable -> variables.put(variable.getKey(), variable.getValue().asText()));
    variables.putAll(where);
    if (kind == PackagedFunction.Kind.RECEIVER) {
      variables.put("PROVIDER", name);
    }
    return PackagedFunction.start(kind, root, variables);
  }

  private static PackagedFunction named(Map<String, PackagedFunction> functions, String name) {
    return Objects.requireNonNull(functions.get(name), name);
  }

  private static JsonNode read(String name) throws IOException {
    return JSON.readTree(EVENTS.resolve(name + ".json").toFile());
  }
}
