package dev.hookset.local.cloud;

import dev.hookset.receive.Provider;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.secretsmanager.model.GetSecretValueResponse;
import software.amazon.awssdk.services.secretsmanager.model.ResourceNotFoundException;

/** The secrets of a deployed stack in Secrets Manager, as far as whoever asks may see them. */
public final class StackSecrets {
  private final DeployedStack stack;

  /** Creates it; asks nothing. */
  public StackSecrets(DeployedStack stack) {
    this.stack = Objects.requireNonNull(stack, "stack");
  }

  /**
   * One value of a secret.
   *
   * @param since when it was put there; null if Secrets Manager does not say
   */
  public record Version(String text, @Nullable Instant since) {
    @Override
    public String toString() {
      return "Version[" + since + "]";
    }
  }

  /** Returns what a provider's function reads now; null if there is no value yet. */
  public @Nullable Version current(Provider provider) {
    return version(provider, "AWSCURRENT");
  }

  /** Returns the value before that; null if there is none. */
  public @Nullable Version previous(Provider provider) {
    return version(provider, "AWSPREVIOUS");
  }

  /** Puts {@code text} there; what was current is then the previous one. */
  public void put(Provider provider, String text) {
    String arn = arn(provider);
    try {
      stack.secretsManager().putSecretValue(put -> put.secretId(arn).secretString(text));
    } catch (SdkException e) {
      throw new CloudProblem(
          "the secret "
              + arn
              + " cannot be written; your credentials need secretsmanager:PutSecretValue for it");
    }
  }

  private @Nullable Version version(Provider provider, String stage) {
    String arn = arn(provider);
    try {
      GetSecretValueResponse value =
          stack.secretsManager().getSecretValue(get -> get.secretId(arn).versionStage(stage));
      String text = value.secretString();
      return text == null ? null : new Version(text, value.createdDate());
    } catch (ResourceNotFoundException e) {
      return null;
    } catch (SdkException e) {
      throw new CloudProblem(
          "the secret "
              + arn
              + " cannot be read; your credentials need secretsmanager:GetSecretValue for it");
    }
  }

  /** Returns which secret a function reads; empty if its variables name none. */
  static String arn(Provider provider, Map<String, String> variables) {
    String prefix = provider.variablePrefix();
    String arn = variables.getOrDefault(prefix + "_WEBHOOK_SECRET_ARN", "");
    return arn.isEmpty() ? variables.getOrDefault(prefix + "_API_KEY_ARN", "") : arn;
  }

  private String arn(Provider provider) {
    String arn = arn(provider, new StackKeys(stack).variables(provider));
    if (arn.isEmpty()) {
      throw new CloudProblem(
          stack.function(provider)
              + " names no secret; is it of this version? `sam build && sam deploy` brings it up to"
              + " date");
    }
    return arn;
  }
}
