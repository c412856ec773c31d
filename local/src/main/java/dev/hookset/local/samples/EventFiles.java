package dev.hookset.local.samples;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hookset.EventKey;
import dev.hookset.receive.Provider;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * The files that {@code events/} keeps for {@code sam local invoke}: a delivery of each provider, a
 * batch of work, a tick, a ping, and the variables under which the functions take them.
 *
 * <p>They are the same whenever they are made: the deliveries are of one moment, signed with
 * development keys. So {@code env.json} makes the functions accept what is decades old.
 */
public final class EventFiles {
  private static final Instant MADE_AT = Instant.parse("2026-06-01T12:00:00Z");

  // What `./hookset dev` serves, as seen from a container.
  private static final String INBOX_TABLE = "hookset-inbox";
  private static final String DYNAMO_DB = "http://host.docker.internal:8000";
  private static final String SQS = "http://host.docker.internal:9324";
  private static final String S3 = "http://host.docker.internal:9090";
  private static final String OVERFLOW_BUCKET = "hookset-overflow";
  private static final String WORK_QUEUE_URL = SQS + "/000000000000/hookset-work";

  // As wide as the functions allow: 68 years either way for a timestamp, a century for an event.
  private static final String TOLERANCE_SECONDS = Integer.toString(Integer.MAX_VALUE);
  private static final String MAX_AGE_DAYS = "36499";
  private static final String RETENTION_DAYS = "36500";

  private EventFiles() {}

  /**
   * Returns the files' contents by name.
   *
   * @param samples of which the deliveries are
   * @param receivers whose deliveries, by the logical name of the function that receives them
   */
  public static SortedMap<String, String> contents(
      Samples samples, Map<String, Provider> receivers) {
    SortedMap<String, String> files = new TreeMap<>();
    for (Provider provider : receivers.values()) {
      files.put(
          provider.name() + ".json",
          LambdaEvent.httpApi(
                  delivery(provider, samples), id(provider), MADE_AT, LambdaEvent.BodyForm.TEXT)
              .pretty());
    }
    files.put("worker.json", LambdaEvent.workBatch(pointers(samples, receivers), MADE_AT).pretty());
    files.put("relay.json", LambdaEvent.relayTick().pretty());
    files.put("janitor.json", LambdaEvent.janitorTick().pretty());
    files.put("ping.json", LambdaEvent.ping().pretty());
    files.put("env.json", Json.pretty(environments(receivers)));
    return files;
  }

  /**
   * Writes the files that are not in {@code directory} yet, or are other than they should be.
   *
   * @param directory where to; created if absent
   * @param samples of which the deliveries are
   * @param receivers whose deliveries, likewise
   * @return what was written
   * @throws IOException if a file cannot be read or written
   */
  public static List<Path> write(Path directory, Samples samples, Map<String, Provider> receivers)
      throws IOException {
    Files.createDirectories(directory);
    List<Path> written = new ArrayList<>();
    for (Map.Entry<String, String> file : contents(samples, receivers).entrySet()) {
      Path path = directory.resolve(file.getKey());
      byte[] content = file.getValue().getBytes(StandardCharsets.UTF_8);
      if (!Files.exists(path) || !Arrays.equals(Files.readAllBytes(path), content)) {
        write(path, content);
        written.add(path);
      }
    }
    return written;
  }

  /** What a full disk says names no file. */
  private static void write(Path path, byte[] content) throws IOException {
    try {
      Files.write(path, content);
    } catch (FileSystemException e) {
      throw e;
    } catch (IOException e) {
      throw new FileSystemException(path.toString(), null, e.getMessage());
    }
  }

  private static DeliveryRequest delivery(Provider provider, Samples samples) {
    return new Deliveries(new DevelopmentKeys(Map.of()), samples)
        .genuine(provider, samples.defaultType(provider), id(provider), MADE_AT);
  }

  private static String id(Provider provider) {
    return UUID.nameUUIDFromBytes(
            ("hookset sample " + provider.name()).getBytes(StandardCharsets.US_ASCII))
        .toString();
  }

  /** Two of the deliveries, whose bodies say outright what their events' IDs are. */
  private static List<EventKey> pointers(Samples samples, Map<String, Provider> receivers) {
    return receivers.values().stream()
        .flatMap(
            provider -> {
              JsonNode id = Json.readIfJson(delivery(provider, samples).body()).path("id");
              return id.isTextual()
                  ? Stream.of(new EventKey(provider.name(), id.textValue()))
                  : Stream.empty();
            })
        .limit(2)
        .toList();
  }

  private static ObjectNode environments(Map<String, Provider> receivers) {
    ObjectNode file = Json.object();
    // SAM looks functions up by name, and refuses a file in which anything is no object.
    file.putObject("About this file")
        .put("use", "sam local invoke <Function> -e events/<file>.json --env-vars events/env.json")
        .put(
            "limits",
            "Tolerance, age and retention are widened to decades, so that the samples, signed on"
                + " 2026-06-01, are accepted whenever they are run.")
        .put("warning", "Never deploy these values: the keys are public. See README.md.");
    receivers.forEach(
        (function, provider) -> {
          ObjectNode variables = file.putObject(function);
          common().forEach(variables::put);
          receiving(provider).forEach(variables::put);
        });
    for (String name : List.of("WorkerFunction", "RelayFunction", "JanitorFunction")) {
      ObjectNode variables = file.putObject(name);
      common().forEach(variables::put);
    }
    return file;
  }

  private static Map<String, String> common() {
    Map<String, String> variables = new LinkedHashMap<>();
    variables.put("AWS_ENDPOINT_URL_DYNAMODB", DYNAMO_DB);
    variables.put("AWS_ENDPOINT_URL_SQS", SQS);
    variables.put("AWS_ENDPOINT_URL_S3", S3);
    variables.put("INBOX_TABLE", INBOX_TABLE);
    variables.put("OVERFLOW_BUCKET", OVERFLOW_BUCKET);
    variables.put("WORK_QUEUE_URL", WORK_QUEUE_URL);
    variables.put("WEBHOOK_RETENTION_DAYS", RETENTION_DAYS);
    return variables;
  }

  /** SAM passes on what the shell has, unless the file says otherwise: hence the filters. */
  private static Map<String, String> receiving(Provider provider) {
    String prefix = provider.variablePrefix() + "_WEBHOOK_";
    Map<String, String> variables =
        new LinkedHashMap<>(new DevelopmentKeys(Map.of()).verificationVariables(provider));
    if (provider.scheme().hasTimestamp()) {
      variables.put(prefix + "TOLERANCE_SECONDS", TOLERANCE_SECONDS);
    }
    if (!provider.scheme().signsTimestamp()) {
      variables.put(prefix + "MAX_AGE_DAYS", MAX_AGE_DAYS);
    }
    variables.put(prefix + "EVENTS", "*");
    Provider.EnvironmentSetting setting = provider.environmentSetting();
    if (setting != null) {
      variables.put(prefix + setting.suffix(), "any");
    }
    // SAM sets only what the template names, and that has the short names.
    Map<String, String> named = new LinkedHashMap<>();
    variables.forEach(
        (name, value) -> named.put(name.substring(provider.name().length() + 1), value));
    return named;
  }
}
