package dev.hookset.benchmarks;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.api.client.AWSLambda;
import com.amazonaws.services.lambda.runtime.serialization.PojoSerializer;
import dev.hookset.aws.AgedReceiveFunction;
import dev.hookset.local.samples.DevelopmentKeys;
import dev.hookset.local.template.Template;
import dev.hookset.providers.Providers;
import dev.hookset.receive.Provider;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.utilslite.SdkInternalThreadLocal;

/** Makes the contenders out of what has been built in a checkout. */
final class Contenders {
  static final String OURS = "Hookset";
  static final String JAVA = "Java, SDK defaults";
  static final String NODE = "Node.js, bundled";
  static final String PYTHON = "Python, boto3";
  static final String BEFORE = OURS + ", before";
  static final String CACHED = OURS + ", AOT cache";

  private static final String PROVIDER = "lymnus";
  private static final int MEMORY_MB = 1024;

  private final Path checkout;
  private final Path directory;
  private final Certificates certificates;
  private final DevelopmentKeys keys = new DevelopmentKeys(Map.of());
  private final String runtime;
  private final Path nativeLibrary;

  /**
   * @param directory where to put what they need besides
   */
  Contenders(Path checkout, Path directory, Certificates certificates) throws IOException {
    this.checkout = checkout;
    this.directory = directory;
    this.certificates = certificates;
    this.runtime =
        Stream.of(
                AWSLambda.class, Context.class, PojoSerializer.class, SdkInternalThreadLocal.class)
            .map(Contenders::jarOf)
            .collect(Collectors.joining(File.pathSeparator));
    this.nativeLibrary = directory.resolve("libaws-lambda-jni.so");
    String processor = System.getProperty("os.arch").equals("aarch64") ? "aarch_64" : "x86_64";
    try (InputStream library =
        AWSLambda.class.getResourceAsStream("/jni/libaws-lambda-jni.linux-" + processor + ".so")) {
      Files.copy(
          Objects.requireNonNull(library, "the runtime's native library"),
          nativeLibrary,
          StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /** Our function for a provider, started without a snapshot. */
  Contender ours() throws IOException {
    return ours(OURS, unpacked());
  }

  /** The same of another checkout that has been built, to tell what a change costs. */
  Contender ours(Path other) throws IOException {
    Path root = directory.resolve("before");
    unpack(other, root);
    return ours(BEFORE, root);
  }

  private Contender ours(String name, Path root) {
    return new Contender(
        name,
        PROVIDER,
        Contender.Start.COLD,
        root,
        java(false, "dev.hookset.aws.ReceiveFunction", runtime),
        variables(root, provider()),
        List.of(root));
  }

  /**
   * Our function for each provider, restored from an old snapshot, its keys where the stack has
   * them.
   *
   * @param secrets the endpoint of {@link Secrets}
   */
  List<Contender> restored(String secrets) throws IOException {
    Path root = directory.resolve("aged");
    if (!Files.exists(root)) {
      copy(unpacked(), root);
      String name = AgedReceiveFunction.class.getName().replace('.', '/') + ".class";
      try (InputStream file = AgedReceiveFunction.class.getResourceAsStream("/" + name)) {
        Files.copy(Objects.requireNonNull(file, name), root.resolve(name));
      }
    }
    Template template = Template.read(checkout.resolve("template.yaml"));
    Object flags = template.variable(template.receivers().getFirst(), "JAVA_TOOL_OPTIONS");
    List<Contender> all = new ArrayList<>();
    for (Provider provider : Providers.deployed()) {
      Map<String, String> variables = new HashMap<>(Secrets.variables(provider, secrets));
      variables.put("JAVA_TOOL_OPTIONS", String.valueOf(flags));
      variables.put("LAMBDA_TASK_ROOT", root.toString());
      variables.put("PROVIDER", provider.name());
      all.add(
          new Contender(
              OURS + ", restored: " + provider.name(),
              provider.name(),
              Contender.Start.RESTORED,
              root,
              java(true, AgedReceiveFunction.class.getName(), runtime),
              variables,
              List.of(unpacked())));
    }
    return all;
  }

  /** Our function with no more memory than 512 MB. */
  Contender small() throws IOException {
    Contender usual = ours();
    List<String> command =
        usual.command().stream()
            .map(
                argument ->
                    argument.startsWith("-XX:MaxHeapSize=")
                        ? "-XX:MaxHeapSize=" + 512 * 85 / 100 + "m"
                        : argument)
            .toList();
    return new Contender(
        usual.name(),
        usual.provider(),
        usual.start(),
        usual.root(),
        command,
        usual.variables(),
        usual.files());
  }

  private Map<String, String> variables(Path root, Provider provider) {
    Map<String, String> variables = new HashMap<>(keys.verificationVariables(provider));
    variables.put("LAMBDA_TASK_ROOT", root.toString());
    variables.put("PROVIDER", provider.name());
    return variables;
  }

  private Path unpacked() throws IOException {
    Path root = directory.resolve("hookset");
    if (!Files.exists(root)) {
      unpack(checkout, root);
    }
    return root;
  }

  private static void unpack(Path built, Path root) throws IOException {
    copy(built.resolve("functions/target/classes"), root);
    Path lib = Files.createDirectories(root.resolve("lib"));
    String jars = Files.readString(built.resolve("functions/target/package.classpath"));
    for (String jar : jars.strip().split(File.pathSeparator, -1)) {
      Files.copy(Path.of(jar), lib.resolve(Path.of(jar).getFileName()));
    }
  }

  /**
   * Our function with a cache that a run of it has made. Such a cache wants jars, and all of them
   * on the class path of the JVM.
   *
   * @param cache the cache's file
   * @param training whether to write it
   */
  Contender cached(Path cache, boolean training) throws IOException {
    Path root = unpacked();
    Path jar = directory.resolve("hookset.jar");
    if (!Files.exists(jar)) {
      jar(root, jar);
    }
    Path empty = Files.createDirectories(directory.resolve("nothing"));
    StringBuilder classPath = new StringBuilder(runtime).append(File.pathSeparator).append(jar);
    try (Stream<Path> jars = Files.list(root.resolve("lib"))) {
      jars.sorted().forEach(each -> classPath.append(File.pathSeparator).append(each));
    }
    List<String> command =
        new ArrayList<>(java(false, "dev.hookset.aws.ReceiveFunction", classPath.toString()));
    command.add(1, (training ? "-XX:AOTCacheOutput=" : "-XX:AOTCache=") + cache);
    Map<String, String> variables = variables(empty, provider());
    return new Contender(
        CACHED, PROVIDER, Contender.Start.COLD, empty, command, variables, List.of(root, cache));
  }

  Contender java() throws IOException {
    Path root = directory.resolve("java");
    if (!Files.exists(root)) {
      copy(checkout.resolve("benchmarks/contenders/java/target/classes"), root);
      copy(checkout.resolve("benchmarks/contenders/java/target/lib"), root.resolve("lib"));
    }
    return new Contender(
        JAVA,
        PROVIDER,
        Contender.Start.COLD,
        root,
        java(false, "contender.ReceiveHandler::handleRequest", runtime),
        variables(root, provider()),
        List.of(root));
  }

  Contender node() throws IOException {
    Path folder = checkout.resolve("benchmarks/contenders/node");
    Map<String, String> variables = variables(folder.resolve("target"), provider());
    variables.put("NODE_EXTRA_CA_CERTS", certificates.pem().toString());
    return new Contender(
        NODE,
        PROVIDER,
        Contender.Start.COLD,
        folder,
        List.of(real("node", "process.execPath"), folder.resolve("bootstrap.js").toString()),
        variables,
        List.of(folder.resolve("target/index.js")));
  }

  /** Returns null where there is no Python with boto3. */
  @Nullable Contender python() throws IOException, InterruptedException {
    String found =
        Machine.said(
            List.of(
                "python3",
                "-c",
                "import boto3, botocore.httpsession, sys;"
                    + " print(sys.executable); print(botocore.httpsession.where())"));
    if (found == null) {
      return null;
    }
    List<String> lines = found.lines().toList();
    Path bundle = directory.resolve("trusted.pem");
    Files.writeString(
        bundle, Files.readString(Path.of(lines.get(1))) + Files.readString(certificates.pem()));
    Path folder = checkout.resolve("benchmarks/contenders/python");
    Map<String, String> variables = variables(folder, provider());
    variables.put("AWS_CA_BUNDLE", bundle.toString());
    return new Contender(
        PYTHON,
        PROVIDER,
        Contender.Start.COLD,
        folder,
        List.of(lines.get(0), folder.resolve("bootstrap.py").toString()),
        variables,
        List.of(folder.resolve("receive.py")));
  }

  /** Returns the program itself, and not a script that picks a version of it each time. */
  private static String real(String program, String expression) throws IOException {
    try {
      String path = Machine.said(List.of(program, "-p", expression));
      if (path == null) {
        throw new IOException(program + " is not installed");
      }
      return path;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  private static Provider provider() {
    return Providers.named(PROVIDER).orElseThrow();
  }

  /** The command of Lambda's java25, as far as it is known: see LambdaRuntime in `local`. */
  private List<String> java(boolean fullCompiler, String handler, String classPath) {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:MaxHeapSize=" + MEMORY_MB * 85 / 100 + "m",
        "-XX:MaxMetaspaceSize=" + MEMORY_MB * 10 / 100 + "m",
        "-XX:ReservedCodeCacheSize=" + MEMORY_MB * 5 / 100 + "m",
        "-XX:+UseSerialGC",
        fullCompiler ? "-XX:+TieredCompilation" : "-XX:TieredStopAtLevel=1",
        "-Djava.net.preferIPv4Stack=true",
        "-Dorg.crac.Core.Compat=com.amazonaws.services.lambda.crac",
        "--enable-native-access=ALL-UNNAMED",
        "-Dcom.amazonaws.services.lambda.runtime.api.client.runtimeapi.NativeClient.JNI="
            + nativeLibrary,
        "-Djavax.net.ssl.trustStore=" + certificates.trustStore(),
        "-classpath",
        classPath,
        AWSLambda.class.getName(),
        handler);
  }

  private static void jar(Path root, Path jar) throws IOException {
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
        Stream<Path> files = Files.walk(root)) {
      for (Path file : (Iterable<Path>) files.sorted()::iterator) {
        Path relative = root.relativize(file);
        if (Files.isRegularFile(file) && !relative.startsWith("lib")) {
          out.putNextEntry(new JarEntry(relative.toString()));
          Files.copy(file, out);
          out.closeEntry();
        }
      }
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    if (!Files.exists(from)) {
      return;
    }
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Path target = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target);
        }
      }
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
}
