package dev.hookset.local.samples;

import dev.hookset.receive.Provider;
import dev.hookset.signing.Scheme;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The keys of the local stack: those of the environment where it has some, else development keys
 * that everybody knows, and that prove nothing to anybody else.
 *
 * <p>A development secret is {@code whsec_hookset_development_<provider>}; a development private
 * key, or one whose text is base64, is the SHA-256 of {@code hookset development <provider>}. An
 * empty variable counts as not set.
 */
public final class DevelopmentKeys {
  private static final String TEXT = "whsec_hookset_development_";

  private final Map<String, String> environment;

  /**
   * Creates the keys.
   *
   * @param environment the variables, of which {@code <PROVIDER>_WEBHOOK_SECRET} and {@code
   *     <PROVIDER>_WEBHOOK_PRIVATE_KEY} sign instead of a development key
   */
  public DevelopmentKeys(Map<String, String> environment) {
    this.environment = Map.copyOf(environment);
  }

  /**
   * Returns the key that signs as {@code provider}.
   *
   * @throws IllegalArgumentException if the environment's is no key; the message names the variable
   *     and does not repeat the key
   */
  public SigningKey signingKey(Provider provider) {
    Scheme scheme = provider.scheme();
    String variable = signingVariable(provider);
    String text = optional(variable);
    if (text == null) {
      return scheme.hasPublicKey()
          ? SigningKey.ofSeed(developmentSeed(provider))
          : SigningKey.read(scheme, developmentSecret(provider));
    }
    try {
      return SigningKey.read(scheme, text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(variable + " holds no usable key: " + e.getMessage(), e);
    }
  }

  /** Returns whether {@code provider}'s signing key is a development one. */
  public boolean signsWithDevelopmentKey(Provider provider) {
    return optional(signingVariable(provider)) == null;
  }

  /**
   * Returns the variables that give a function of the local stack the key of {@code provider}: what
   * the environment names, even if what signs here then does not fit; else what verifies the {@link
   * #signingKey}.
   *
   * @throws IllegalArgumentException if that key is in the environment and is none
   */
  public Map<String, String> verificationVariables(Provider provider) {
    List<String> variables = verifyingVariables(provider);
    Map<String, String> given = given(variables);
    if (!given.isEmpty()) {
      return given;
    }
    return Map.of(
        variables.getFirst(),
        provider.scheme().hasPublicKey()
            ? signingKey(provider).publicJwkSet()
            : developmentSecret(provider));
  }

  private Map<String, String> given(List<String> variables) {
    Map<String, String> given = new LinkedHashMap<>();
    for (String variable : variables) {
      String value = optional(variable);
      if (value != null) {
        given.put(variable, value);
      }
    }
    return given;
  }

  private @Nullable String optional(String variable) {
    String value = environment.get(variable);
    return value == null || value.isEmpty() ? null : value;
  }

  private static String signingVariable(Provider provider) {
    return prefix(provider)
        + (provider.scheme().hasPublicKey() ? "_WEBHOOK_PRIVATE_KEY" : "_WEBHOOK_SECRET");
  }

  /** What may give a function the key; by the first of them it is given here. */
  private static List<String> verifyingVariables(Provider provider) {
    String prefix = prefix(provider);
    return provider.scheme().hasPublicKey()
        ? List.of(prefix + "_WEBHOOK_PUBLIC_KEY", prefix + "_API_KEY", prefix + "_API_KEY_ARN")
        : List.of(prefix + "_WEBHOOK_SECRET", prefix + "_WEBHOOK_SECRET_ARN");
  }

  private static String prefix(Provider provider) {
    return provider.variablePrefix();
  }

  /** Returns whether {@code text} has a development secret in it, with which anybody can sign. */
  public static boolean isIn(Provider provider, String text) {
    return text.contains(TEXT)
        || (provider.scheme().secretPrefix() != null && text.contains(developmentSecret(provider)));
  }

  private static String developmentSecret(Provider provider) {
    String prefix = provider.scheme().secretPrefix();
    return prefix == null
        ? TEXT + provider.name()
        : prefix + Base64.getEncoder().encodeToString(developmentSeed(provider));
  }

  private static byte[] developmentSeed(Provider provider) {
    try {
      return MessageDigest.getInstance("SHA-256")
          .digest(("hookset development " + provider.name()).getBytes(StandardCharsets.US_ASCII));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
