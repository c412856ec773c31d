package dev.hookset.local.cli;

import dev.hookset.aws.Misconfiguration;
import dev.hookset.inbox.Inbox;
import dev.hookset.local.cli.terminal.Printable;
import dev.hookset.local.cli.terminal.Problem;
import dev.hookset.local.cli.terminal.Table;
import dev.hookset.local.doctor.Finding;
import dev.hookset.local.doctor.SecretCheck;
import dev.hookset.local.files.FileFailure;
import dev.hookset.local.files.PrivateFiles;
import dev.hookset.local.history.LogFile;
import dev.hookset.local.operator.Operator;
import dev.hookset.local.operator.Records;
import dev.hookset.local.page.DeliveryLog;
import dev.hookset.local.page.Journal;
import dev.hookset.local.page.Page;
import dev.hookset.local.page.PageSecret;
import dev.hookset.local.reload.FolderWatch;
import dev.hookset.local.reload.HandlerReload;
import dev.hookset.local.reload.HandlerSources;
import dev.hookset.local.samples.Deliveries;
import dev.hookset.local.samples.DevelopmentKeys;
import dev.hookset.local.stack.LocalStack;
import dev.hookset.local.stack.StackListener;
import dev.hookset.receive.Provider;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Keeps the stack up. */
@Command(
    name = "dev",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Keep the stack up, and show each delivery: here as a line, on its page with all"
          + " there is.",
      "",
      "A handler that is saved (functions/src/main/java/app) is compiled and swapped at once."
          + " Runs until Ctrl-C, on loopback alone; records and messages are kept in"
          + " .hookset/ across restarts. Keys come from the environment as in the cloud"
          + " (LEMMA_WEBHOOK_SECRET, LAMINA_WEBHOOK_PUBLIC_KEY ...), or from"
          + " `./hookset secret`, also while it runs; a provider without one"
          + " gets a development key, with which `./hookset send` signs."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./hookset dev",
      "  ./hookset dev --providers stripe,github",
      "  ./hookset dev --public-url https://example.ngrok.dev --save-default",
      "  LEMMA_WEBHOOK_SECRET=... ./hookset dev --port 9000"
    })
final class DevCommand implements Callable<Integer> {
  private static final String USERS_PACKAGE = "app.";
  private static final int LONGEST_FAULT = 300;
  private static final Duration LOOK_AROUND = Duration.ofSeconds(1);

  @ParentCommand private Hookset hookset;

  @Spec private CommandSpec spec;

  @Option(
      names = "--port",
      defaultValue = "" + Ports.HTTP,
      paramLabel = "PORT",
      description = "Port of the webhook URLs (default: ${DEFAULT-VALUE}).")
  private int port;

  @Option(
      names = "--dynamodb-port",
      defaultValue = "" + Ports.DYNAMODB,
      paramLabel = "PORT",
      description = "Port of the embedded DynamoDB (default: ${DEFAULT-VALUE}).")
  private int dynamoDbPort;

  @Option(
      names = "--sqs-port",
      defaultValue = "" + Ports.SQS,
      paramLabel = "PORT",
      description = "Port of the embedded SQS (default: ${DEFAULT-VALUE}).")
  private int sqsPort;

  @Option(
      names = "--s3-port",
      defaultValue = "" + Ports.S3,
      paramLabel = "PORT",
      description = "Port of the embedded S3 (default: ${DEFAULT-VALUE}).")
  private int s3Port;

  @Option(
      names = "--public-url",
      paramLabel = "URL",
      description =
          "Where a tunnel makes the port public, for the URLs that are printed; a bare host is"
              + " meant as https.")
  private @Nullable String publicUrl;

  @Option(
      names = "--providers",
      split = ",",
      paramLabel = "NAME",
      description =
          "Whose deliveries to receive, such as lemma,stripe (default: those that"
              + " samconfig.toml's stage \"default\" has, as on a deployed stack).")
  private List<String> providers = List.of();

  @Option(names = "--save-default", description = "Keep the public URL for the next time.")
  private boolean saveDefault;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    makePrivate();
    Settings settings = new Settings(hookset.state());
    URI base = publicUrl == null ? settings.publicUrl() : Settings.completed(publicUrl);
    if (saveDefault) {
      if (publicUrl == null) {
        throw Problem.ofTheCommandLine(
            "--save-default needs --public-url, to have something to save");
      }
      settings.savePublicUrl(Settings.completed(publicUrl));
    }
    requireFree(port, "--port");
    requireFree(dynamoDbPort, "--dynamodb-port");
    requireFree(sqsPort, "--sqs-port");
    requireFree(s3Port, "--s3-port");
    HandlerSources sources = hookset.handlerSources();
    ClassLoader handlers = compiled(sources);
    Map<String, String> environment = hookset.localEnvironment();
    DevelopmentKeys keys = new DevelopmentKeys(environment);
    DeliveryLines lines = new DeliveryLines(out, hookset.clock(), ZoneId.systemDefault());
    DeliveryLog log = new DeliveryLog(hookset.clock(), journal(lines));
    Listeners listeners =
        new Listeners(
            new KeptLog(
                new CountedKeys(new KeyCounts(hookset.state()), hookset.clock(), lines),
                openLog(lines),
                hookset.clock()),
            log);
    PageSecret secret = pageSecret();
    LocalStack stack = start(keys, handlers, listeners);
    Ports.save(hookset.state(), stack);
    NamedSettings.save(hookset.state(), stack.handlerSettings());
    Function<String, URI> urls =
        base == null ? stack::url : provider -> URI.create(base + "/webhooks/" + provider);
    Page page = page(stack, log, keys, urls, secret, listeners);
    page.whenForgetting(stack::compact);
    stack.open(page);
    // So that what a handler prints here is shown with its event, too.
    System.setOut(stack.listenedTo(System.out));
    System.setErr(stack.listenedTo(System.err));
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  page.close();
                  stack.close();
                  log.close();
                },
                "stack-closer"));
    makePrivate();
    print(out, stack, urls, page.address(stack.page()));
    stack.oddRoutes(handlers).forEach(lines::troubled);
    reload(sources, stack, new Listeners(lines, log));
    SecretReload secrets =
        new SecretReload(
            hookset::localEnvironment, environment, now -> useKeys(now, stack, page), lines);
    while (hookset.terminal().pause(LOOK_AROUND)) {
      lines.requireOutput();
      secrets.look();
    }
    return Hookset.OK;
  }

  private void useKeys(Map<String, String> environment, LocalStack stack, Page page) {
    DevelopmentKeys keys = new DevelopmentKeys(environment);
    Map<String, String> variables = LocalVariables.of(environment, keys);
    stack.useKeys(variables);
    page.useKeys(new Deliveries(keys, hookset.samples()), variables);
  }

  /**
   * Bodies, signatures and keys lie there: also those that an older version left open to others.
   */
  private void makePrivate() {
    try {
      PrivateFiles.closeAll(hookset.state());
    } catch (IOException e) {
      throw new Problem(
          "cannot make "
              + hookset.state()
              + " private to you ("
              + FileFailure.said(e)
              + "); if somebody else owns it: sudo chown -R $USER "
              + hookset.state());
    }
  }

  /** A checkout without sources, such as a package's, has its handlers on the class path. */
  private static ClassLoader compiled(HandlerSources sources) {
    ClassLoader ours = DevCommand.class.getClassLoader();
    if (!Files.isDirectory(sources.main())) {
      return ours;
    }
    HandlerSources.Compiled compiled = sources.compile();
    if (!compiled.succeeded()) {
      throw new Problem("the handlers do not compile:\n" + compiled.said().stripTrailing());
    }
    return compiled.loader(ours, sources.resources());
  }

  private void reload(HandlerSources sources, LocalStack stack, StackListener listener) {
    if (!Files.isDirectory(sources.main())) {
      return;
    }
    try {
      HandlerReload reload =
          new HandlerReload(
              sources,
              new FolderWatch(sources),
              changed -> {
                stack.swapHandlers(changed);
                stack.oddRoutes(changed).forEach(listener::troubled);
              },
              new HandlerReload.News() {
                @Override
                public void swapped() {
                  listener.reloaded(null);
                }

                @Override
                public void kept(String reason) {
                  listener.reloaded(reason);
                }

                @Override
                public void restartNeeded() {
                  listener.troubled(
                      "functions/pom.xml has changed; start `./hookset dev` again for its"
                          + " libraries");
                }
              });
      Thread.ofPlatform().daemon().name("handler-reload").start(reload::run);
    } catch (IOException e) {
      listener.troubled("saved handlers are not reloaded: " + FileFailure.said(e));
    }
  }

  /** The log is kept for {@code stats}, {@code tail} and {@code show --log}. */
  private PrintStream openLog(DeliveryLines lines) {
    LogFile file = new LogFile(hookset.state());
    try {
      return file.open(lines::troubled);
    } catch (IOException e) {
      throw new Problem("cannot write " + FileFailure.said(file.path(), e));
    }
  }

  private Journal journal(DeliveryLines lines) {
    try {
      return new Journal(hookset.state().resolve(Journal.FILE), lines::troubled);
    } catch (IOException e) {
      throw inTheWay(e);
    }
  }

  /** A file that fails says why; what else fails is in the hands of somebody. */
  private static Problem inTheWay(IOException e) {
    return new Problem(
        e instanceof FileSystemException
            ? "cannot start: " + FileFailure.said(e)
            : e.getMessage() + "; is another `./hookset dev` running in this folder?");
  }

  private PageSecret pageSecret() {
    try {
      return PageSecret.in(hookset.state());
    } catch (IOException e) {
      throw new Problem("cannot keep the page's secret: " + FileFailure.said(hookset.state(), e));
    }
  }

  private Page page(
      LocalStack stack,
      DeliveryLog log,
      DevelopmentKeys keys,
      Function<String, URI> publicUrls,
      PageSecret secret,
      StackListener listener) {
    Inbox inbox = stack.inbox();
    Set<String> named = ConcurrentHashMap.newKeySet();
    Records records =
        Records.ofLocalTable(
            stack.dynamoDb(),
            LocalStack.TABLE,
            problem -> {
              String message = String.valueOf(problem.getMessage());
              if (named.add(message)) {
                log.troubled(message);
              }
            },
            stack.providers().stream().map(Provider::name).toList());
    return new Page(
        log,
        inbox,
        records,
        new Operator(
            stack.dynamoDb(), LocalStack.TABLE, records, inbox, stack.queue(), hookset.clock()),
        stack.providers(),
        new Deliveries(keys, hookset.samples()),
        LocalVariables.of(hookset.localEnvironment(), keys),
        stack::url,
        publicUrls,
        hookset.clock(),
        secret,
        listener::troubled);
  }

  private LocalStack start(DevelopmentKeys keys, ClassLoader handlers, StackListener listener) {
    try {
      return LocalStack.start(
          LocalProviders.template(hookset, providers),
          new LocalStack.Settings(
              hookset.state(),
              port,
              dynamoDbPort,
              sqsPort,
              s3Port,
              LocalVariables.of(hookset.localEnvironment(), keys),
              null),
          hookset.clock(),
          listener,
          handlers);
    } catch (IOException e) {
      throw inTheWay(e);
    } catch (Misconfiguration | IllegalArgumentException e) {
      throw new Problem(String.valueOf(e.getMessage()));
    } catch (RuntimeException | LinkageError e) {
      throw notBuilt(e);
    }
  }

  /**
   * What is thrown while the stack starts comes from the user's code, if it stands in the trace.
   */
  private static RuntimeException notBuilt(Throwable e) {
    Throwable cause =
        e instanceof ExceptionInInitializerError && e.getCause() != null ? e.getCause() : e;
    for (StackTraceElement frame : cause.getStackTrace()) {
      if (frame.getClassName().startsWith(USERS_PACKAGE)) {
        return new Problem(
            "the handlers cannot be built: "
                + Printable.of(cause.toString(), LONGEST_FAULT)
                + " (in "
                + frame.getClassName()
                + ", "
                + frame.getFileName()
                + ":"
                + frame.getLineNumber()
                + ")");
      }
    }
    if (e instanceof Error error) {
      throw error;
    }
    throw (RuntimeException) e;
  }

  private void print(PrintWriter out, LocalStack stack, Function<String, URI> urls, URI page) {
    out.println();
    Table table = new Table("provider", "URL for its console", "key");
    for (Provider provider : stack.providers()) {
      table.add(
          provider.name(),
          urls.apply(provider.name()).toString(),
          LocalVariables.originOfTheKey(
              provider, hookset.environment(), hookset.localEnvironment()));
    }
    table.print(out, Table.Fit.STACKED);
    out.println();
    out.println(
        "DynamoDB "
            + stack.dynamoDbEndpoint()
            + ", SQS "
            + stack.sqsEndpoint()
            + ", S3 "
            + stack.s3Endpoint());
    out.println("Records are kept in " + hookset.state() + ". Ctrl-C stops.");
    for (Finding finding : SecretCheck.environment(hookset.environment())) {
      out.println("Warning: " + finding.subject() + ": " + finding.seen() + ". " + finding.cure());
    }
    out.println("See every delivery at " + page);
    out.println();
    out.flush();
  }

  private static void requireFree(int port, String option) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    } catch (IOException | IllegalArgumentException e) {
      throw new Problem(
          "port " + port + " cannot be used; stop what uses it, or choose another with " + option);
    }
  }
}
