package dev.hookset.local.packaged;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.api.client.AWSLambda;
import com.amazonaws.services.lambda.runtime.serialization.PojoSerializer;
import dev.hookset.local.template.Template;
import java.io.File;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import software.amazon.awssdk.utilslite.SdkInternalThreadLocal;

/**
 * What Lambda's {@code java25} puts around a function: the command that runs it, and the variables
 * that it sets. On the class path is the runtime interface client alone, as it is in {@code
 * /var/runtime}; it loads the package from the working directory by a class loader of its own.
 */
final class LambdaRuntime {
  private static final String CLASS_PATH =
      Stream.of(AWSLambda.class, Context.class, PojoSerializer.class, SdkInternalThreadLocal.class)
          .map(LambdaRuntime::jarOf)
          .collect(Collectors.joining(File.pathSeparator));

  private static final Path NATIVE_LIBRARY = unpackNativeLibrary();

  private LambdaRuntime() {}

  /** Returns the command that runs a function. */
  static List<String> command(PackagedFunction.Kind kind) {
    int memoryMb = kind.memoryMb();
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        // What Lambda derives from the memory, and the collector for so little of it.
        "-XX:MaxHeapSize=" + memoryMb * 85 / 100 + "m",
        "-XX:MaxMetaspaceSize=" + memoryMb * 10 / 100 + "m",
        "-XX:ReservedCodeCacheSize=" + memoryMb * 5 / 100 + "m",
        "-XX:+UseSerialGC",
        // A function with SnapStart gets the full compiler, if its variables do not say otherwise.
        kind.hasSnapStart() ? "-XX:+TieredCompilation" : "-XX:TieredStopAtLevel=1",
        "-Djava.net.preferIPv4Stack=true",
        // Where the hooks of a snapshot are registered.
        "-Dorg.crac.Core.Compat=com.amazonaws.services.lambda.crac",
        "--enable-native-access=ALL-UNNAMED",
        "-Dcom.amazonaws.services.lambda.runtime.api.client.runtimeapi.NativeClient.JNI="
            + NATIVE_LIBRARY,
        "-classpath",
        CLASS_PATH,
        AWSLambda.class.getName(),
        kind.handler());
  }

  /** Returns the variables that Lambda sets. */
  static Map<String, String> variables(PackagedFunction.Kind kind, Path root, RuntimeApi api) {
    String name = "hookset-" + kind;
    Map<String, String> variables = new HashMap<>();
    variables.put("_HANDLER", kind.handler());
    variables.put("AWS_EXECUTION_ENV", "AWS_Lambda_java25");
    variables.put("AWS_REGION", "us-east-1");
    variables.put("AWS_DEFAULT_REGION", "us-east-1");
    variables.put("AWS_LAMBDA_FUNCTION_NAME", name);
    variables.put("AWS_LAMBDA_FUNCTION_VERSION", kind.hasSnapStart() ? "1" : "$LATEST");
    variables.put("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", Integer.toString(kind.memoryMb()));
    variables.put(
        "AWS_LAMBDA_INITIALIZATION_TYPE", kind.hasSnapStart() ? "snap-start" : "on-demand");
    variables.put("AWS_LAMBDA_LOG_FORMAT", "JSON");
    variables.put("AWS_LAMBDA_LOG_LEVEL", "INFO");
    variables.put("AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/" + name);
    variables.put("AWS_LAMBDA_LOG_STREAM_NAME", "stream");
    variables.put("AWS_LAMBDA_RUNTIME_API", api.address());
    variables.put("LAMBDA_TASK_ROOT", root.toString());
    variables.put("LANG", "en_US.UTF-8");
    variables.put("PATH", "/usr/bin:/bin");
    variables.put("TZ", ":UTC");
    if (kind.hasSnapStart()) {
      variables.put("JAVA_TOOL_OPTIONS", flags());
    }
    variables.putAll(
        kind.hasSnapStart() ? api.variablesOfCredentialsAddress() : api.variablesOfCredentials());
    return variables;
  }

  /** Returns the flags that the template gives the JVM of every receiver. */
  private static String flags() {
    try {
      Template template = Template.read(FunctionsPackage.built().template());
      return String.valueOf(
          template.variable(template.receivers().getFirst(), "JAVA_TOOL_OPTIONS"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String jarOf(Class<?> type) {
    try {
      return Path.of(
              Objects.requireNonNull(type.getProtectionDomain().getCodeSource(), type::getName)
                  .getLocation()
                  .toURI())
          .toString();
    } catch (URISyntaxException e) {
      throw new IllegalStateException("a class without a place: " + type.getName(), e);
    }
  }

  /**
   * Left alone, the client unpacks its library to one fixed path in {@code /tmp}, and processes
   * that start at the same time tear it from each other's hands.
   */
  private static Path unpackNativeLibrary() {
    String processor =
        switch (System.getProperty("os.arch")) {
          case "amd64" -> "x86_64";
          case "aarch64" -> "aarch_64";
          case String other -> other;
        };
    boolean musl =
        Files.exists(Path.of("/lib/ld-musl-" + processor.replace("aarch_", "aarch") + ".so.1"));
    String resource =
        "/jni/libaws-lambda-jni." + (musl ? "linux_musl-" : "linux-") + processor + ".so";
    try (InputStream library = AWSLambda.class.getResourceAsStream(resource)) {
      if (library == null) {
        throw new FileNotFoundException("the runtime interface client has no " + resource);
      }
      Path unpacked = Files.createTempFile("hookset-lambda-runtime", ".so");
      unpacked.toFile().deleteOnExit();
      Files.copy(library, unpacked, StandardCopyOption.REPLACE_EXISTING);
      return unpacked;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
