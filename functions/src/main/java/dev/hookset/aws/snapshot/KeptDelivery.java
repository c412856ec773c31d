package dev.hookset.aws.snapshot;

import dev.hookset.Body;
import dev.hookset.receive.Provider;
import dev.hookset.signing.KeySource;
import dev.hookset.signing.VerificationKey;
import dev.hookset.signing.Verifier;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

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

  /** Returns that of {@code provider}, or else that of one of {@code others} that signs alike. */
  public static KeptDelivery likeOf(Provider provider, Supplier<List<Provider>> others) {
    boolean hasPublicKey = provider.scheme().hasPublicKey();
    return Stream.concat(Stream.of(provider), Stream.of(others).flatMap(all -> all.get().stream()))
        .filter(each -> each.scheme().hasPublicKey() == hasPublicKey)
        .flatMap(KeptDelivery::read)
        .findFirst()
        .orElseThrow();
  }

  private static Stream<KeptDelivery> read(Provider provider) {
    try (InputStream file = KeptDelivery.class.getResourceAsStream(provider.name() + ".json")) {
      return file == null
          ? Stream.empty()
          : Stream.of(new KeptDelivery(provider, Body.wrap(file.readAllBytes())));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the keys that it holds for. */
  public KeySource keys() {
    List<VerificationKey> keys =
        provider
            .scheme()
            .readKeys(provider.scheme().hasPublicKey() ? PUBLIC_KEY : SECRET + provider.name());
    return () -> keys;
  }

  /** Returns what verifies it, at the time when it was signed. */
  public Verifier verifier() {
    return new Verifier(provider.scheme(), keys(), Duration.ZERO, event.size(), () -> SIGNED_AT);
  }
}
