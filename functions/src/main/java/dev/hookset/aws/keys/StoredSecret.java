package dev.hookset.aws.keys;

import dev.hookset.signing.KeysUnavailable;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.secretsmanager.model.GetSecretValueResponse;
import software.amazon.awssdk.services.secretsmanager.model.ResourceNotFoundException;

/** A secret in AWS Secrets Manager that a variable names. It is asked for anew each time. */
public final class StoredSecret {
  private static final String CURRENT = "AWSCURRENT";
  private static final String PREVIOUS = "AWSPREVIOUS";

  private final SecretsManagerClient secretsManager;
  private final String arn;
  private final String variable;
  private final String whereToFindIt;

  /**
   * Names a secret.
   *
   * @param variable the variable that holds {@code arn}, for messages
   * @param whereToFindIt where in the provider's console the value stands, for messages
   */
  public StoredSecret(
      SecretsManagerClient secretsManager, String arn, String variable, String whereToFindIt) {
    this.secretsManager = Objects.requireNonNull(secretsManager, "secretsManager");
    this.arn = Objects.requireNonNull(arn, "arn");
    this.variable = Objects.requireNonNull(variable, "variable");
    this.whereToFindIt = Objects.requireNonNull(whereToFindIt, "whereToFindIt");
  }

  /**
   * One of its versions.
   *
   * @param text the value; empty where it is binary or there is none
   * @param createdAt when it was made; null if the service does not say so
   */
  public record Version(String text, @Nullable Instant createdAt) {
    @Override
    public String toString() {
      return "Version[" + createdAt + "]";
    }
  }

  /**
   * Returns the version that counts.
   *
   * @throws KeysUnavailable if there is none, or the service does not answer
   */
  public Version current() throws KeysUnavailable {
    Version current = version(CURRENT);
    if (current == null) {
      throw notConfigured("the secret that it names does not exist or has no value");
    }
    return current;
  }

  /**
   * Returns the version that {@link #current} has replaced, or null if there is none.
   *
   * @throws KeysUnavailable if the service does not answer
   */
  @Nullable Version previous() throws KeysUnavailable {
    return version(PREVIOUS);
  }

  /**
   * Returns the failure of a value that cannot be used: {@code flaw} says why without repeating it.
   */
  public KeysUnavailable notConfigured(String flaw) {
    return new KeysUnavailable(
        KeysUnavailable.Cause.NOT_CONFIGURED, variable + ": " + flaw + ". " + whereToFindIt);
  }

  private @Nullable Version version(String stage) throws KeysUnavailable {
    try {
      GetSecretValueResponse response =
          secretsManager.getSecretValue(get -> get.secretId(arn).versionStage(stage));
      String text = response.secretString();
      return new Version(text == null ? "" : text, response.createdDate());
    } catch (ResourceNotFoundException e) {
      return null;
    } catch (SdkException e) {
      throw new KeysUnavailable(
          KeysUnavailable.Cause.UNREACHABLE,
          "Secrets Manager GetSecretValue failed for the secret in "
              + variable
              + ": "
              + e.getMessage());
    }
  }
}
