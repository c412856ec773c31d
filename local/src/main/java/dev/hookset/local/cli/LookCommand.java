package dev.hookset.local.cli;

import com.sun.net.httpserver.HttpServer;
import dev.hookset.local.cli.terminal.Printable;
import dev.hookset.local.cli.terminal.Problem;
import dev.hookset.local.files.FileFailure;
import dev.hookset.local.page.Page;
import dev.hookset.local.page.PageSecret;
import dev.hookset.receive.Provider;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Shows a deployed stack on the page. */
@Command(
    name = "look",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Show a deployed stack on the page that `./hookset dev` has: its newest events, live.",
      "",
      "From its records, as `./hookset list` and `show` read them: where each event stands,"
          + " its timeline and its body. A record keeps few of a delivery's headers, no"
          + " signature and no answer. Only reads, unless --replay is said"
          + " (docs/permissions.md has the policy). Runs until Ctrl-C, on loopback alone."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./hookset look --stack hookset",
      "  ./hookset look --replay --stack hookset --port 9001"
    })
final class LookCommand implements Callable<Integer> {
  private static final Duration LOOK_AT_THE_OUTPUT = Duration.ofSeconds(1);

  @ParentCommand private Hookset hookset;

  @Spec private CommandSpec spec;

  @Option(
      names = "--port",
      defaultValue = "8789",
      paramLabel = "PORT",
      description = "Port of the page; 0 for any that is free (default: ${DEFAULT-VALUE}).")
  private int port;

  @Option(names = "--replay", description = "Let the page have events handled again.")
  private boolean replay;

  @Mixin private Target target;

  @Override
  public Integer call() {
    if (!target.isDeployed()) {
      throw Problem.ofTheCommandLine(
          "which deployed stack? Say --stack NAME; `./hookset dev` shows the local one");
    }
    return target.withDeployed(
        hookset,
        deployed -> {
          Target.Parts parts = target.parts(hookset, deployed);
          try (Page page =
              Page.ofRecords(
                  deployed.name(),
                  deployed.providers().stream().map(Provider::name).toList(),
                  parts.inbox(),
                  parts.records(),
                  replay ? parts.operator() : null,
                  hookset.clock(),
                  PageSecret.in(hookset.state()),
                  this::trouble)) {
            return show(page, deployed.name());
          } catch (IOException e) {
            throw new Problem(
                "cannot keep the page's secret: " + FileFailure.said(hookset.state(), e));
          }
        });
  }

  private int show(Page page, String stack) {
    PrintWriter out = spec.commandLine().getOut();
    HttpServer server = server();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      server.setExecutor(threads);
      server.createContext("/", page);
      server.start();
      try {
        out.println(
            "Stack "
                + Printable.of(stack)
                + (replay ? "; the page can replay. " : "; it is only read. ")
                + "Ctrl-C stops.");
        out.println(
            "See its events at "
                + page.address(
                    URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/")));
        out.flush();
        while (hookset.terminal().pause(LOOK_AT_THE_OUTPUT)) {
          out.flush();
        }
        return Hookset.OK;
      } finally {
        // Ends what the page is still told, for which the threads would wait.
        page.close();
        server.stop(0);
      }
    }
  }

  private HttpServer server() {
    try {
      return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    } catch (IOException | IllegalArgumentException e) {
      throw new Problem(
          "port " + port + " cannot be used; stop what uses it, or choose another with --port");
    }
  }

  private void trouble(String message) {
    PrintWriter err = spec.commandLine().getErr();
    err.println(Printable.of(message));
    err.flush();
  }
}
