package dev.hookset.local.cli;

import dev.hookset.Body;
import dev.hookset.local.cli.terminal.Printable;
import dev.hookset.local.cli.terminal.Problem;
import dev.hookset.local.samples.Deliveries;
import dev.hookset.local.samples.DeliveryRequest;
import dev.hookset.local.samples.DevelopmentKeys;
import dev.hookset.local.samples.Samples;
import dev.hookset.providers.DocumentedTypes;
import dev.hookset.receive.Provider;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which delivery to make; what {@code send} and {@code event} have in common. */
final class DeliveryOptions {
  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "PROVIDER",
      hideParamSyntax = true, // Without it `send` does nothing but name the providers.
      description = "Whose; `./hookset urls` names them.")
  private @Nullable String providerName;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "TYPE",
      description =
          "The event's type, one that is documented (default: that of the provider's own example).")
  private @Nullable String type;

  @Option(
      names = "--body",
      paramLabel = "FILE",
      description = "Send this body as it stands instead of a sample; - reads standard input.")
  private @Nullable String bodyFile;

  /** Returns the provider. */
  Provider provider() {
    return ProviderNames.named(providerName == null ? "" : providerName);
  }

  /** A slip of the keyboard would be sent, and fit no route; whoever means it has a body. */
  private static String known(Provider provider, String type) {
    if (DocumentedTypes.cover(provider, type)) {
      return type;
    }
    Set<String> known = new LinkedHashSet<>(Samples.types(provider));
    known.addAll(provider.types());
    throw Problem.ofTheCommandLine(
        Printable.argument(type)
            + " is no event type that "
            + provider.name()
            + " documents; those are, the most similar first, "
            + String.join(", ", DocumentedTypes.nearestFirst(type, known))
            + "; --body FILE sends what you like");
  }

  /**
   * Makes the delivery.
   *
   * @param stale whether it is to be too old
   * @param tampered whether a byte of it is to be changed after it was signed
   */
  DeliveryRequest make(Hookset hookset, boolean stale, boolean tampered) {
    Provider provider = provider();
    Deliveries deliveries = new Deliveries(new DevelopmentKeys(hookset.localEnvironment()));
    String id = UUID.randomUUID().toString();
    Instant now = hookset.clock().instant();
    try {
      DeliveryRequest request;
      if (bodyFile == null) {
        String eventType = type == null ? Samples.defaultType(provider) : known(provider, type);
        request =
            stale
                ? deliveries.stale(provider, eventType, id, now)
                : deliveries.genuine(provider, eventType, id, now);
      } else {
        Body body = Body.wrap(InputFile.read(bodyFile, "body"));
        request =
            stale
                ? deliveries.stale(provider, body, id, now)
                : deliveries.genuine(provider, body, id, now);
      }
      return tampered ? request.tampered() : request;
    } catch (IllegalArgumentException e) {
      throw Problem.ofTheCommandLine(String.valueOf(e.getMessage()));
    }
  }
}
