package dev.hookset.local.page;

import dev.hookset.Body;
import dev.hookset.local.samples.Deliveries;
import dev.hookset.local.stack.Exchange;
import dev.hookset.providers.Providers;
import dev.hookset.receive.Provider;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Writes a delivery as the command of ours that sends it: it signs when it is run, so that it is
 * good for as long as the sender's key.
 */
final class SendCommandLine {
  /** What each client says of itself. */
  private static final Set<String> LEFT_OUT = Set.of("accept", "user-agent");

  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:/+*-]*");
  private static final String CONTENT_TYPE = "content-type";

  private SendCommandLine() {}

  /** Returns the command for a {@code POST} whose body is kept. */
  static String of(Exchange exchange) {
    Provider provider = Providers.named(exchange.provider()).orElseThrow();
    Body body = Objects.requireNonNull(exchange.body());
    String type = type(provider, exchange);
    StringBuilder command =
        new StringBuilder(Curl.pipe(body)).append("./hookset send ").append(provider.name());
    if (type != null) {
      command.append(' ').append(type);
    }
    command.append(" --body -");
    if (!exchange.query().isEmpty()) {
      command.append(" \\\n  --url ").append(Curl.quoted(exchange.url()));
    }
    Set<String> anew = Deliveries.proofHeaders(provider);
    exchange
        .headers()
        .forEach(
            (name, value) -> {
              boolean isSentAnyway =
                  anew.contains(name)
                      || LEFT_OUT.contains(name)
                      || (name.equals(CONTENT_TYPE) && value.equals(Deliveries.mediaType(body)))
                      || (type != null && name.equalsIgnoreCase(provider.typeHeader()));
              if (Curl.isOfTheSender(name) && !isSentAnyway) {
                command.append(" \\\n  --header ").append(Curl.quoted(name + ": " + value));
              }
            });
    return command.append('\n').toString();
  }

  /** Returns the type, where a header says it and the shell needs no quotes for it. */
  private static @Nullable String type(Provider provider, Exchange exchange) {
    String header = provider.typeHeader();
    String type =
        header == null
            ? exchange.receipt() == null ? null : exchange.receipt().type()
            : exchange.headers().get(header.toLowerCase(Locale.ROOT));
    return type != null && PLAIN.matcher(type).matches() ? type : null;
  }
}
