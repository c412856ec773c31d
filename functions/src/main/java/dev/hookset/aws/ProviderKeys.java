package dev.hookset.aws;

import dev.hookset.aws.clients.Clients;
import dev.hookset.aws.keys.CachedKeys;
import dev.hookset.aws.keys.PublishedKeys;
import dev.hookset.aws.keys.SecretsManagerKeys;
import dev.hookset.aws.keys.StoredSecret;
import dev.hookset.receive.Provider;
import dev.hookset.signing.Ed25519PublicKey;
import dev.hookset.signing.KeySource;
import dev.hookset.signing.KeysUnavailable;
import dev.hookset.signing.SecretText;
import dev.hookset.signing.VerificationKey;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds out where a provider's keys come from. A key that is missing, or is none, does not keep a
 * function from starting: the provider may show it only once the function's URL exists, and a
 * function that cannot start would roll the first deploy back. Every delivery is answered with 500
 * instead, and the log says what to set.
 */
final class ProviderKeys {
  private static final Duration SECRET_FRESH_FOR = Duration.ofMinutes(5);
  private static final Duration SECRET_STALE_FOR = Duration.ofDays(1);
  private static final Duration PUBLISHED_FRESH_FOR = Duration.ofHours(1);
  private static final Duration PUBLISHED_STALE_FOR = Duration.ofDays(7);
  private static final Duration ROTATION_GRACE = Duration.ofDays(2);
  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

  private final Provider provider;
  private final String prefix;
  private final Environment environment;
  private final Clients clients;
  private final InstantSource clock;

  ProviderKeys(Provider provider, Environment environment, Clients clients, InstantSource clock) {
    this.provider = provider;
    this.prefix = provider.variablePrefix();
    this.environment = environment;
    this.clients = clients;
    this.clock = clock;
  }

  KeySource source() {
    return provider.scheme().hasPublicKey() ? publicKeys() : secrets();
  }

  private KeySource secrets() {
    String plain = prefix + "_WEBHOOK_SECRET";
    String secret = environment.optional(plain);
    if (secret != null) {
      return configured(plain, secret);
    }
    KeySource stored = storedKeys();
    return stored == null
        ? notConfigured("neither " + plain + " nor " + plain + "_ARN is set")
        : stored;
  }

  /** Returns what the variable of a stored secret leads to; null if it is not set. */
  private @Nullable KeySource storedKeys() {
    String arn = prefix + "_WEBHOOK_SECRET_ARN";
    String secretArn = environment.optional(arn);
    if (secretArn == null) {
      return null;
    }
    Duration grace = environment.duration(prefix + "_WEBHOOK_ROTATION_GRACE", ROTATION_GRACE);
    return new CachedKeys(
        new SecretsManagerKeys(stored(secretArn, arn), provider.scheme(), grace),
        SECRET_FRESH_FOR,
        SECRET_STALE_FOR,
        clock);
  }

  private KeySource publicKeys() {
    String byHand = prefix + "_WEBHOOK_PUBLIC_KEY";
    String key = environment.optional(byHand);
    if (key != null) {
      return configured(byHand, key);
    }
    URI published = provider.publishedKeys();
    if (published == null) {
      KeySource stored = storedKeys();
      return stored == null
          ? notConfigured("neither " + byHand + " nor " + prefix + "_WEBHOOK_SECRET_ARN is set")
          : stored;
    }
    return publishedKeys(published, byHand);
  }

  private KeySource publishedKeys(URI published, String byHand) {
    String plain = prefix + "_API_KEY";
    String secret = prefix + "_WEBHOOK_SECRET_ARN";
    String arn = environment.optional(secret) == null ? plain + "_ARN" : secret;
    String apiKey = environment.optional(plain);
    String apiKeyArn = environment.optional(arn);
    if (apiKey == null && apiKeyArn == null) {
      return notConfigured("none of " + byHand + ", " + plain + " and " + arn + " is set");
    }
    PublishedKeys.ApiKey apiKeySource;
    if (apiKey != null) {
      String usable;
      try {
        usable = SecretText.readOne(apiKey);
      } catch (IllegalArgumentException e) {
        return notConfigured(plain + " holds no usable key: " + e.getMessage());
      }
      apiKeySource = () -> usable;
    } else {
      StoredSecret stored = stored(String.valueOf(apiKeyArn), arn);
      apiKeySource = () -> apiKey(stored);
    }
    return new CachedKeys(
        new PublishedKeys(
            url(published),
            apiKeySource,
            clients.http(PublishedKeys.CONNECT_TIMEOUT, PublishedKeys.READ_TIMEOUT)),
        PUBLISHED_FRESH_FOR,
        PUBLISHED_STALE_FOR,
        clock);
  }

  private URI url(URI fallback) {
    String variable = prefix + "_SIGNING_KEY_URL";
    String value = environment.optional(variable);
    if (value == null) {
      return fallback;
    }
    try {
      URI url = URI.create(value);
      boolean isLoopback =
          url.getHost() != null && LOOPBACK.contains(url.getHost().toLowerCase(Locale.ROOT));
      if (url.getHost() != null
          && ("https".equalsIgnoreCase(url.getScheme())
              || ("http".equalsIgnoreCase(url.getScheme()) && isLoopback))) {
        return url;
      }
    } catch (IllegalArgumentException e) {
      // Falls through: the message below says what was expected.
    }
    throw new Misconfiguration(variable, "is '" + value + "'; an https URL is expected");
  }

  private StoredSecret stored(String arn, String variable) {
    return new StoredSecret(clients.secretsManager(), arn, variable, provider.whereToFindTheKey());
  }

  private static String apiKey(StoredSecret stored) throws KeysUnavailable {
    String text = stored.current().text();
    if (Ed25519PublicKey.isIn(text)) {
      return text; // A JWK set is an object, which no API key is.
    }
    try {
      return SecretText.readOne(text);
    } catch (IllegalArgumentException e) {
      throw stored.notConfigured("the secret that it names cannot be used: " + e.getMessage());
    }
  }

  private KeySource configured(String variable, String value) {
    try {
      List<VerificationKey> keys = provider.scheme().readKeys(value);
      return () -> keys;
    } catch (IllegalArgumentException e) {
      return notConfigured(variable + " holds no usable key: " + e.getMessage());
    }
  }

  private KeySource notConfigured(String flaw) {
    String message = flaw + ". " + provider.whereToFindTheKey();
    return () -> {
      throw new KeysUnavailable(KeysUnavailable.Cause.NOT_CONFIGURED, message);
    };
  }
}
