package dev.hookset.local.cli;

import static dev.hookset.local.samples.CheckoutSamples.SAMPLES;
import static dev.hookset.local.samples.CheckoutSamples.receivers;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.hookset.local.samples.EventFiles;
import dev.hookset.local.stack.LocalStack;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine.Model.OptionSpec;

/** Holds what is written in two places to being the same in both. */
final class DefaultsTest {
  private static final JsonMapper JSON = new JsonMapper();

  @Test
  void envJson_namesWhatDevServes() throws Exception {
    JsonNode functions = JSON.readTree(EventFiles.contents(SAMPLES, receivers()).get("env.json"));

    int seen = 0;
    for (JsonNode function : functions) {
      if (function.has("INBOX_TABLE")) {
        seen++;
        assertEquals(LocalStack.TABLE, function.required("INBOX_TABLE").textValue());
        URI queue = URI.create(function.required("WORK_QUEUE_URL").textValue());
        assertTrue(queue.getPath().endsWith("/" + LocalStack.QUEUE), queue::toString);
        assertEquals(portOf("--sqs-port"), queue.getPort());
        assertEquals(portOf("--sqs-port"), port(function, "AWS_ENDPOINT_URL_SQS"));
        assertEquals(portOf("--dynamodb-port"), port(function, "AWS_ENDPOINT_URL_DYNAMODB"));
        assertEquals(LocalStack.BUCKET, function.required("OVERFLOW_BUCKET").textValue());
        assertEquals(portOf("--s3-port"), port(function, "AWS_ENDPOINT_URL_S3"));
      }
    }
    assertEquals(receivers().size() + 3, seen, "with the worker, the relay and the janitor");
  }

  @Test
  void commands_goWhereDevListensByDefault(@TempDir Path state) {
    assertEquals(
        new Ports(
            portOf("--port"),
            portOf("--dynamodb-port"),
            portOf("--sqs-port"),
            portOf("--s3-port"),
            List.of()),
        Ports.of(state));
  }

  private static int port(JsonNode function, String variable) {
    return URI.create(function.required(variable).textValue()).getPort();
  }

  private static int portOf(String option) {
    return Integer.parseInt(option("dev", option).defaultValue());
  }

  private static OptionSpec option(String command, String option) {
    return Objects.requireNonNull(
        Objects.requireNonNull(
                new Shell(Shell.REPOSITORY).commandLine().getSubcommands().get(command), command)
            .getCommandSpec()
            .findOption(option),
        option);
  }
}
