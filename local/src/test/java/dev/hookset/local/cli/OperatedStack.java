package dev.hookset.local.cli;

import dev.hookset.Body;
import dev.hookset.Event;
import dev.hookset.EventKey;
import dev.hookset.inbox.NewRecord;
import dev.hookset.inbox.Status;
import dev.hookset.local.samples.DevelopmentKeys;
import dev.hookset.local.stack.LocalStack;
import dev.hookset.local.stack.StackListener;
import dev.hookset.local.template.Template;
import dev.hookset.providers.Providers;
import dev.hookset.work.Routes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The one stack of the whole run on which commands are tried that look after a stack, with
 * development keys and a handler that does nothing; and the same as a deployed one, in an account
 * that stands in for AWS.
 *
 * <p>It is started for the first test class that asks for it and closed after the last, so a test
 * tells its records from the others' by their {@link #type}.
 */
final class OperatedStack implements BeforeEachCallback, AfterEachCallback {
  private static final Shell SHELL = new Shell(Shell.REPOSITORY);
  private static final ExtensionContext.Namespace NAMESPACE =
      ExtensionContext.Namespace.create(OperatedStack.class);

  /** The type of all that this test records. */
  final String type = "t." + UUID.randomUUID();

  @SuppressWarnings("NullAway.Init") // JUnit calls beforeEach() first.
  private LocalStack stack;

  @SuppressWarnings("NullAway.Init") // JUnit calls beforeEach() first.
  private CloudStandIn cloud;

  @Override
  public void beforeEach(ExtensionContext context) throws IOException {
    stack =
        context
            .getRoot()
            .getStore(NAMESPACE)
            .computeIfAbsent(
                LocalStack.class, _ -> start(keys(), new StackListener() {}), LocalStack.class);
    cloud = new CloudStandIn(stack);
  }

  @Override
  public void afterEach(ExtensionContext context) {
    cloud.close();
  }

  /** Starts another one. */
  static LocalStack start(Map<String, String> variables, StackListener listener) {
    try {
      return LocalStack.start(
          Template.read(Shell.REPOSITORY.resolve("template.yaml")),
          new LocalStack.Settings(
              null, 0, 0, 0, 0, variables, Routes.builder().otherwise((_, _) -> {}).build()),
          InstantSource.system(),
          listener);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The development keys of all providers. */
  static Map<String, String> keys() {
    Map<String, String> variables = new HashMap<>();
    DevelopmentKeys keys = new DevelopmentKeys(Map.of());
    Providers.deployed()
        .forEach(provider -> variables.putAll(keys.verificationVariables(provider)));
    return variables;
  }

  LocalStack stack() {
    return stack;
  }

  CloudStandIn cloud() {
    return cloud;
  }

  /** Runs a command on the stack as a local one. */
  Shell.Run local(String... arguments) {
    return SHELL.run(ports(arguments));
  }

  /** Runs a command on it as a deployed one. */
  Shell.Run deployed(String... arguments) {
    String[] all = Arrays.copyOf(arguments, arguments.length + 2);
    all[arguments.length] = "--stack";
    all[arguments.length + 1] = CloudStandIn.STACK;
    return new Shell(Shell.REPOSITORY, cloud.environment()).run(all);
  }

  /** Adds to a command the ports of the stack's storage. */
  String[] ports(String... arguments) {
    return ports(stack, arguments);
  }

  static String[] ports(LocalStack stack, String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.add("--dynamodb-port=" + stack.dynamoDbEndpoint().getPort());
    all.add("--sqs-port=" + stack.sqsEndpoint().getPort());
    all.add("--s3-port=" + stack.s3Endpoint().getPort());
    return all.toArray(String[]::new);
  }

  EventKey recorded(String provider, String id, Status status) {
    return recorded(provider, id, status, Instant.now());
  }

  EventKey recorded(String provider, String id, Status status, Instant receivedAt) {
    EventKey key = new EventKey(provider, id);
    Event event = new Event(key, type, receivedAt, null, Body.ofUtf8("{\"a\":[1]}"));
    stack.inbox().record(new NewRecord(event, receivedAt, status, Map.of(), null));
    return key;
  }
}
