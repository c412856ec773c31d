package dev.hookset.local.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.hookset.local.cli.terminal.Problem;
import dev.hookset.local.files.FileFailure;
import dev.hookset.local.files.PrivateFiles;
import dev.hookset.providers.Providers;
import dev.hookset.receive.Provider;
import dev.hookset.signing.SecretText;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The secrets of the local stack that {@code ./hookset secret} was given, in a file for its owner
 * alone. The environment goes before them.
 */
final class KeptSecrets {
  /** How long the previous secret stays good, as on a deployed stack. */
  static final Duration GRACE = Duration.ofDays(2);

  private static final String FILE = "secrets.properties";
  private static final JsonMapper JSON = new JsonMapper();

  private final Path file;
  private final Properties kept = new Properties();

  /**
   * What is kept of a provider.
   *
   * @param text the secret
   * @param since when it was given
   * @param previous the one before; null if there was none
   */
  record Entry(String text, Instant since, @Nullable String previous) {
    /** Returns until when the previous one is good. */
    Instant graceEnds() {
      return since.plus(GRACE);
    }
  }

  /**
   * Reads what was kept.
   *
   * @param state the folder that is kept across restarts; need not exist
   */
  KeptSecrets(Path state) {
    this.file = state.resolve(FILE);
    if (!Files.exists(file)) {
      return;
    }
    try (Reader reader = Files.newBufferedReader(file)) {
      kept.load(reader);
    } catch (IOException | IllegalArgumentException e) {
      throw unreadable();
    }
  }

  /** Returns what is kept of {@code provider}; null if nothing is. */
  @Nullable Entry of(Provider provider) {
    String text = kept.getProperty(provider.name() + ".current");
    if (text == null) {
      return null;
    }
    try {
      return new Entry(
          text,
          Instant.parse(kept.getProperty(provider.name() + ".since", "")),
          kept.getProperty(provider.name() + ".previous"));
    } catch (DateTimeException e) {
      throw unreadable();
    }
  }

  /** Keeps {@code text} as the secret of {@code provider}, and its present one as the previous. */
  void put(Provider provider, String text, Instant now) {
    Entry before = of(provider);
    kept.setProperty(provider.name() + ".current", text);
    kept.setProperty(provider.name() + ".since", now.toString());
    if (before != null && !before.text().equals(text)) {
      kept.setProperty(provider.name() + ".previous", before.text());
    }
    save();
  }

  /** Forgets the secret that {@code provider} had before its present one. */
  void forgetPrevious(Provider provider) {
    kept.remove(provider.name() + ".previous");
    save();
  }

  /** Returns {@code environment} with what is kept, for each provider that it has no key for. */
  Map<String, String> under(Map<String, String> environment, Instant now) {
    Map<String, String> all = new HashMap<>(environment);
    for (Provider provider : Providers.all()) {
      Entry entry = of(provider);
      if (entry != null && !hasKey(environment, provider)) {
        all.put(variable(provider, entry.text()), value(provider, entry, now));
      }
    }
    return all;
  }

  /** Returns whether {@code environment} says what verifies the deliveries of {@code provider}. */
  static boolean hasKey(Map<String, String> environment, Provider provider) {
    return variables(provider).stream()
        .anyMatch(name -> !environment.getOrDefault(name, "").isEmpty());
  }

  /** Returns the variables any of which may say it. */
  static List<String> variables(Provider provider) {
    return Stream.of(
            "_WEBHOOK_SECRET",
            "_WEBHOOK_SECRET_ARN",
            "_WEBHOOK_PUBLIC_KEY",
            "_API_KEY",
            "_API_KEY_ARN")
        .map(name -> provider.variablePrefix() + name)
        .toList();
  }

  private static String variable(Provider provider, String text) {
    String prefix = provider.variablePrefix();
    if (!provider.scheme().hasPublicKey()) {
      return prefix + "_WEBHOOK_SECRET";
    }
    return prefix + (provider.scheme().isKey(text) ? "_WEBHOOK_PUBLIC_KEY" : "_API_KEY");
  }

  /** Both secrets as one text, as long as the previous one is good. */
  private String value(Provider provider, Entry entry, Instant now) {
    String previous = entry.previous();
    if (previous == null || provider.scheme().hasPublicKey() || !now.isBefore(entry.graceEnds())) {
      return entry.text();
    }
    try {
      List<String> both = new ArrayList<>(SecretText.read(entry.text()));
      both.addAll(SecretText.read(previous));
      return JSON.writeValueAsString(both);
    } catch (IllegalArgumentException e) {
      throw unreadable();
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("strings can be written as JSON", e);
    }
  }

  private void save() {
    try {
      PrivateFiles.replace(file, kept);
    } catch (IOException e) {
      throw new Problem("cannot write " + FileFailure.said(file, e));
    }
  }

  private Problem unreadable() {
    return new Problem("cannot read " + file + "; delete it, and give the secrets again");
  }
}
