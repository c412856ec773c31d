package dev.hookset.aws.keys;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hookset.aws.AwsStandIn;
import dev.hookset.aws.AwsStandIn.Answer;
import dev.hookset.aws.keys.CachedKeys.TimedKey;
import dev.hookset.signing.KeysUnavailable;
import dev.hookset.signing.KeysUnavailable.Cause;
import dev.hookset.signing.Scheme;
import dev.hookset.signing.SharedSecret;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class SecretsManagerKeysTest {
  private static final String ARN =
      "arn:aws:secretsmanager:eu-central-1:123456789012:secret:lemma-AbCdEf";
  private static final String VARIABLE = "LEMMA_WEBHOOK_SECRET_ARN";
  private static final String WHERE = "the console's page Webhooks shows it";
  private static final Duration GRACE = Duration.ofDays(2);
  private static final Instant ROTATED = Instant.parse("2026-06-01T12:00:00.250Z");

  private final Map<String, Answer> versions = new HashMap<>();
  private volatile @Nullable CyclicBarrier together;
  private AwsStandIn service;
  private SecretsManagerKeys keys;

  @BeforeEach
  void start() throws IOException {
    service =
        new AwsStandIn(
            request -> {
              assertEquals("GetSecretValue", request.operation());
              await(together);
              return versions.getOrDefault(
                  request.text("VersionStage"),
                  Answer.error(
                      400,
                      "ResourceNotFoundException",
                      "Secrets Manager can't find the specified secret value for staging label"));
            });
    keys =
        new SecretsManagerKeys(
            new StoredSecret(service.clients().secretsManager(), ARN, VARIABLE, WHERE),
            Scheme.hmacSha256("{body}").in("X-Sig").build(),
            GRACE);
  }

  @AfterEach
  void stop() {
    service.close();
  }

  @Test
  void fetch_currentAlone_isItsKeyWithoutAnEnd() throws KeysUnavailable {
    versions.put("AWSCURRENT", version("whsec_key_1"));

    assertFetched(keys.fetch(), key("whsec_key_1", null));

    assertEquals(
        List.of("AWSCURRENT", "AWSPREVIOUS"),
        service.requests().stream().map(request -> request.text("VersionStage")).sorted().toList());
    assertTrue(
        service.requests().stream().allMatch(request -> request.text("SecretId").equals(ARN)));
  }

  @Test
  void fetch_previousBesideIt_endsWhenTheGraceIsOver() throws KeysUnavailable {
    versions.put("AWSCURRENT", version("whsec_key_2"));
    versions.put("AWSPREVIOUS", version("whsec_key_1", ROTATED.minus(Duration.ofDays(90))));

    assertFetched(keys.fetch(), key("whsec_key_2", null), key("whsec_key_1", ROTATED.plus(GRACE)));
  }

  @Test
  void fetch_arraysOfSecrets_areAllOfThem() throws KeysUnavailable {
    versions.put("AWSCURRENT", version("[\"secret of a\",\"secret of b\"]"));
    versions.put("AWSPREVIOUS", version("[\"secret of c\",\"secret of d\"]"));

    assertFetched(
        keys.fetch(),
        key("secret of a", null),
        key("secret of b", null),
        key("secret of c", ROTATED.plus(GRACE)),
        key("secret of d", ROTATED.plus(GRACE)));
  }

  @Test
  void fetch_secretThatOnlyLooksLikeJson_isTakenAsItStands() throws KeysUnavailable {
    versions.put("AWSCURRENT", version("[not json"));

    assertFetched(keys.fetch(), key("[not json", null));
  }

  @Test
  void fetch_noDateOfTheRotation_leavesThePreviousOut() throws KeysUnavailable {
    versions.put("AWSCURRENT", Answer.ok(Map.of("ARN", ARN, "SecretString", "whsec_key_2")));
    versions.put("AWSPREVIOUS", version("whsec_key_1"));

    assertFetched(keys.fetch(), key("whsec_key_2", null));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " \n", "{}", "[]", "[\"\"]", "{\"a\":\"\"}", "{\"a\":{}}"})
  void fetch_previousThatIsNoSecret_isLeftOut(String placeholder) throws KeysUnavailable {
    versions.put("AWSCURRENT", version("whsec_key_2"));
    versions.put("AWSPREVIOUS", version(placeholder));

    assertFetched(keys.fetch(), key("whsec_key_2", null));
  }

  @Test
  void fetch_previousIsBinary_isLeftOut() throws KeysUnavailable {
    versions.put("AWSCURRENT", version("whsec_key_2"));
    versions.put("AWSPREVIOUS", Answer.ok(Map.of("ARN", ARN, "SecretBinary", "AAEC")));

    assertFetched(keys.fetch(), key("whsec_key_2", null));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "\n",
        "[]",
        "{}",
        "[\"a\",\"\"]",
        "[\"whsec_key_1\",1]",
        "{\"whsec\":{\"value\":\"whsec_key_1\"}}",
        "[null]",
        "[\"\\ud800\"]"
      })
  void fetch_currentThatIsNoSecret_isNotConfigured(String text) {
    versions.put("AWSCURRENT", version(text));
    versions.put("AWSPREVIOUS", version("whsec_key_1"));

    assertUnavailable(Cause.NOT_CONFIGURED, "cannot be used", WHERE);
  }

  @Test
  void fetch_currentIsBinary_isNotConfigured() {
    versions.put("AWSCURRENT", Answer.ok(Map.of("ARN", ARN, "SecretBinary", "AAEC")));

    assertUnavailable(Cause.NOT_CONFIGURED, WHERE);
  }

  @Test
  void fetch_noSuchSecret_isNotConfigured() {
    assertUnavailable(Cause.NOT_CONFIGURED, "does not exist or has no value", WHERE);
  }

  @ParameterizedTest
  @CsvSource({
    "400, AccessDeniedException, no identity-based policy allows it",
    "400, InvalidRequestException, marked for deletion",
    "400, DecryptionFailure, no key",
    "400, ThrottlingException, slow down",
    "500, InternalServiceError, oops",
    "503, ServiceUnavailable, later"
  })
  void fetch_serviceRefuses_isUnreachable(int status, String type, String message) {
    versions.put("AWSCURRENT", Answer.error(status, type, message));

    assertUnavailable(Cause.UNREACHABLE, message);
  }

  @Test
  void fetch_serviceAnswersJunk_isUnreachable() {
    versions.put("AWSCURRENT", new Answer(500, "<html>whsec_key_1</html>"));

    assertUnavailable(Cause.UNREACHABLE);
  }

  @ParameterizedTest
  @CsvSource({
    "400, AccessDeniedException",
    "400, ThrottlingException",
    "500, InternalServiceError",
    "503, ServiceUnavailable"
  })
  void fetch_previousCannotBeRead_isTheCurrentAlone(int status, String type)
      throws KeysUnavailable {
    // A good current secret was thrown away when the call for the previous one failed, and every
    // delivery was answered with 500 or judged by old keys.
    versions.put("AWSCURRENT", version("whsec_key_2"));
    versions.put("AWSPREVIOUS", Answer.error(status, type, "oops"));

    assertFetched(keys.fetch(), key("whsec_key_2", null));
    // What the provider still signs with is missing: for five minutes it was refused.
    assertFalse(keys.isComplete());
    versions.put("AWSPREVIOUS", version("whsec_key_1"));
    keys.fetch();
    assertTrue(keys.isComplete());
  }

  @Test
  void fetch_previousCannotBeReadAnyMore_servesOn() throws KeysUnavailable {
    // Without it, a failed call in the days after a rotation would refuse what the provider still
    // signs with the old secret.
    versions.put("AWSCURRENT", version("whsec_key_2"));
    versions.put("AWSPREVIOUS", version("whsec_key_1"));
    keys.fetch();
    versions.put("AWSPREVIOUS", Answer.error(500, "InternalServiceError", "oops"));

    assertFetched(keys.fetch(), key("whsec_key_2", null), key("whsec_key_1", ROTATED.plus(GRACE)));
    assertFetched(keys.fetch(), key("whsec_key_2", null), key("whsec_key_1", ROTATED.plus(GRACE)));
  }

  @Test
  void fetch_rotatedWhilePreviousCannotBeRead_keepsWhatWasCurrent() throws KeysUnavailable {
    versions.put("AWSCURRENT", version("whsec_key_2"));
    versions.put("AWSPREVIOUS", version("whsec_key_1"));
    keys.fetch();
    versions.put("AWSCURRENT", version("whsec_key_3", ROTATED.plusSeconds(60)));
    versions.put("AWSPREVIOUS", Answer.error(500, "InternalServiceError", "oops"));

    assertFetched(
        keys.fetch(),
        key("whsec_key_3", null),
        key("whsec_key_2", ROTATED.plusSeconds(60).plus(GRACE)));
  }

  @Test
  void fetch_bothVersions_areAskedForTogether() throws KeysUnavailable {
    // One after the other, a sender waits for two calls after each restore.
    versions.put("AWSCURRENT", version("whsec_key_2"));
    versions.put("AWSPREVIOUS", version("whsec_key_1"));
    together = new CyclicBarrier(2);

    assertFetched(keys.fetch(), key("whsec_key_2", null), key("whsec_key_1", ROTATED.plus(GRACE)));
  }

  @Test
  void fetch_nobodyThere_isUnreachable() {
    service.close();

    assertUnavailable(Cause.UNREACHABLE);
  }

  /** Waits until as many requests are here as belong together. */
  private static void await(@Nullable CyclicBarrier barrier) {
    try {
      if (barrier != null) {
        barrier.await();
      }
    } catch (InterruptedException | BrokenBarrierException e) {
      throw new IllegalStateException(e);
    }
  }

  private void assertUnavailable(Cause cause, String... parts) {
    KeysUnavailable failure = assertThrows(KeysUnavailable.class, keys::fetch);
    String message = String.valueOf(failure.getMessage());
    assertEquals(cause, failure.why(), message);
    assertTrue(message.contains(VARIABLE), message);
    for (String part : parts) {
      assertTrue(message.contains(part), message);
    }
    assertFalse(message.contains("whsec"), message);
  }

  private static Answer version(String secret) {
    return version(secret, ROTATED);
  }

  private static Answer version(String secret, Instant createdAt) {
    return Answer.ok(
        Map.of(
            "ARN",
            ARN,
            "Name",
            "lemma",
            "SecretString",
            secret,
            "CreatedDate",
            createdAt.toEpochMilli() / 1000.0));
  }

  private record Key(String fingerprint, @Nullable Instant validUntil) {}

  private static Key key(String secret, @Nullable Instant validUntil) {
    return new Key(SharedSecret.of(secret).fingerprint(), validUntil);
  }

  private static void assertFetched(List<TimedKey> fetched, Key... expected) {
    assertEquals(
        Arrays.asList(expected),
        fetched.stream()
            .map(timed -> new Key(timed.key().fingerprint(), timed.validUntil()))
            .toList());
  }
}
