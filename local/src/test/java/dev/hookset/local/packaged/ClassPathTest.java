package dev.hookset.local.packaged;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hookset.local.samples.DevelopmentKeys;
import dev.hookset.local.stack.LocalStack;
import dev.hookset.local.stack.StackListener;
import dev.hookset.local.template.Template;
import dev.hookset.providers.Providers;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code ./hookset} runs a command with no more of the class path than it needs: up to the servers,
 * which stand last in it, or of the libraries only picocli and Jackson. Each process here has just
 * that.
 */
final class ClassPathTest {
  private static final Path TARGET = Path.of("target").toAbsolutePath();
  private static final Path CHECKOUT = Path.of("..").toAbsolutePath().normalize();

  @TempDir
  @SuppressWarnings("NullAway.Init") // JUnit sets it.
  private Path files;

  @Test
  void commands_withWhatTheyAreGivenOfTheClassPath_missNothing() throws Exception {
    List<String> jars =
        List.of(Files.readString(TARGET.resolve("hookset.classpath")).split(File.pathSeparator));
    List<String> client = jars.stream().takeWhile(jar -> !jar.contains("/DynamoDBLocal-")).toList();
    List<String> few =
        client.stream().filter(jar -> jar.matches("lib/(picocli|jackson)-.*")).toList();
    assertTrue(client.size() < jars.size() && few.size() == 4, jars::toString);
    copyOfTheCheckout();
    Map<String, String> variables = new HashMap<>();
    DevelopmentKeys keys = new DevelopmentKeys(Map.of());
    Providers.deployed()
        .forEach(provider -> variables.putAll(keys.verificationVariables(provider)));
    try (LocalStack stack =
        LocalStack.start(
            Template.read(CHECKOUT.resolve("template.yaml")),
            new LocalStack.Settings(null, 0, 0, 0, 0, variables, null),
            InstantSource.system(),
            new StackListener() {})) {
      Path log = files.resolve("out");

      assertEquals(0, run(few, log, "--help"), said(log));
      assertEquals(0, run(few, log, "status"), said(log));
      assertEquals(
          0, run(few, log, "send", "lemma", "--url", stack.url("lemma").toString()), said(log));
      assertEquals(0, run(client, log, onStack(stack, "list")), said(log));
      assertEquals(0, run(client, log, onStack(stack, "replay", "--failed", "--yes")), said(log));
      assertEquals(0, run(client, log, onStack(stack, "redrive", "--yes")), said(log));
      assertEquals(0, run(client, log, "event", "lamba", "user.deleted"), said(log));
      assertEquals(0, run(client, log, "secret"), said(log));
      assertEquals(0, run(client, log, "stats"), said(log));
      assertEquals(0, run(client, log, "urls"), said(log));
      // After `mvn verify` no server started: a library of theirs was one of the tests alone.
      assertEquals(0, run(jars, log, "demo", "--providers=Lemma"), said(log));
      // As far as it comes without an account: to the SDK's client of CloudFormation.
      assertEquals(3, run(client, log, "urls", "--stack", "none", "--region", "us-east-1"));
      assertTrue(said(log).contains("no AWS credentials were found"), said(log));
    }
  }

  /** What commands read of a checkout: the template, its settings, and the samples. */
  private void copyOfTheCheckout() throws IOException {
    Path samples = Path.of("functions/src/test/resources/samples");
    Files.createDirectories(files.resolve(samples));
    for (Path file :
        List.of(
            Path.of("template.yaml"),
            Path.of("samconfig.toml"),
            samples.resolve("lemma.json"),
            samples.resolve("lamba.json"))) {
      Files.copy(CHECKOUT.resolve(file), files.resolve(file));
    }
  }

  private static String[] onStack(LocalStack stack, String... command) {
    return Stream.concat(
            Stream.of(command),
            Stream.of(
                "--dynamodb-port=" + stack.dynamoDbEndpoint().getPort(),
                "--sqs-port=" + stack.sqsEndpoint().getPort(),
                "--s3-port=" + stack.s3Endpoint().getPort()))
        .toArray(String[]::new);
  }

  private int run(List<String> jars, Path log, String... arguments)
      throws IOException, InterruptedException {
    List<String> classPath = new ArrayList<>();
    classPath.add(TARGET.resolve("classes").toString());
    classPath.add(CHECKOUT.resolve("functions/target/hookset-functions.jar").toString());
    jars.forEach(jar -> classPath.add(TARGET.resolve(jar).toString()));
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Dhookset.home=" + files,
                "-cp",
                String.join(File.pathSeparator, classPath),
                "dev.hookset.local.cli.Hookset"));
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("AWS_"));
    // Nothing of this machine's, and nobody who answers.
    builder.environment().put("HOME", files.toString());
    builder.environment().put("AWS_EC2_METADATA_DISABLED", "true");
    Process process = builder.start();
    try {
      assertTrue(process.waitFor(2, TimeUnit.MINUTES), "it ends");
      return process.exitValue();
    } finally {
      process.destroyForcibly();
    }
  }

  private static String said(Path log) throws IOException {
    return Files.readString(log, UTF_8);
  }
}
