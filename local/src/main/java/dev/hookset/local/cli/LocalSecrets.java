package dev.hookset.local.cli;

import dev.hookset.local.cli.terminal.Json;
import dev.hookset.local.cli.terminal.Problem;
import dev.hookset.local.cli.terminal.Table;
import dev.hookset.local.cli.terminal.Times;
import dev.hookset.local.samples.DevelopmentKeys;
import dev.hookset.receive.Provider;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The secrets of the local stack: those that are kept here, and those of the environment. */
final class LocalSecrets implements SecretPlace {
  private final Hookset hookset;
  private final KeptSecrets kept;

  LocalSecrets(Hookset hookset) {
    this.hookset = hookset;
    this.kept = new KeptSecrets(hookset.state());
  }

  @Override
  public void forgetPrevious(Provider provider, PrintWriter said, Json result) {
    KeptSecrets.Entry before = kept.of(provider);
    if (before == null) {
      throw new Problem(provider.name() + " has no secret here");
    }
    kept.forgetPrevious(provider);
    Fingerprints.note(result, provider, true, before.text(), null, false);
    said.println("The secret before is forgotten; a `./hookset dev` that runs drops it at once.");
  }

  @Override
  public int give(Provider provider, SecretInput input, PrintWriter said, Json result) {
    KeptSecrets.Entry before = kept.of(provider);
    String text = input.of(provider);
    input.show(provider, text);
    kept.put(provider, text, hookset.clock().instant());
    boolean isNew = before == null || !before.text().equals(text);
    String replaced = isNew && before != null ? before.text() : null;
    Fingerprints.note(result, provider, isNew, text, replaced, input.generate());
    said.println(
        provider.name()
            + "'s secret is "
            + Fingerprints.shown(provider, text)
            + " now, kept in "
            + hookset.state()
            + ".");
    if (replaced != null) {
      said.println(
          "The one before, " + Fingerprints.shown(provider, replaced) + ", is good for 48 h.");
    }
    said.println(
        KeptSecrets.hasKey(hookset.environment(), provider)
            ? "The environment has a key of its own, which goes before it."
            : "A `./hookset dev` that runs takes it at once, unless it was started with a key in"
                + " its environment.");
    return Hookset.OK;
  }

  /** A secret of the local stack; the time since when it is kept, if it is, and its deliveries. */
  private record LocalSecret(
      String provider,
      String fingerprint,
      String origin,
      boolean inUse,
      @Nullable Instant since,
      KeyCounts.@Nullable Row counted) {
    Json json() {
      return new Json()
          .put("provider", provider)
          .put("fingerprint", fingerprint)
          .put("inUse", inUse)
          .put("from", inUse ? origin : null)
          .put("since", since)
          .put("deliveries", counted == null ? 0 : counted.deliveries())
          .put("last", counted == null ? null : counted.last());
    }
  }

  @Override
  public void list(PrintWriter out, boolean json, TableWidth width) {
    List<LocalSecret> secrets =
        LocalProviders.running(hookset).stream().flatMap(this::secretsOf).toList();
    if (json) {
      secrets.forEach(secret -> out.println(secret.json()));
      return;
    }
    Table table =
        new Table(
            "provider", "secret", "from", width.isWide() ? "since" : "age", "verified", "last");
    Instant now = hookset.clock().instant();
    for (LocalSecret secret : secrets) {
      Instant since = secret.since();
      KeyCounts.Row counted = secret.counted();
      table.add(
          secret.provider(),
          secret.fingerprint(),
          secret.origin(),
          since == null ? "" : width.isWide() ? Times.since(since, now) : Times.age(since, now),
          counted == null ? "0" : Long.toString(counted.deliveries()),
          counted == null ? "" : counted.last().toString());
    }
    table.print(out, width.or(Table.Fit.SHORTENED));
  }

  private Stream<LocalSecret> secretsOf(Provider provider) {
    Map<String, String> all = hookset.localEnvironment();
    KeptSecrets.Entry entry = kept.of(provider);
    boolean isKept = entry != null && !KeptSecrets.hasKey(hookset.environment(), provider);
    String origin = LocalVariables.originOfTheKey(provider, hookset.environment(), all);
    Instant since = isKept && entry != null ? entry.since() : null;
    List<KeyCounts.Row> rows = new KeyCounts(hookset.state()).of(provider.name());
    List<LocalSecret> secrets = new ArrayList<>();
    Set<String> shown = new LinkedHashSet<>(inUse(provider, all));
    for (String fingerprint : shown) {
      KeyCounts.Row counted =
          rows.stream()
              .filter(row -> row.fingerprint().equals(fingerprint))
              .findFirst()
              .orElse(null);
      secrets.add(new LocalSecret(provider.name(), fingerprint, origin, true, since, counted));
    }
    for (KeyCounts.Row row : rows) {
      if (!shown.contains(row.fingerprint())) {
        secrets.add(
            new LocalSecret(
                provider.name(), row.fingerprint(), "not in use now", false, null, row));
      }
    }
    return secrets.stream();
  }

  private static List<String> inUse(Provider provider, Map<String, String> variables) {
    try {
      return new DevelopmentKeys(variables)
          .verificationVariables(provider).entrySet().stream()
              .filter(variable -> !variable.getKey().endsWith("_ARN"))
              .flatMap(variable -> Fingerprints.of(provider, variable.getValue()).stream())
              .toList();
    } catch (IllegalArgumentException e) {
      return List.of();
    }
  }
}
