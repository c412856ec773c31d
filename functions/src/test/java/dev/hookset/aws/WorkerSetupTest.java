package dev.hookset.aws;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hookset.work.Application;
import dev.hookset.work.Routes;
import dev.hookset.work.Secret;
import dev.hookset.work.SecretUnavailable;
import dev.hookset.work.Setup;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a worker's start makes of the user's handlers, and what it hands to them. */
final class WorkerSetupTest {
  private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");

  private static final ThreadLocal<Application> APPLICATION = new ThreadLocal<>();

  private final ByteArrayOutputStream log = new ByteArrayOutputStream();
  private final Map<String, String> variables =
      new HashMap<>(
          Map.of(
              "AWS_REGION", "eu-central-1",
              "AWS_ACCESS_KEY_ID", "x",
              "AWS_SECRET_ACCESS_KEY", "x",
              "INBOX_TABLE", "inbox",
              "WORK_QUEUE_URL", "http://127.0.0.1:1/queue",
              "OVERFLOW_BUCKET", "bucket"));
  private Instant now = NOW;

  /** The class that HANDLERS names; each test says what it does. */
  public static final class Named implements Application {
    /** As it must be. */
    public Named() {}

    @Override
    public Routes routes(Setup setup) {
      return APPLICATION.get().routes(setup);
    }
  }

  /** Needs something to be built. */
  public static final class WithArgument implements Application {
    /** Not as it must be. */
    public WithArgument(String argument) {
      assertNotNull(argument);
    }

    @Override
    public Routes routes(Setup setup) {
      return Routes.builder().build();
    }
  }

  private void start(Application application) {
    APPLICATION.set(application);
    variables.put("HANDLERS", Named.class.getName());
    start();
  }

  private void start() {
    new Wiring(variables, () -> now, new PrintStream(log, true, UTF_8)).worker();
  }

  private String refusal(Application application) {
    return String.valueOf(
        assertThrows(Misconfiguration.class, () -> start(application)).getMessage());
  }

  private String refusal(String handlers) {
    variables.put("HANDLERS", handlers);
    return String.valueOf(assertThrows(Misconfiguration.class, this::start).getMessage());
  }

  @Test
  void start_withoutTheVariable_takesTheShippedHandlers() {
    start();

    assertEquals("", log.toString(UTF_8));
  }

  @Test
  void start_settingsThatAreMissing_areNamedAllAtOnce() {
    // One deploy for each forgotten variable, until the last was found.
    String message =
        refusal(
            setup -> {
              setup.setting("PAGER_URL");
              setup.setting("TEAM", "a default");
              setup.secret("pager");
              setup.setting("INBOX_TABLE");
              return Routes.builder().build();
            });

    assertTrue(message.startsWith("PAGER_SECRET_ARN, PAGER_URL are not set"), message);
    assertTrue(message.contains(Named.class.getName()), message);
  }

  @Test
  void start_settingThatIsMissingAndBreaksTheHandler_isNamedAllTheSame() {
    String message =
        refusal(
            setup -> {
              int port = Integer.parseInt(setup.setting("PAGER_PORT"));
              return Routes.builder().on("lemma", "*", "" + port, (_, _) -> {}).build();
            });

    assertTrue(message.startsWith("PAGER_PORT is not set"), message);
  }

  @Test
  void start_handlersThatThrow_saysWhatAndWhere() {
    String message =
        refusal(
            _ -> {
              throw new IllegalStateException("no pager today");
            });

    assertTrue(message.startsWith("HANDLERS is '"), message);
    assertTrue(message.contains("no pager today"), message);
    assertTrue(message.contains("(WorkerSetupTest.java:"), message);
  }

  @Test
  void start_classThatIsNone_namesTheVariable() {
    assertTrue(refusal("app.Handlerz").startsWith("HANDLERS is 'app.Handlerz', and there is no"));
    assertTrue(refusal("java.lang.String").contains("does not implement"));
    assertTrue(refusal(WithArgument.class.getName()).contains("constructor without arguments"));
  }

  @Test
  void start_routeOnATypeThatNobodyDocuments_namesTheNearestAndStarts() {
    start(_ -> Routes.builder().on("lemma", "incident.analysed", (_, _) -> {}).build());

    assertTrue(log.toString(UTF_8).contains("WARN"), log.toString(UTF_8));
    assertTrue(
        log.toString(UTF_8).contains("the nearest is 'incident.analyzed'"), log.toString(UTF_8));
  }

  private Secret secret(String name) {
    Secret[] taken = new Secret[1];
    start(
        setup -> {
          taken[0] = setup.secret(name);
          return Routes.builder().build();
        });
    return taken[0];
  }

  @Test
  void secret_plain_isTheVariablesAndNeverPrinted() {
    variables.put("ON_CALL_SECRET", "t0ken");

    Secret secret = secret("on-call");

    assertEquals("t0ken", secret.value());
    assertEquals("Secret[on-call]", secret.toString());
  }

  @Test
  void secret_inSecretsManager_isFetchedAtFirstUseKeptAndRotated() throws IOException {
    try (AwsStandIn secretsManager =
        new AwsStandIn(
            _ -> AwsStandIn.Answer.ok(Map.of("SecretString", now.equals(NOW) ? "one\n" : "two")))) {
      variables.put("AWS_ENDPOINT_URL_SECRETS_MANAGER", secretsManager.url());
      variables.put("PAGER_SECRET_ARN", "arn:pager");
      Secret secret = secret("pager");
      assertEquals(List.of(), secretsManager.requests());

      assertEquals("one", secret.value());
      assertEquals("one", secret.value());
      assertEquals(1, secretsManager.requests().size());
      now = NOW.plus(Duration.ofMinutes(5));
      assertEquals("two", secret.value());
    }
  }

  @Test
  void secret_secretsManagerDown_servesTheOldOneForADay() throws IOException {
    boolean[] down = new boolean[1];
    try (AwsStandIn secretsManager =
        new AwsStandIn(
            _ ->
                down[0]
                    ? AwsStandIn.Answer.error(400, "InvalidRequestException", "not today")
                    : AwsStandIn.Answer.ok(Map.of("SecretString", "one")))) {
      variables.put("AWS_ENDPOINT_URL_SECRETS_MANAGER", secretsManager.url());
      variables.put("PAGER_SECRET_ARN", "arn:pager");
      Secret secret = secret("pager");
      assertEquals("one", secret.value());
      down[0] = true;

      now = NOW.plus(Duration.ofHours(24));
      assertEquals("one", secret.value());
      now = NOW.plus(Duration.ofHours(25));
      SecretUnavailable thrown = assertThrows(SecretUnavailable.class, secret::value);

      assertTrue(String.valueOf(thrown.getMessage()).contains("PAGER_SECRET_ARN"));
      assertFalse(String.valueOf(thrown.getMessage()).contains("one"));
    }
  }
}
