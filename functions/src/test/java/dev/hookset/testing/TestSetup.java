package dev.hookset.testing;

import dev.hookset.work.Handler;
import dev.hookset.work.Secret;
import dev.hookset.work.Setup;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.regions.Region;

/** A setup that a test fills. Its clock stands still until it is moved. */
public final class TestSetup implements Setup {
  private final Map<String, String> settings = new HashMap<>();
  private final Map<String, String> secrets = new HashMap<>();
  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(3)).build();
  private volatile Instant now = Events.NOW;

  /** Gives a setting its value. */
  public TestSetup with(String variable, String value) {
    settings.put(variable, value);
    return this;
  }

  /** Gives a secret its value; again, and it is rotated. */
  public TestSetup withSecret(String name, String value) {
    secrets.put(name, value);
    return this;
  }

  /** Sets the clock. */
  public void moveTo(Instant time) {
    now = time;
  }

  @Override
  public String setting(String variable) {
    return required(settings, variable, "setting");
  }

  @Override
  public String setting(String variable, String fallback) {
    return settings.getOrDefault(variable, fallback);
  }

  @Override
  public Secret secret(String name) {
    required(secrets, name, "secret");
    return new Secret(name, () -> required(secrets, name, "secret"));
  }

  private static String required(Map<String, String> values, String name, String what) {
    String value = values.get(name);
    if (value == null) {
      throw new IllegalStateException(
          "the test gives the " + what + " '" + name + "' no value, and there is no default");
    }
    return value;
  }

  @Override
  public InstantSource clock() {
    return () -> now;
  }

  @Override
  public HttpClient http() {
    return http;
  }

  /** Configures a builder with a region and credentials that are good for nothing. */
  @Override
  public <B extends AwsClientBuilder<B, C>, C> B aws(B builder) {
    return builder
        .region(Region.US_EAST_1)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")));
  }

  /** Returns a handler that logs {@code event}. */
  @Override
  public Handler logAndForward() {
    return (_, context) -> context.log().info("event");
  }
}
