package dev.hookset.local.samples;

import static dev.hookset.local.samples.CheckoutSamples.SAMPLES;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hookset.providers.Providers;
import dev.hookset.receive.Provider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Holds {@code docs/senders.md} to the descriptions, from which its table is made. */
final class SendersDocumentTest {
  private static final Path DOCUMENT = Path.of("..", "docs", "senders.md");
  private static final String NOT_SAID = "not documented";

  static List<Provider> providers() {
    return Providers.all();
  }

  // What one file said of a sender, another said otherwise: the descriptions have it, once.
  @Test
  void tables_haveARowOfEachSender_asItsDescriptionHasIt() throws IOException {
    List<String> rows =
        Files.readAllLines(DOCUMENT).stream().filter(line -> line.startsWith("| **")).toList();

    assertEquals(
        Stream.concat(
                providers().stream().map(SendersDocumentTest::setUp),
                providers().stream().map(SendersDocumentTest::behaviour))
            .collect(Collectors.joining("\n")),
        String.join("\n", rows));
  }

  @ParameterizedTest
  @MethodSource("providers")
  void description_ofAnySender_saysWhereUrlAndKeyAre(Provider provider) {
    if (!provider.name().equals("standard-webhooks")) { // Which is nobody's.
      assertTrue(
          Objects.requireNonNull(provider.whereToPasteTheUrl(), provider.name()).length() > 10);
    }
    assertTrue(provider.whereToFindTheKey().length() > 20, provider.name());
    assertTrue(provider.replay().length() > 20, provider.name());
  }

  private static String setUp(Provider provider) {
    String url = provider.whereToPasteTheUrl();
    return row(
        "**" + provider.title() + "**",
        "`" + provider.title().replaceAll("[^A-Za-z0-9]", "") + "`",
        "`" + provider.name() + "`",
        url == null ? "where the sender takes it" : url,
        provider.whereToFindTheKey(),
        SAMPLES.types(provider).stream()
            .map(type -> "`" + type + "`")
            .collect(Collectors.joining(", ")));
  }

  private static String behaviour(Provider provider) {
    Duration patience = provider.answerWithin();
    return row(
        "**" + provider.title() + "**",
        Integer.toString(provider.successStatus()),
        patience == null ? NOT_SAID : said(patience),
        retries(provider.retries()),
        provider.replay());
  }

  private static String retries(Provider.@Nullable Retries retries) {
    if (retries == null) {
      return NOT_SAID;
    }
    if (retries.span().isZero()) {
      return "never by itself";
    }
    return retries.waits().isEmpty()
        ? "for " + said(retries.span())
        : "after "
            + retries.waits().stream()
                .map(SendersDocumentTest::said)
                .collect(Collectors.joining(", "));
  }

  private static String said(Duration duration) {
    long seconds = duration.toSeconds();
    return seconds == 0
        ? "0 s"
        : seconds % 86_400 == 0
            ? seconds / 86_400 + " d"
            : seconds % 3_600 == 0
                ? seconds / 3_600 + " h"
                : seconds % 60 == 0 ? seconds / 60 + " min" : seconds + " s";
  }

  private static String row(String... cells) {
    return "| " + String.join(" | ", cells).replace("\n", " ") + " |";
  }
}
