package dev.hookset.local.cli;

import dev.hookset.aws.inbox.DynamoDbInbox;
import dev.hookset.aws.inbox.S3BodyStore;
import dev.hookset.aws.queue.SqsWorkQueue;
import dev.hookset.inbox.Inbox;
import dev.hookset.inbox.InboxUnavailable;
import dev.hookset.inbox.UnreadableRecord;
import dev.hookset.local.cli.terminal.Printable;
import dev.hookset.local.cli.terminal.Problem;
import dev.hookset.local.cloud.CloudProblem;
import dev.hookset.local.cloud.DeployedStack;
import dev.hookset.local.forget.StoredBodies;
import dev.hookset.local.listen.LocalStackAway;
import dev.hookset.local.operator.Operator;
import dev.hookset.local.operator.Records;
import dev.hookset.local.stack.LocalClients;
import dev.hookset.local.stack.LocalStack;
import dev.hookset.receive.Provider;
import dev.hookset.receive.QueueUnavailable;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.sqs.SqsClient;

/** Which stack a command works on: a deployed one, or that of a running {@code ./hookset dev}. */
final class Target {
  /** A record is not settled from here, so how long a final one is kept does not matter. */
  private static final Duration RETENTION = Duration.ofDays(30);

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--stack",
      paramLabel = "NAME",
      description = "A deployed stack (default: the running `./hookset dev`).")
  private @Nullable String stack;

  @Option(
      names = "--region",
      paramLabel = "REGION",
      description = "Where it is deployed (default: as the AWS CLI has it).")
  private @Nullable String region;

  @Option(
      names = "--dynamodb-port",
      paramLabel = "PORT",
      description = "Port of the local stack's DynamoDB (default: that of the last dev).")
  private @Nullable Integer dynamoDbPort;

  @Option(
      names = "--sqs-port",
      paramLabel = "PORT",
      description = "Port of the local stack's SQS (likewise).")
  private @Nullable Integer sqsPort;

  @Option(
      names = "--s3-port",
      paramLabel = "PORT",
      description = "Port of the local stack's S3 (likewise).")
  private @Nullable Integer s3Port;

  /** The stack's parts. Its queues are looked up when they are first asked for. */
  static final class Parts {
    private final Hookset hookset;
    private final List<String> providers;
    private final Records records;
    private final Inbox inbox;
    private final DynamoDbClient dynamoDb;
    private final String table;
    private final StoredBodies storedBodies;
    private final Supplier<Queues> lookup;
    private @Nullable Queues queues;

    private Parts(
        Hookset hookset,
        List<String> providers,
        Records records,
        Inbox inbox,
        DynamoDbClient dynamoDb,
        String table,
        StoredBodies storedBodies,
        Supplier<Queues> lookup) {
      this.hookset = hookset;
      this.providers = providers;
      this.records = records;
      this.inbox = inbox;
      this.dynamoDb = dynamoDb;
      this.table = table;
      this.storedBodies = storedBodies;
      this.lookup = lookup;
    }

    /** Returns what can be done with the records. */
    Operator operator() {
      Queues found = queues();
      return new Operator(
          dynamoDb,
          table,
          records,
          inbox,
          new SqsWorkQueue(found.sqs(), found.work()),
          hookset.clock());
    }

    /** Returns the names of those whose deliveries it receives. */
    List<String> providers() {
      return providers;
    }

    /** Lists the records. */
    Records records() {
      return records;
    }

    /** Reads a record. */
    Inbox inbox() {
      return inbox;
    }

    DynamoDbClient dynamoDb() {
      return dynamoDb;
    }

    /** Returns the table that holds the inbox. */
    String table() {
      return table;
    }

    /** Returns the bodies that are too long for the table, to be erased. */
    StoredBodies storedBodies() {
      return storedBodies;
    }

    SqsClient sqs() {
      return queues().sqs();
    }

    String queueUrl() {
      return queues().work();
    }

    String deadLetterQueueUrl() {
      return queues().deadLetters();
    }

    private synchronized Queues queues() {
      if (queues == null) {
        queues = lookup.get();
      }
      return queues;
    }
  }

  private record Queues(SqsClient sqs, String work, String deadLetters) {}

  /** Returns whether a deployed stack is meant. */
  boolean isDeployed() {
    if (stack == null && region != null) {
      throw Problem.ofTheCommandLine("--region goes with --stack");
    }
    return stack != null;
  }

  /** Returns the deployed stack's name; null for the local one. */
  @Nullable String name() {
    return stack;
  }

  /** Does something with the parts of the stack that both kinds have. */
  <T> T with(Hookset hookset, Function<Parts, T> action) {
    return isDeployed()
        ? withDeployed(hookset, deployed -> action.apply(parts(hookset, deployed)))
        : withLocal(hookset, action);
  }

  /** Does something with a deployed stack. */
  <T> T withDeployed(Hookset hookset, Function<DeployedStack, T> action) {
    return withDeployed(hookset, DeployedStack::find, action);
  }

  private <T> T withDeployed(Hookset hookset, Finding finding, Function<DeployedStack, T> action) {
    try (DeployedStack deployed =
        finding.find(String.valueOf(stack), region, hookset.environment())) {
      return action.apply(deployed);
    } catch (UnreadableRecord e) {
      throw unreadable(e);
    } catch (CloudProblem e) {
      throw new Problem(Printable.of(String.valueOf(e.getMessage())));
    } catch (SdkException | InboxUnavailable | QueueUnavailable e) {
      throw new Problem("stack " + Printable.of(String.valueOf(stack)) + ": " + said(e));
    }
  }

  /** What is done with a deployed stack and the local one. */
  @FunctionalInterface
  interface Both<T> {
    /** Does it. */
    T apply(DeployedStack deployed, Parts there, Parts here);
  }

  /** How a deployed stack is found: as {@link DeployedStack} offers it. */
  @FunctionalInterface
  interface Finding {
    /** Finds it. */
    DeployedStack find(String name, @Nullable String region, Map<String, String> environment);
  }

  /** Does something with a deployed stack and the local one, which has to be running. */
  <T> T withBoth(Hookset hookset, Finding finding, Both<T> action) {
    if (!isDeployed()) {
      throw Problem.ofTheCommandLine("which deployed stack? Say --stack NAME");
    }
    return withLocal(
        hookset,
        here -> {
          here.queueUrl(); // Before the stack is asked: that one is the slower to find out.
          return withDeployed(
              hookset,
              finding,
              deployed -> {
                try {
                  return action.apply(deployed, parts(hookset, deployed), here);
                } catch (LocalStackAway e) {
                  throw away(e);
                }
              });
        });
  }

  /** Returns the parts of a deployed stack. */
  Parts parts(Hookset hookset, DeployedStack deployed) {
    List<String> providers = names(deployed.providers());
    return parts(
        hookset,
        providers,
        new Records(deployed.dynamoDb(), deployed.table(), naming(), providers),
        deployed.dynamoDb(),
        deployed.table(),
        new S3BodyStore(deployed::s3, deployed.bucket()),
        new StoredBodies(deployed::s3, deployed.bucket(), true),
        () -> new Queues(deployed.sqs(), deployed.queueUrl(), deployed.deadLetterQueueUrl()));
  }

  private <T> T withLocal(Hookset hookset, Function<Parts, T> action) {
    Ports ports = Ports.of(hookset.state());
    List<String> providers = names(LocalProviders.running(hookset));
    try (LocalClients clients =
        new LocalClients(
            local(Objects.requireNonNullElse(dynamoDbPort, ports.dynamoDb())),
            local(Objects.requireNonNullElse(sqsPort, ports.sqs())),
            local(Objects.requireNonNullElse(s3Port, ports.s3())))) {
      return action.apply(
          parts(
              hookset,
              providers,
              Records.ofLocalTable(clients.dynamoDb(), LocalStack.TABLE, naming(), providers),
              clients.dynamoDb(),
              LocalStack.TABLE,
              new S3BodyStore(clients::s3, LocalStack.BUCKET),
              new StoredBodies(clients::s3, LocalStack.BUCKET, false),
              () ->
                  new Queues(
                      clients.sqs(),
                      queueUrl(clients.sqs(), LocalStack.QUEUE),
                      queueUrl(clients.sqs(), LocalStack.DEAD_LETTER_QUEUE))));
    } catch (UnreadableRecord e) {
      throw unreadable(e);
    } catch (SdkException | InboxUnavailable | QueueUnavailable e) {
      throw away(e);
    }
  }

  private static Problem away(RuntimeException e) {
    return new Problem(
        "the local stack does not answer; is `./hookset dev` running? (" + said(e) + ")");
  }

  private static URI local(int port) {
    return URI.create("http://127.0.0.1:" + port);
  }

  /** Names each record that cannot be read once, beside what the command prints. */
  private Consumer<UnreadableRecord> naming() {
    Set<String> named = ConcurrentHashMap.newKeySet();
    return problem -> {
      String message = Printable.of(String.valueOf(problem.getMessage()));
      if (named.add(message)) {
        spec.commandLine().getErr().println("Passed over: " + message);
      }
    };
  }

  private static String queueUrl(SqsClient sqs, String name) {
    return sqs.getQueueUrl(get -> get.queueName(name)).queueUrl();
  }

  private Parts parts(
      Hookset hookset,
      List<String> providers,
      Records records,
      DynamoDbClient dynamoDb,
      String table,
      S3BodyStore bodies,
      StoredBodies storedBodies,
      Supplier<Queues> queues) {
    return new Parts(
        hookset,
        providers,
        records,
        new DynamoDbInbox(dynamoDb, table, bodies, DynamoDbInbox.DEFAULT_INLINE_BYTES, RETENTION),
        dynamoDb,
        table,
        storedBodies,
        queues);
  }

  private static List<String> names(List<Provider> providers) {
    return providers.stream().map(Provider::name).toList();
  }

  private static Problem unreadable(UnreadableRecord e) {
    return new Problem(
        Printable.of(String.valueOf(e.getMessage()))
            + "; a newer version wrote it, or it was edited by hand: look at the item in the"
            + " table");
  }

  /** Returns the first line of what went wrong, and of what caused it. */
  private static String said(RuntimeException e) {
    Throwable cause = e;
    while (!(cause instanceof SdkException) && cause.getCause() != null) {
      cause = cause.getCause();
    }
    String message = cause.getMessage() == null ? "" : cause.getMessage();
    return Printable.of(message.lines().findFirst().orElse("no reason given"));
  }
}
