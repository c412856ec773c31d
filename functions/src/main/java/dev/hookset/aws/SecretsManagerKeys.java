package dev.hookset.aws;

import dev.hookset.signing.KeysUnavailable;
import dev.hookset.signing.SharedSecret;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.secretsmanager.model.GetSecretValueResponse;
import software.amazon.awssdk.services.secretsmanager.model.ResourceNotFoundException;

/**
 * A provider's secrets in AWS Secrets Manager: the current version, and the previous one for a
 * while after it was replaced, so that a rotation needs no deploy and drops nothing, and a secret
 * that leaked dies.
 */
final class SecretsManagerKeys implements CachedKeys.Origin {
  private static final String CURRENT = "AWSCURRENT";
  private static final String PREVIOUS = "AWSPREVIOUS";

  private final SecretsManagerClient secretsManager;
  private final String arn;
  private final Duration grace;
  private final String variable;
  private final String whereToFindIt;

  /**
   * @param grace how long the previous version stays active, from the creation of the current one
   * @param variable the variable that holds {@code arn}, for messages
   * @param whereToFindIt where in the provider's console the secret stands, for messages
   */
  SecretsManagerKeys(
      SecretsManagerClient secretsManager,
      String arn,
      Duration grace,
      String variable,
      String whereToFindIt) {
    this.secretsManager = Objects.requireNonNull(secretsManager, "secretsManager");
    this.arn = Objects.requireNonNull(arn, "arn");
    this.grace = Objects.requireNonNull(grace, "grace");
    this.variable = variable;
    this.whereToFindIt = whereToFindIt;
  }

  @Override
  public List<CachedKeys.TimedKey> fetch() throws KeysUnavailable {
    try {
      GetSecretValueResponse current = version(CURRENT);
      if (current == null) {
        throw notConfigured("the secret that it names does not exist or has no value");
      }
      List<CachedKeys.TimedKey> keys = new ArrayList<>();
      for (SharedSecret secret : secrets(current)) {
        keys.add(new CachedKeys.TimedKey(secret, null));
      }
      Instant replacedAt = current.createdDate();
      GetSecretValueResponse previous = version(PREVIOUS);
      if (previous != null && replacedAt != null) {
        for (SharedSecret secret : secretsIfAny(previous)) {
          keys.add(new CachedKeys.TimedKey(secret, replacedAt.plus(grace)));
        }
      }
      return keys;
    } catch (SdkException e) {
      throw new KeysUnavailable(
          KeysUnavailable.Cause.UNREACHABLE,
          "Secrets Manager did not return the secret that "
              + variable
              + " names: "
              + e.getMessage());
    }
  }

  private @Nullable GetSecretValueResponse version(String stage) {
    try {
      return secretsManager.getSecretValue(get -> get.secretId(arn).versionStage(stage));
    } catch (ResourceNotFoundException e) {
      return null;
    }
  }

  private List<SharedSecret> secrets(GetSecretValueResponse version) throws KeysUnavailable {
    String text = version.secretString();
    try {
      return SharedSecret.readAll(text == null ? "" : text);
    } catch (IllegalArgumentException e) {
      throw notConfigured("the secret that it names cannot be used: " + e.getMessage());
    }
  }

  /** What was replaced need not have been a secret: a placeholder, to begin with. */
  private List<SharedSecret> secretsIfAny(GetSecretValueResponse version) {
    try {
      return secrets(version);
    } catch (KeysUnavailable e) {
      return List.of();
    }
  }

  private KeysUnavailable notConfigured(String flaw) {
    return new KeysUnavailable(
        KeysUnavailable.Cause.NOT_CONFIGURED, variable + ": " + flaw + ". " + whereToFindIt);
  }
}
