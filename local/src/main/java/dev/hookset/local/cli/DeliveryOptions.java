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
import java.net.URI;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Which delivery to make; what {@code send} and {@code event} have in common. */
final class DeliveryOptions {
  /** What the connection says of itself. */
  private static final Set<String> UNSENT =
      Set.of("connection", "content-length", "expect", "host", "upgrade");

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

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
          "The event's type, one that is documented (default: that of the provider's own example);"
              + " with --body, what a header says, where the type stands in one.")
  private @Nullable String type;

  @Option(
      names = "--body",
      paramLabel = "FILE",
      description = "Send this body as it stands instead of a sample; - reads standard input.")
  private @Nullable String bodyFile;

  @Option(
      names = "--header",
      paramLabel = "LINE",
      description =
          "Send this header, too, such as 'X-Tenant: 7'; may be repeated. Those that prove the"
              + " delivery are made as it is sent.")
  private List<String> headerLines = List.of();

  /** Returns the provider. */
  Provider provider() {
    return ProviderNames.named(providerName == null ? "" : providerName);
  }

  /**
   * A slip of the keyboard would be sent, and fit no route; whoever means it has a body. Where the
   * provider's types are not known, it is told what is sent under that type.
   */
  private String known(Provider provider, Samples samples, String type) {
    if (!DocumentedTypes.cover(provider, type)) {
      Set<String> known = new LinkedHashSet<>(samples.types(provider));
      known.addAll(provider.types());
      throw Problem.ofTheCommandLine(
          Printable.argument(type)
              + " is no event type that "
              + provider.name()
              + " documents; those are, the most similar first, "
              + String.join(", ", DocumentedTypes.nearestFirst(type, known))
              + "; --body FILE sends what you like");
    }
    String like = samples.typeFor(provider, type);
    if (!like.equals(type)) {
      spec.commandLine()
          .getErr()
          .println(
              "There is no sample of "
                  + Printable.of(type)
                  + ": this is that of "
                  + like
                  + " under its type.");
    }
    return type;
  }

  private Map<String, String> headers() {
    Map<String, String> headers = new LinkedHashMap<>();
    for (String line : headerLines) {
      int colon = line.indexOf(':');
      String name = colon < 0 ? "" : line.substring(0, colon).strip();
      if (!DeliveryRequest.canStandInAHeader(line)
          || !name.matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+")
          || UNSENT.contains(name.toLowerCase(Locale.ROOT))) {
        throw Problem.ofTheCommandLine(
            Printable.argument(line)
                + " is no header that can be sent; one looks like 'X-Tenant: 7'");
      }
      headers.put(name, line.substring(colon + 1).strip());
    }
    return headers;
  }

  /**
   * Makes the delivery.
   *
   * @param address where it goes; null for the address that {@code event} gives it
   * @param stale whether it is to be too old
   * @param tampered whether a byte of it is to be changed after it was signed
   */
  DeliveryRequest make(Hookset hookset, @Nullable URI address, boolean stale, boolean tampered) {
    Provider provider = provider();
    Samples samples = hookset.samples();
    Deliveries plain = new Deliveries(new DevelopmentKeys(hookset.localEnvironment()), samples);
    Deliveries deliveries = (address == null ? plain : plain.to(address)).with(headers());
    String id = UUID.randomUUID().toString();
    Instant now = hookset.clock().instant();
    try {
      DeliveryRequest request;
      if (bodyFile == null) {
        String eventType =
            type == null ? samples.defaultType(provider) : known(provider, samples, type);
        request =
            stale
                ? deliveries.stale(provider, eventType, id, now)
                : deliveries.genuine(provider, eventType, id, now);
      } else {
        Body body = Body.wrap(InputFile.read(bodyFile, "body"));
        String said = Objects.requireNonNullElse(type, "");
        request =
            stale
                ? deliveries.stale(provider, said, body, id, now)
                : deliveries.genuine(provider, said, body, id, now);
      }
      return tampered ? deliveries.forged(request) : request;
    } catch (IllegalArgumentException e) {
      throw Problem.ofTheCommandLine(String.valueOf(e.getMessage()));
    }
  }
}
