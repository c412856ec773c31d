package dev.hookset.aws.snapshot;

import dev.hookset.Body;
import dev.hookset.receive.Provider;
import dev.hookset.signing.Ed25519PublicKey;
import dev.hookset.signing.KeySource;
import dev.hookset.signing.SharedSecret;
import dev.hookset.signing.VerificationKey;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A delivery that is kept with the code, as API Gateway's event, and signed with the provider's
 * development key, which everybody knows: only a receiver for priming believes it.
 */
public record KeptDelivery(Provider provider, Body event) {
  /** When all of them were signed. */
  public static final Instant SIGNED_AT = Instant.parse("2026-06-01T12:00:00Z");

  private static final String SECRET = "whsec_hookset_development_";
  private static final String PUBLIC_KEY =
      "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"n1K1qdqbV_3uFXC9mIIkYjODte8QGlCZtWWonFY3nRc\"}";

  /** Returns that of {@code provider}, if one is kept. */
  public static Optional<KeptDelivery> of(Provider provider) {
    try (InputStream file = KeptDelivery.class.getResourceAsStream(provider.name() + ".json")) {
      return file == null
          ? Optional.empty()
          : Optional.of(new KeptDelivery(provider, Body.wrap(file.readAllBytes())));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the key that it holds for. */
  public KeySource keys() {
    List<VerificationKey> keys =
        switch (provider.scheme().algorithm()) {
          case HMAC_SHA256 -> List.of(SharedSecret.of(SECRET + provider.name()));
          case ED25519 -> List.copyOf(Ed25519PublicKey.readAll(PUBLIC_KEY));
        };
    return () -> keys;
  }
}
