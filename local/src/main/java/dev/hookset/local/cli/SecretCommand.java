package dev.hookset.local.cli;

import dev.hookset.local.cli.terminal.Json;
import dev.hookset.local.cli.terminal.Problem;
import dev.hookset.local.cli.terminal.Table;
import dev.hookset.local.cloud.DeployedStack;
import dev.hookset.local.cloud.StackSecrets;
import dev.hookset.local.samples.DevelopmentKeys;
import dev.hookset.local.troubleshooting.TextBytes;
import dev.hookset.providers.Providers;
import dev.hookset.receive.Provider;
import dev.hookset.signing.SharedSecret;
import dev.hookset.signing.VerificationKey;
import java.io.PrintWriter;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Gives a provider's secret to a stack, and lists which are set. */
@Command(
    name = "secret",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Give a provider's secret to a stack; without PROVIDER, list which are set.",
      "",
      "Asks for it without showing it, or reads what is piped in; it is never an argument, so it"
          + " stands in no history. On a deployed stack it goes into Secrets Manager, nothing is"
          + " deployed, and the command waits until the function has it. Without --stack it is kept"
          + " in .hookset/ for `dev`, `send` and `verify`; the environment goes before it. For"
          + " Lamina it is an API key, or the public key itself.",
      "",
      "The same command rotates: the one before stays good for 48 hours (RotationGrace). Where you"
          + " choose the secret (Lucid, Lymnus), use --generate, and give the new one to the"
          + " provider five minutes later. Where the provider makes it (Lemma, Lamba), add a second"
          + " endpoint there for the same URL, give its secret here, and delete the first endpoint"
          + " once the new key verifies; docs/runbook.md says why. Lamina's signing key rotates by"
          + " itself; an API key is revoked after the new one is here.",
      "",
      "A secret is shown by its fingerprint, eight digits from which it cannot be found out. Which"
          + " one verified last is listed here for the local stack, and by *Keys that verify* on"
          + " the dashboard of a deployed one. When the old one leaked, do not wait out its grace:"
          + " --forget-previous."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./hookset secret lemma --stack hookset",
      "  ./hookset secret lucid --stack hookset --generate",
      "  ./hookset secret --stack hookset",
      "  ./hookset secret lemma"
    })
final class SecretCommand implements Callable<Integer> {
  /** Whose console makes the secret. */
  private static final Set<String> MAKE_THEIR_SECRET = Set.of("lemma", "lamba");

  /** A function looks for a newer secret once a minute at most. */
  private static final Duration PAUSE = Duration.ofSeconds(61);

  /** Fewer than the refusals that raise an alarm. */
  private static final int MOST_KNOCKS = 4;

  private static final int GENERATED_BYTES = 32;

  @ParentCommand private Hookset hookset;

  @Spec private CommandSpec spec;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "PROVIDER",
      description = "Whose secret (default: list all).")
  private @Nullable String provider;

  @Option(
      names = "--generate",
      description = "Make the secret, and print it once, to be given to the provider.")
  private boolean generate;

  @Option(
      names = "--forget-previous",
      description = "Give no new one; end the grace of the one before.")
  private boolean forgetPrevious;

  @Option(
      names = "--json",
      description =
          "One JSON object, or, without PROVIDER, one a line for each secret; what is said besides"
              + " goes to the standard error.")
  private boolean json;

  @Mixin private TableWidth width;

  @Mixin private Target target;

  /** What became of it, for machines. */
  private final Json result = new Json();

  @Override
  public Integer call() {
    if (provider == null) {
      return list();
    }
    PrintWriter out = json ? spec.commandLine().getErr() : spec.commandLine().getOut();
    Provider chosen = ProviderNames.named(provider);
    if (generate && forgetPrevious) {
      throw Problem.ofTheCommandLine("--generate and --forget-previous exclude each other");
    }
    requireGenerable(chosen);
    int code =
        target.isDeployed()
            ? target.withDeployed(hookset, stack -> deployed(out, chosen, stack))
            : local(out, chosen);
    out.flush();
    if (json) {
      spec.commandLine().getOut().println(result);
      spec.commandLine().getOut().flush();
    }
    return code;
  }

  private int list() {
    if (generate || forgetPrevious) {
      throw Problem.ofTheCommandLine("whose secret? Name a provider");
    }
    PrintWriter out = spec.commandLine().getOut();
    if (target.isDeployed()) {
      target.withDeployed(hookset, stack -> listed(out, stack));
    } else {
      listLocal(out);
    }
    out.flush();
    return Hookset.OK;
  }

  private void noteResult(Provider chosen, boolean changed, String text, @Nullable String before) {
    result
        .put("provider", chosen.name())
        .put("changed", changed)
        .put("fingerprints", fingerprints(chosen, text))
        .put("previous", before == null ? null : fingerprints(chosen, before))
        .put("secret", generate ? text : null);
  }

  private void requireGenerable(Provider chosen) {
    if (generate && (MAKE_THEIR_SECRET.contains(chosen.name()) || chosen.publishedKeys() != null)) {
      throw Problem.ofTheCommandLine(
          "--generate is for who takes a secret from you. " + chosen.whereToFindTheKey());
    }
  }

  // --- A deployed stack

  private int deployed(PrintWriter out, Provider chosen, DeployedStack stack) {
    StackSecrets secrets = new StackSecrets(stack);
    StackSecrets.Version current = secrets.current(chosen);
    if (forgetPrevious) {
      if (current == null) {
        throw new Problem(chosen.name() + " has no secret yet");
      }
      // Put once more, it is its own predecessor.
      secrets.put(chosen, current.text());
      noteResult(chosen, true, current.text(), null);
      out.println(
          "The secret before "
              + shown(chosen, current.text())
              + " is out of use; every function drops it within five minutes.");
      return Hookset.OK;
    }
    String text = given(chosen);
    boolean isNew = current == null || !current.text().equals(text);
    noteResult(chosen, isNew, text, isNew && current != null ? current.text() : null);
    if (!isNew) {
      out.println("That is " + chosen.name() + "'s secret already; nothing is changed.");
    } else {
      show(out, chosen, text);
      secrets.put(chosen, text);
      out.println(
          chosen.name()
              + "'s secret is "
              + shown(chosen, text)
              + " now"
              + (current == null
                  ? "."
                  : "; the one before, "
                      + shown(chosen, current.text())
                      + ", stays good for the grace."));
    }
    out.flush();
    return await(out, chosen, text, stack);
  }

  /** Knocks until the function has it; what does not answer as expected is told at the end. */
  private int await(PrintWriter out, Provider chosen, String text, DeployedStack stack) {
    for (int knock = 1; ; knock++) {
      SecretProbe.Answer answer =
          SecretProbe.ask(chosen, text, stack.url(chosen), hookset.clock().instant());
      switch (answer) {
        case HAS_IT -> {
          result.put("functionHasIt", true);
          out.println("The function has it; another instance of it may take five minutes.");
          return Hookset.OK;
        }
        case HAS_ONE -> {
          result.put("functionHasIt", false);
          out.println(
              "The function has a key; it asks for a changed one at the next fetch, within an"
                  + " hour.");
          return Hookset.OK;
        }
        case HAS_ANOTHER, HAS_NONE, UNAVAILABLE -> {
          if (knock == 1) {
            out.println(
                "Waiting until the function has it: it looks once a minute at most. Ctrl-C does no"
                    + " harm.");
            out.flush();
          }
          if (knock == MOST_KNOCKS || !hookset.terminal().pause(PAUSE)) {
            result.put("functionHasIt", false);
            out.println(
                switch (answer) {
                  case HAS_NONE -> "The function does not have it yet: it answers 500.";
                  case UNAVAILABLE -> "The function does not answer, or cannot read its secret.";
                  default -> "The function does not have it yet, and goes on with the one before.";
                });
            out.println("`./hookset doctor --stack " + stack.name() + "` says what is wrong.");
            return Hookset.NOT_AS_IT_SHOULD;
          }
        }
      }
    }
  }

  private Boolean listed(PrintWriter out, DeployedStack stack) {
    StackSecrets secrets = new StackSecrets(stack);
    Table table = new Table("provider", "secret", "since", "the one before");
    for (Provider each : stack.providers()) {
      StackSecrets.Version current = secrets.current(each);
      StackSecrets.Version previous = current == null ? null : secrets.previous(each);
      if (json) {
        out.println(
            new Json()
                .put("provider", each.name())
                .put("isSet", current != null)
                .put("fingerprints", current == null ? null : fingerprints(each, current.text()))
                .put("since", current == null ? null : current.since())
                .put("previous", previous == null ? null : fingerprints(each, previous.text())));
      } else {
        table.add(
            each.name(),
            current == null ? "not set" : shown(each, current.text()),
            current == null || current.since() == null ? "" : since(current.since()),
            previous == null ? "" : shown(each, previous.text()));
      }
    }
    if (!json) {
      table.print(out, width.or(Table.Fit.SHORTENED));
    }
    return true;
  }

  // --- The local stack

  private int local(PrintWriter out, Provider chosen) {
    KeptSecrets kept = new KeptSecrets(hookset.state());
    KeptSecrets.Entry before = kept.of(chosen);
    if (forgetPrevious) {
      if (before == null) {
        throw new Problem(chosen.name() + " has no secret here");
      }
      kept.forgetPrevious(chosen);
      noteResult(chosen, true, before.text(), null);
      out.println("The secret before is forgotten. Start `./hookset dev` anew to drop it.");
      return Hookset.OK;
    }
    String text = given(chosen);
    show(out, chosen, text);
    kept.put(chosen, text, hookset.clock().instant());
    boolean isNew = before == null || !before.text().equals(text);
    noteResult(chosen, isNew, text, isNew && before != null ? before.text() : null);
    out.println(
        chosen.name()
            + "'s secret is "
            + shown(chosen, text)
            + " now, kept in "
            + hookset.state()
            + ". If `./hookset dev` runs, start it anew.");
    if (before != null && isNew) {
      out.println("The one before, " + shown(chosen, before.text()) + ", is good for 48 h.");
    }
    if (KeptSecrets.hasKey(hookset.environment(), chosen)) {
      out.println("The environment has a key of its own, which goes before it.");
    }
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

  private void listLocal(PrintWriter out) {
    List<LocalSecret> secrets = Providers.deployed().stream().flatMap(this::localSecrets).toList();
    if (json) {
      secrets.forEach(secret -> out.println(secret.json()));
      return;
    }
    Table table =
        new Table(
            "provider", "secret", "from", width.isWide() ? "since" : "age", "verified", "last");
    for (LocalSecret secret : secrets) {
      Instant since = secret.since();
      KeyCounts.Row counted = secret.counted();
      table.add(
          secret.provider(),
          secret.fingerprint(),
          secret.origin(),
          since == null ? "" : width.isWide() ? since(since) : age(since),
          counted == null ? "0" : Long.toString(counted.deliveries()),
          counted == null ? "" : counted.last().toString());
    }
    table.print(out, width.or(Table.Fit.SHORTENED));
  }

  private Stream<LocalSecret> localSecrets(Provider each) {
    Map<String, String> all = hookset.localEnvironment();
    KeptSecrets.Entry entry = new KeptSecrets(hookset.state()).of(each);
    boolean isKept = entry != null && !KeptSecrets.hasKey(hookset.environment(), each);
    String origin = LocalVariables.originOfTheKey(each, hookset.environment(), all);
    Instant since = isKept && entry != null ? entry.since() : null;
    List<KeyCounts.Row> rows = new KeyCounts(hookset.state()).of(each.name());
    List<LocalSecret> secrets = new ArrayList<>();
    Set<String> shown = new LinkedHashSet<>(inUse(each, all));
    for (String fingerprint : shown) {
      KeyCounts.Row counted =
          rows.stream()
              .filter(row -> row.fingerprint().equals(fingerprint))
              .findFirst()
              .orElse(null);
      secrets.add(new LocalSecret(each.name(), fingerprint, origin, true, since, counted));
    }
    for (KeyCounts.Row row : rows) {
      if (!shown.contains(row.fingerprint())) {
        secrets.add(
            new LocalSecret(each.name(), row.fingerprint(), "not in use now", false, null, row));
      }
    }
    return secrets.stream();
  }

  private static List<String> inUse(Provider each, Map<String, String> variables) {
    try {
      return new DevelopmentKeys(variables)
          .verificationVariables(each).entrySet().stream()
              .filter(variable -> !variable.getKey().endsWith("_ARN"))
              .flatMap(variable -> keys(each, variable.getValue()).stream())
              .map(VerificationKey::fingerprint)
              .toList();
    } catch (IllegalArgumentException e) {
      return List.of();
    }
  }

  // --- Both

  private String given(Provider chosen) {
    if (generate) {
      byte[] bytes = new byte[GENERATED_BYTES];
      new SecureRandom().nextBytes(bytes);
      return "whsec_" + HexFormat.of().formatHex(bytes);
    }
    if (hookset.terminal().isInteractive()) {
      PrintWriter out = json ? spec.commandLine().getErr() : spec.commandLine().getOut();
      out.println(chosen.whereToFindTheKey() + ".");
      out.flush();
    }
    byte[] bytes = hookset.terminal().secret("Secret of " + chosen.name() + " (not shown): ");
    // What was typed has no line end, and what echo pipes in is not meant to.
    String text = bytes == null ? "" : TextBytes.decoded(bytes).replaceFirst("(?:\r\n|\n|\r)$", "");
    if (text.isEmpty()) {
      throw new Problem("no secret was given; nothing is changed");
    }
    SecretForm.require(chosen, text);
    return text;
  }

  /** Shows a secret that was made, and before it is stored: one that nobody saw is of no use. */
  private void show(PrintWriter out, Provider chosen, String text) {
    if (!generate || json) {
      return; // As JSON it stands in the object, and in no log of the standard error.
    }
    out.println("Give it to " + chosen.name() + "; it is shown this once:");
    out.println();
    out.println("  " + text);
    out.println();
    out.flush();
  }

  private String since(Instant since) {
    return since.truncatedTo(ChronoUnit.SECONDS) + " (" + age(since) + ")";
  }

  private String age(Instant since) {
    Duration age = Duration.between(since, hookset.clock().instant());
    long days = age.toDays();
    return days > 0
        ? days + " d"
        : age.toHours() > 0 ? age.toHours() + " h" : Math.max(0, age.toMinutes()) + " min";
  }

  private static String shown(Provider each, String text) {
    List<String> fingerprints = fingerprints(each, text);
    return fingerprints.isEmpty() ? "not usable" : String.join(", ", fingerprints);
  }

  /** Returns the fingerprints of the keys in a secret; none if it cannot be used. */
  private static List<String> fingerprints(Provider each, String text) {
    try {
      return keys(each, text).stream().map(VerificationKey::fingerprint).toList();
    } catch (IllegalArgumentException e) {
      return List.of();
    }
  }

  /** An API key verifies nothing, and is known by its fingerprint all the same. */
  private static List<? extends VerificationKey> keys(Provider each, String text) {
    return each.publishedKeys() != null && !each.scheme().isKey(text)
        ? SharedSecret.readAll(text)
        : each.scheme().readKeys(text);
  }
}
