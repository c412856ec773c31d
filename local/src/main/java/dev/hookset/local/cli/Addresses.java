package dev.hookset.local.cli;

import dev.hookset.local.captures.CapturedRequest;
import dev.hookset.local.cli.terminal.Printable;
import dev.hookset.local.cli.terminal.Problem;
import dev.hookset.local.troubleshooting.Case;
import dev.hookset.receive.Provider;
import java.net.URI;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Where a captured request was sent, as its function takes it to be. */
final class Addresses {
  private Addresses() {}

  /**
   * Returns how and where it was asked for.
   *
   * @param given what the command line says; it goes before all else
   * @param variables the function's
   * @param deployed where the function is reached, as far as that is known
   */
  static Case.Address of(
      Provider whose,
      @Nullable String given,
      CapturedRequest request,
      Map<String, String> variables,
      @Nullable String deployed) {
    Set<String> known = new LinkedHashSet<>();
    if (given != null) {
      known.add(required(given));
    }
    String captured = request.url();
    int mark = captured == null ? -1 : captured.indexOf('?');
    String query = mark < 0 || captured == null ? "" : captured.substring(mark);
    String configured = variables.getOrDefault(whose.variablePrefix() + "_WEBHOOK_URL", "");
    if (!configured.isEmpty()) {
      // As a function does: it is its own but for the query.
      known.add(configured.indexOf('?') < 0 ? configured + query : configured);
    }
    if (captured != null) {
      known.add(captured);
    }
    if (deployed != null) {
      known.add(deployed + query);
    }
    if (known.isEmpty() && Case.signsUrl(whose)) {
      throw Problem.ofTheCommandLine(
          whose.title()
              + " signs the address of its requests: give it with --url, as "
              + whose.title()
              + " was given it");
    }
    List<String> all = List.copyOf(known);
    return new Case.Address(
        Objects.requireNonNullElse(request.method(), "POST").toUpperCase(Locale.ROOT),
        all.isEmpty() ? "" : all.getFirst(),
        all);
  }

  /** Returns what is given with {@code --url}; refuses what is no whole address. */
  static String required(String given) {
    try {
      URI url = URI.create(given.replaceAll("[^\\x21-\\x7e]|[{}|\\\\^`\"<>]", "_"));
      if (url.getHost() != null && String.valueOf(url.getScheme()).matches("(?i)https?")) {
        return given;
      }
    } catch (IllegalArgumentException e) {
      // Falls through: the message says what was expected.
    }
    throw Problem.ofTheCommandLine(
        "--url: "
            + Printable.argument(given)
            + " is no whole address; one looks like https://example.com/webhooks/twilio");
  }
}
