package dev.hookset.local.template;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hookset.providers.Providers;
import dev.hookset.receive.Provider;
import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.classfile.constantpool.StringEntry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The variables of each function in the template are those that the function reads.
 *
 * <p>Which ones those are is listed here, and the list is held to the code: every part of a
 * variable's name that stands in it is either in {@link #PARTS} or fails a test.
 */
final class VariablesTest {
  private static final Template TEMPLATE = Checkout.template();

  /** A deploy that leaves out nothing. */
  private static final Deployment DEPLOYMENT = new Deployment(Map.of());

  /** What every function is told. */
  private static final Set<String> COMMON =
      Set.of(
          "INBOX_TABLE",
          "WORK_QUEUE_URL",
          "OVERFLOW_BUCKET",
          "WEBHOOK_RETENTION_DAYS",
          "METRICS_NAMESPACE");

  /**
   * What each receiver, or its JVM, is told besides, under its short name: which of it a provider
   * has a use for is the provider's to say.
   */
  private static final Set<String> RECEIVING =
      Set.of(
          "JAVA_TOOL_OPTIONS",
          "PROVIDER",
          "WEBHOOK_SECRET_ARN",
          "WEBHOOK_EVENTS",
          "WEBHOOK_TOLERANCE_SECONDS",
          "WEBHOOK_MAX_AGE_DAYS",
          "WEBHOOK_ROTATION_GRACE",
          "WEBHOOK_ENVIRONMENT",
          "WEBHOOK_LIVEMODE",
          "WEBHOOK_URL",
          "WEBHOOK_VERIFY_TOKEN");

  /** What Lambda itself sets, and refuses to have set. */
  private static final Set<String> OF_LAMBDA =
      Set.of(
          "AWS_REGION",
          "AWS_ACCESS_KEY_ID",
          "AWS_SECRET_ACCESS_KEY",
          "AWS_SESSION_TOKEN",
          "AWS_XRAY_DAEMON_ADDRESS");

  /** The parts, as they stand in the code, of which the names of variables are made. */
  private static final Set<String> PARTS =
      Set.of(
          "PROVIDER",
          "INBOX_TABLE",
          "WORK_QUEUE_URL",
          "OVERFLOW_BUCKET",
          "WEBHOOK_RETENTION_DAYS",
          "WEBHOOK_INLINE_BODY_BYTES",
          "WEBHOOK_MAX_BODY_BYTES",
          "METRICS_NAMESPACE",
          "WORKER_MAX_ATTEMPTS",
          "EVENT_BUS_NAME",
          "HANDLERS",
          "_SECRET",
          "_WEBHOOK_",
          "TOLERANCE_SECONDS",
          "MAX_AGE_DAYS",
          "VERIFY_TOKEN",
          "URL",
          "EVENTS",
          "_WEBHOOK_SECRET",
          "_WEBHOOK_SECRET_ARN",
          "WEBHOOK_",
          "_WEBHOOK_ROTATION_GRACE",
          "_WEBHOOK_PUBLIC_KEY",
          "_API_KEY",
          "_SIGNING_KEY_URL",
          "_ARN",
          "AWS_ENDPOINT_URL_",
          "DYNAMODB",
          "SQS",
          "SECRETS_MANAGER",
          "EVENTBRIDGE");

  private static final Pattern PART = Pattern.compile("[A-Z_]{3,}");

  static List<String> functions() {
    return DEPLOYMENT.functions();
  }

  @ParameterizedTest
  @MethodSource("functions")
  void function_hasTheVariablesThatItReads(String function) {
    Set<String> expected = new TreeSet<>(COMMON);
    if (TEMPLATE.receivers().contains(function)) {
      expected.addAll(RECEIVING);
    }
    Set<String> named = DEPLOYMENT.environment(function).keySet();
    if (function.equals("WorkerFunction")) {
      // The user's own stand beside these.
      expected.addAll(List.of("WORKER_MAX_ATTEMPTS", "EVENT_BUS_NAME", "HANDLERS"));
      assertTrue(named.containsAll(expected), named::toString);
    } else {
      assertEquals(expected, named);
    }
  }

  /** Every setting that some provider has, among them whether it tells live from test. */
  @Test
  void receivers_areToldEverySettingThatAProviderHas() {
    for (Provider provider : Providers.deployed()) {
      Provider.EnvironmentSetting setting = provider.environmentSetting();
      if (setting != null) {
        assertTrue(RECEIVING.contains("WEBHOOK_" + setting.suffix()), provider::name);
      }
    }
  }

  // `sam local --env-vars` sets only what the template names, and the expansion takes away what has
  // no
  // value in a function. In Globals it stays.
  @Test
  void variables_forSamLocalAlone_standInGlobals() {
    String globals = Checkout.text("template.yaml").split("(?m)^Resources:", -1)[0];
    for (String name :
        List.of(
            "AWS_ENDPOINT_URL_DYNAMODB",
            "AWS_ENDPOINT_URL_SQS",
            "AWS_ENDPOINT_URL_S3",
            "AWS_ENDPOINT_URL_SECRETS_MANAGER",
            "AWS_ENDPOINT_URL_EVENTBRIDGE",
            "WEBHOOK_SECRET",
            "WEBHOOK_PUBLIC_KEY")) {
      assertTrue(globals.contains("        " + name + ": !Ref AWS::NoValue\n"), name);
    }
  }

  @Test
  void variables_thatTheCodeReads_areMadeOfTheKnownParts() throws IOException {
    Set<String> parts = new TreeSet<>(PARTS);
    parts.addAll(OF_LAMBDA);

    assertEquals(parts, partsInTheCode());
  }

  @ParameterizedTest
  @MethodSource("functions")
  void variable_thatCouldHoldASecret_isLeftOutOfTheCloud(String function) {
    for (String name : DEPLOYMENT.environment(function).keySet()) {
      assertTrue(!name.endsWith("_SECRET") && !name.endsWith("_KEY"), name);
    }
  }

  @ParameterizedTest
  @MethodSource("functions")
  void variable_forAnEndpoint_isLeftOutOfTheCloud(String function) {
    assertTrue(
        DEPLOYMENT.environment(function).keySet().stream()
            .noneMatch(name -> name.startsWith("AWS_")),
        () -> DEPLOYMENT.environment(function).toString());
  }

  /** Returns what looks like a part of a variable's name in the classes that read variables. */
  private static Set<String> partsInTheCode() throws IOException {
    Set<String> parts = new TreeSet<>();
    try (Stream<Path> files =
        Files.walk(Checkout.file("functions/target/classes/dev/hookset/aws"))) {
      for (Path file : files.filter(name -> name.toString().endsWith(".class")).toList()) {
        ClassModel type = ClassFile.of().parse(file);
        if (readsVariables(type)) {
          for (PoolEntry entry : type.constantPool()) {
            if (entry instanceof StringEntry string) {
              // A name that is put together stands as a recipe, with \u0001 for what goes between.
              Stream.of(string.stringValue().split("\u0001", -1))
                  .filter(part -> PART.matcher(part).matches())
                  .forEach(parts::add);
            }
          }
        }
      }
    }
    // Not of a variable: a log level.
    parts.remove("WARN");
    return parts;
  }

  private static boolean readsVariables(ClassModel type) {
    // The services that endpoints are named for stand there.
    if (type.thisClass().asInternalName().equals("dev/hookset/aws/clients/Clients")) {
      return true;
    }
    for (PoolEntry entry : type.constantPool()) {
      if (entry instanceof ClassEntry other
          && other.asInternalName().equals("dev/hookset/aws/Environment")) {
        return true;
      }
    }
    return false;
  }
}
