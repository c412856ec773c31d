package dev.hookset.local.cli;

import dev.hookset.local.cli.terminal.Json;
import dev.hookset.local.cli.terminal.Table;
import dev.hookset.local.senders.Draft;
import dev.hookset.receive.Provider;
import dev.hookset.signing.Scheme;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a sender, for who sets it up.
 *
 * @param provider the sender
 */
record SenderPage(Provider provider) {
  /** Returns how it signs, in all its ways. */
  String signs() {
    return provider.scheme().all().stream().map(Draft::words).collect(Collectors.joining("; or "));
  }

  void print(PrintWriter out, Table.Fit fit) {
    out.println(provider.title() + " (" + provider.name() + ")");
    out.println();
    Table table = new Table();
    table.add("signs", signs());
    table.add("secret", sentence(provider.whereToFindTheKey()));
    String urlIn = provider.whereToPasteTheUrl();
    table.add("URL", urlIn == null ? "it does not say where" : sentence("Paste it " + urlIn));
    table.add(
        "answers",
        provider.successStatus()
            + ", or "
            + provider.refusalStatus()
            + " to what does not verify"
            + (provider.answerWithin() == null
                ? ""
                : "; it waits " + words(provider.answerWithin())));
    table.add("tries again", retries());
    table.add("environment", provider.variablePrefix() + "_WEBHOOK_SECRET, and so on");
    table.add("a capture", sentence(provider.replay()));
    table.print(out, fit);
  }

  private String retries() {
    Provider.Retries retries = provider.retries();
    if (retries == null) {
      return "it does not say when";
    }
    return retries.span().isZero() ? "never, by itself" : "for " + words(retries.span());
  }

  /** Returns it for machines. */
  Json json() {
    Provider.Retries retries = provider.retries();
    Scheme scheme = provider.scheme();
    return new Json()
        .put("provider", provider.name())
        .put("title", provider.title())
        .put("signs", signs())
        .put("signsTimestamp", scheme.signsTimestamp())
        .put("signedId", provider.hasSignedId())
        .put("secret", provider.whereToFindTheKey())
        .put("url", provider.whereToPasteTheUrl())
        .put("success", provider.successStatus())
        .put("refusal", provider.refusalStatus())
        .put("answerWithinSeconds", seconds(provider.answerWithin()))
        .put("retriesForSeconds", retries == null ? null : retries.span().toSeconds())
        .put("capture", provider.replay());
  }

  private static @Nullable Long seconds(@Nullable Duration duration) {
    return duration == null ? null : duration.toSeconds();
  }

  private static String sentence(String text) {
    return text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1) + ".";
  }

  private static String words(@Nullable Duration duration) {
    if (duration == null) {
      return "";
    }
    long seconds = duration.toSeconds();
    return seconds % 86_400 == 0 && seconds > 0
        ? seconds / 86_400 + " d"
        : seconds % 3600 == 0 && seconds > 0
            ? seconds / 3600 + " h"
            : seconds % 60 == 0 && seconds > 0 ? seconds / 60 + " min" : seconds + " s";
  }
}
