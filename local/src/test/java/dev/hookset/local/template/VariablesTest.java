package dev.hookset.local.template;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hookset.providers.Providers;
import dev.hookset.receive.Provider;
import dev.hookset.signing.Scheme;
import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.classfile.constantpool.StringEntry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The variables of each function in the template are those that the function reads, no more and no
 * fewer.
 *
 * <p>Which ones those are is listed here, and the list is held to the code: every part of a
 * variable's name that stands in it is either in {@link #PARTS} or fails a test.
 */
final class VariablesTest {
  private static final Template TEMPLATE = Checkout.template();

  /** A deploy that leaves out nothing. */
  private static final Deployment DEPLOYMENT = new Deployment(TEMPLATE, Map.of());

  /** What every function reads. */
  private static final Set<String> COMMON =
      Set.of(
          "INBOX_TABLE",
          "WORK_QUEUE_URL",
          "OVERFLOW_BUCKET",
          "WEBHOOK_RETENTION_DAYS",
          "METRICS_NAMESPACE",
          "WEBHOOK_INLINE_BODY_BYTES",
          "AWS_ENDPOINT_URL_DYNAMODB",
          "AWS_ENDPOINT_URL_SQS",
          "AWS_ENDPOINT_URL_S3");

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
          "EVENTS",
          "_WEBHOOK_SECRET",
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
    assertEquals(new TreeSet<>(read(function)), named(function));
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
    for (String name : named(function)) {
      if (name.endsWith("_SECRET") || name.endsWith("_API_KEY")) {
        assertEquals(Map.of("Ref", "AWS::NoValue"), TEMPLATE.variable(function, name), name);
      }
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

  @ParameterizedTest
  @MethodSource("functions")
  void variable_thatAParameterFills_isNamedAfterIt(String function) {
    for (String name : named(function)) {
      Object value = value(function, name);
      if (Template.below(value, "Ref") instanceof String parameter
          && TEMPLATE.at("Parameters", parameter) != null) {
        assertEquals(name.replace("_WEBHOOK_", "_"), upperSnake(parameter));
      }
    }
  }

  /** Returns the names that a function's code reads. */
  private static Set<String> read(String function) {
    Set<String> names = new TreeSet<>(COMMON);
    for (Provider provider : Providers.all()) {
      if (function.equals(Checkout.logicalName(provider) + "Function")) {
        names.addAll(received(provider));
      }
    }
    if (function.equals("WorkerFunction")) {
      names.addAll(
          List.of("WORKER_MAX_ATTEMPTS", "EVENT_BUS_NAME", "AWS_ENDPOINT_URL_EVENTBRIDGE"));
    }
    return names;
  }

  private static Set<String> received(Provider provider) {
    String prefix = provider.name().toUpperCase(Locale.ROOT);
    Scheme scheme = provider.scheme();
    Set<String> names =
        new TreeSet<>(
            Set.of(
                "PROVIDER",
                "WEBHOOK_MAX_BODY_BYTES",
                "AWS_ENDPOINT_URL_SECRETS_MANAGER",
                prefix + "_WEBHOOK_EVENTS"));
    names.addAll(
        switch (scheme.algorithm()) {
          case HMAC_SHA256 ->
              Set.of(
                  prefix + "_WEBHOOK_SECRET",
                  prefix + "_WEBHOOK_SECRET_ARN",
                  prefix + "_WEBHOOK_ROTATION_GRACE");
          case ED25519 ->
              Set.of(
                  prefix + "_WEBHOOK_PUBLIC_KEY",
                  prefix + "_API_KEY",
                  prefix + "_API_KEY_ARN",
                  prefix + "_SIGNING_KEY_URL");
        });
    if (scheme.hasTimestamp()) {
      names.add(prefix + "_WEBHOOK_TOLERANCE_SECONDS");
    }
    if (!scheme.signsTimestamp()) {
      // Read for the others too, but without effect: their signed timestamp says how old they are.
      names.add(prefix + "_WEBHOOK_MAX_AGE_DAYS");
    }
    Provider.EnvironmentSetting setting = provider.environmentSetting();
    if (setting != null) {
      names.add(prefix + "_WEBHOOK_" + setting.suffix());
    }
    return names;
  }

  /** Returns the names that the template gives a function, those without a value among them. */
  private static Set<String> named(String function) {
    Set<String> names = new TreeSet<>();
    for (Object owner : List.of(globals(), TEMPLATE.properties(function))) {
      Deployment.members(Template.below(owner, "Environment", "Variables"))
          .keySet()
          .forEach(name -> names.add(name.toString()));
    }
    return names;
  }

  private static @Nullable Object value(String function, String name) {
    Object own = TEMPLATE.variable(function, name);
    return own == null ? Template.below(globals(), "Environment", "Variables", name) : own;
  }

  /** Returns {@code LEMMA_MAX_AGE_DAYS} for {@code LemmaMaxAgeDays}. */
  private static String upperSnake(String camel) {
    return camel.replaceAll("(?<=[a-z])(?=[A-Z])", "_").toUpperCase(Locale.ROOT);
  }

  private static Object globals() {
    return Deployment.members(TEMPLATE.at("Globals", "Function"));
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
