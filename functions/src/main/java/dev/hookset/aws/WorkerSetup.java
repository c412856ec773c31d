package dev.hookset.aws;

import dev.hookset.aws.clients.Clients;
import dev.hookset.aws.keys.CachedSecret;
import dev.hookset.aws.keys.StoredSecret;
import dev.hookset.work.Handler;
import dev.hookset.work.Secret;
import dev.hookset.work.Setup;
import java.net.http.HttpClient;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;

/**
 * What the worker hands to the user's {@link dev.hookset.work.Application}, from the environment.
 *
 * <p>It notes what is missing and goes on, so that a start that fails names everything at once.
 */
final class WorkerSetup implements Setup {
  private static final Pattern SECRET_NAME = Pattern.compile("[a-z][a-z0-9_-]*");

  private final Environment environment;
  private final Clients clients;
  private final InstantSource clock;
  private final HttpClient http;
  private final Handler logAndForward;
  private final Set<String> missing = new TreeSet<>();

  WorkerSetup(
      Environment environment,
      Clients clients,
      InstantSource clock,
      HttpClient http,
      Handler logAndForward) {
    this.environment = Objects.requireNonNull(environment, "environment");
    this.clients = Objects.requireNonNull(clients, "clients");
    this.clock = Objects.requireNonNull(clock, "clock");
    this.http = Objects.requireNonNull(http, "http");
    this.logAndForward = Objects.requireNonNull(logAndForward, "logAndForward");
  }

  /** Returns the variables that were asked for and are not set. */
  Set<String> missing() {
    return missing;
  }

  @Override
  public String setting(String variable) {
    String value = environment.optional(variable);
    if (value == null) {
      missing.add(variable);
      return "";
    }
    return value;
  }

  @Override
  public String setting(String variable, String fallback) {
    Objects.requireNonNull(fallback, "fallback");
    String value = environment.optional(variable);
    return value == null ? fallback : value;
  }

  @Override
  public Secret secret(String name) {
    if (!SECRET_NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "'"
              + name
              + "' is not the name of a secret: lower-case letters, digits, - and _ are expected");
    }
    String plain = name.toUpperCase(Locale.ROOT).replace('-', '_') + "_SECRET";
    String value = environment.optional(plain);
    if (value != null) {
      return new Secret(name, () -> value);
    }
    String variable = plain + "_ARN";
    String arn = setting(variable);
    if (arn.isEmpty()) {
      return new Secret(name, () -> "");
    }
    StoredSecret stored =
        new StoredSecret(
            clients.secretsManager(),
            arn,
            variable,
            "Give it a value: aws secretsmanager put-secret-value --secret-id " + arn);
    return new Secret(name, new CachedSecret(stored, clock));
  }

  @Override
  public InstantSource clock() {
    return clock;
  }

  @Override
  public HttpClient http() {
    return http;
  }

  @Override
  public <B extends AwsClientBuilder<B, C>, C> B aws(B builder) {
    return clients.configured(builder);
  }

  @Override
  public Handler logAndForward() {
    return logAndForward;
  }
}
