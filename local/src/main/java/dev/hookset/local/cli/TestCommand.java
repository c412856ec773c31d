package dev.hookset.local.cli;

import dev.hookset.local.cli.terminal.Problem;
import dev.hookset.local.files.FileFailure;
import dev.hookset.local.reload.HandlerSources;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Runs the tests of the user's handlers. */
@Command(
    name = "test",
    mixinStandardHelpOptions = true,
    description = {
      "Run the tests of your handlers, and nothing else.",
      "",
      "Compiles functions/src/main/java/app and functions/src/test/java/app without Maven and runs"
          + " what JUnit finds there. `mvn verify` runs them, too, with the engine's own. A library for tests alone"
          + " is seen only by Maven."
    },
    footerHeading = "%nExample:%n",
    footer = "  ./hookset test")
final class TestCommand implements Callable<Integer> {
  @ParentCommand private Hookset hookset;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    HandlerSources sources = hookset.handlerSources();
    HandlerSources.Compiled main = require(sources.compile(), "the handlers do not compile");
    HandlerSources.Compiled tests =
        require(sources.compileTests(main), "the tests of the handlers do not compile");
    String classPath =
        String.join(
            File.pathSeparator,
            tests.classes().toString(),
            main.classes().toString(),
            sources.testResources().toString(),
            System.getProperty("java.class.path", ""));
    return run(classPath, tests.classes());
  }

  private static HandlerSources.Compiled require(HandlerSources.Compiled compiled, String flaw) {
    if (!compiled.succeeded()) {
      throw new Problem(flaw + ":\n" + compiled.said().stripTrailing());
    }
    return compiled;
  }

  /** In a process of its own: a test may leave threads behind, or end its process. */
  private int run(String classPath, Path tests) {
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    try {
      Path arguments = Files.createTempFile(tests, "java", ".arguments");
      Files.writeString(arguments, "-cp \"" + classPath.replace("\\", "\\\\") + "\"");
      Process process =
          new ProcessBuilder(
                  List.of(
                      java.toString(),
                      "-XX:TieredStopAtLevel=1",
                      "-XX:+UseSerialGC",
                      "-Xshare:auto",
                      "@" + arguments,
                      HandlerTests.class.getName(),
                      tests.toString()))
              .directory(hookset.home().resolve("functions").toFile())
              .redirectErrorStream(true)
              .start();
      process.getOutputStream().close();
      try (var said = process.inputReader()) {
        said.lines().forEach(spec.commandLine().getOut()::println);
      }
      spec.commandLine().getOut().flush();
      return process.waitFor() == 0 ? Hookset.OK : Hookset.NOT_AS_IT_SHOULD;
    } catch (IOException e) {
      throw new Problem("the tests cannot be run: " + FileFailure.said(tests, e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Problem("interrupted");
    }
  }
}
