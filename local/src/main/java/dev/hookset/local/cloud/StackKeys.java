package dev.hookset.local.cloud;

import dev.hookset.local.troubleshooting.KeyRing;
import dev.hookset.receive.Provider;
import dev.hookset.signing.Ed25519PublicKey;
import dev.hookset.signing.Scheme;
import dev.hookset.signing.SecretText;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.secretsmanager.model.GetSecretValueResponse;
import software.amazon.awssdk.services.secretsmanager.model.ResourceNotFoundException;

/** The keys of a deployed stack, as far as whoever asks may read them. */
public final class StackKeys {
  private static final Pattern GRACE = Pattern.compile("(\\d{1,6})([smhd])");

  private final DeployedStack stack;

  /** Creates a reader; asks nothing. */
  public StackKeys(DeployedStack stack) {
    this.stack = Objects.requireNonNull(stack, "stack");
  }

  /**
   * Returns the keys of a provider that are in use at {@code now}, and as others those that were,
   * are to be, or are other providers'.
   */
  public KeyRing ring(Provider provider, Instant now) {
    KeyRing ring = KeyRing.empty();
    for (Provider each : stack.providers()) {
      Map<String, String> variables = variables(each);
      boolean own = each.name().equals(provider.name());
      ring =
          !each.scheme().hasPublicKey()
              ? withSecrets(ring, each, variables, own, now)
              : own ? withPublicKeys(ring, each, variables) : ring;
    }
    return ring;
  }

  /** Returns the environment of the function that receives a provider's deliveries. */
  public Map<String, String> variables(Provider provider) {
    String function = stack.function(provider);
    FunctionSettings live = FunctionSettings.of(stack, function, FunctionSettings.ALIAS);
    FunctionSettings settings = live == null ? FunctionSettings.of(stack, function, null) : live;
    return settings == null ? Map.of() : settings.variables();
  }

  private KeyRing withSecrets(
      KeyRing ring, Provider provider, Map<String, String> variables, boolean own, Instant now) {
    String prefix = provider.variablePrefix() + "_WEBHOOK_";
    String arn = StackSecrets.arn(provider, variables);
    if (arn.isEmpty()) {
      return ring;
    }
    Scheme scheme = provider.scheme();
    GetSecretValueResponse current = version(arn, "AWSCURRENT", own);
    if (!own) {
      return current == null
          ? ring
          : ring.withOther(provider.name() + "'s secret", scheme, current.secretString());
    }
    KeyRing all = ring;
    if (current != null) {
      all = all.withActive("AWSCURRENT", scheme, current.secretString());
    }
    GetSecretValueResponse previous = version(arn, "AWSPREVIOUS", false);
    if (previous != null && current != null) {
      Instant end = current.createdDate().plus(grace(variables.get(prefix + "ROTATION_GRACE")));
      all =
          now.isBefore(end) && all.unusable().isEmpty()
              ? withActiveIfAny(all, scheme, previous.secretString())
              : all.withOther(
                  "AWSPREVIOUS, which is out of use since " + end, scheme, previous.secretString());
    }
    GetSecretValueResponse pending = version(arn, "AWSPENDING", false);
    return pending == null
        ? all
        : all.withOther("AWSPENDING, which is not in use yet", scheme, pending.secretString());
  }

  /** What was replaced need not have been a secret: a placeholder, to begin with. */
  private static KeyRing withActiveIfAny(KeyRing ring, Scheme scheme, String text) {
    KeyRing all = ring.withActive("AWSPREVIOUS", scheme, text);
    return all.unusable().isEmpty() ? all : ring;
  }

  private KeyRing withPublicKeys(KeyRing ring, Provider provider, Map<String, String> variables) {
    String prefix = provider.variablePrefix();
    Scheme scheme = provider.scheme();
    String byHand = variables.getOrDefault(prefix + "_WEBHOOK_PUBLIC_KEY", "");
    if (!byHand.isEmpty()) {
      return ring.withActive(prefix + "_WEBHOOK_PUBLIC_KEY", scheme, byHand);
    }
    String arn = StackSecrets.arn(provider, variables);
    URI published = provider.publishedKeys();
    if (arn.isEmpty()) {
      return ring;
    }
    GetSecretValueResponse apiKey = version(arn, "AWSCURRENT", true);
    if (published == null) {
      return apiKey == null ? ring : ring.withActive("AWSCURRENT", scheme, apiKey.secretString());
    }
    String url = variables.getOrDefault(prefix + "_SIGNING_KEY_URL", "");
    URI from = url.isEmpty() ? published : URI.create(url);
    if (apiKey == null) {
      return ring;
    }
    if (Ed25519PublicKey.isIn(apiKey.secretString())) {
      return ring.withActive("AWSCURRENT", scheme, apiKey.secretString());
    }
    String key;
    try {
      key = SecretText.readOne(apiKey.secretString());
    } catch (IllegalArgumentException e) {
      return ring.withUnusable("AWSCURRENT: " + e.getMessage());
    }
    return ring.withActive(from.toString(), scheme, PublishedKeySet.fetch(from, key));
  }

  private @Nullable GetSecretValueResponse version(String arn, String stage, boolean needed) {
    try {
      GetSecretValueResponse version =
          stack.secretsManager().getSecretValue(get -> get.secretId(arn).versionStage(stage));
      return version.secretString() == null ? null : version;
    } catch (ResourceNotFoundException e) {
      return null;
    } catch (SdkException e) {
      if (needed) {
        throw new CloudProblem(
            "the secret "
                + arn
                + " cannot be read with your credentials; give it in a file instead: --secret"
                + " FILE");
      }
      return null;
    }
  }

  private static Duration grace(@Nullable String text) {
    Matcher matcher = GRACE.matcher(text == null ? "" : text);
    if (!matcher.matches()) {
      return Duration.ofDays(2);
    }
    long count = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "s" -> Duration.ofSeconds(count);
      case "m" -> Duration.ofMinutes(count);
      case "h" -> Duration.ofHours(count);
      default -> Duration.ofDays(count);
    };
  }
}
