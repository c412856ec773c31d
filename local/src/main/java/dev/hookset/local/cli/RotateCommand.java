package dev.hookset.local.cli;

import dev.hookset.local.cli.terminal.Printable;
import dev.hookset.local.cli.terminal.Problem;
import dev.hookset.local.cli.terminal.Table;
import dev.hookset.local.samples.DevelopmentKeys;
import dev.hookset.local.troubleshooting.TextBytes;
import dev.hookset.providers.Providers;
import dev.hookset.receive.Provider;
import dev.hookset.signing.Ed25519PublicKey;
import dev.hookset.signing.SharedSecret;
import dev.hookset.signing.VerificationKey;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Explains how a key is replaced without losing a delivery, and shows which key verified last. */
@Command(
    name = "rotate",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Explain how to replace a provider's key without loss, and show which key"
          + " verified last.",
      "",
      "Changes nothing. A key is shown by a fingerprint, eight digits that tell it"
          + " from its neighbours and from which it cannot be found out. The local stack"
          + " counts what each key verifies; for a deployed one the query is shown that"
          + " counts the same in its logs."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./hookset rotate lemma",
      "  ./hookset rotate lucid --fingerprint-of new-secret.txt",
      "  ./hookset rotate"
    })
final class RotateCommand implements Callable<Integer> {
  private static final String KNOWN_BEFORE =
      """
        2. Let both be good before anybody signs with the new one: write ["the old one","the new one"] to
           a file, put it there, and give it five minutes to reach every function.
             aws secretsmanager put-secret-value --secret-id "$secret" --secret-string file://both.json
        3. Change it at the provider. When the new key has verified, put ["the new one"] in the same way.
      """;

  private static final String KNOWN_AFTER =
      """
        2. Do not replace the endpoint's own secret: what is signed with one that is not here yet is refused,
           and not every refused delivery is sent again. Add a second endpoint under the same URL (or with
           ?2 behind it), write ["its secret"] to a file, and put it there.
             aws secretsmanager put-secret-value --secret-id "$secret" --secret-string file://new.json
        3. The old one stays good as the previous version, and what both endpoints send is handled once.
           When the new key has verified, delete the first endpoint, before the grace is over.
      """;

  /** Whose console makes the new secret and signs with it from then on. */
  private static final Set<String> MAKE_THEIR_SECRET = Set.of("lemma", "lamba");

  private static final Pattern STACK_NAME = Pattern.compile("[A-Za-z][A-Za-z0-9-]{0,127}");

  @ParentCommand private Hookset hookset;

  @Spec private CommandSpec spec;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "PROVIDER",
      description = "Whose key (default: of each provider).")
  private @Nullable String provider;

  @Option(
      names = "--stack",
      defaultValue = "hookset",
      paramLabel = "NAME",
      description = "The deployed stack to name in the commands (default: ${DEFAULT-VALUE}).")
  private String stack = "hookset";

  @Option(
      names = "--fingerprint-of",
      paramLabel = "FILE",
      description = "Only print the fingerprint of the key in this file, to find it in the counts.")
  private @Nullable String file;

  @Override
  public Integer call() {
    if (!STACK_NAME.matcher(stack).matches()) {
      throw Problem.ofTheCommandLine(
          Printable.argument(stack) + " is not the name of a stack: letters, digits and hyphens");
    }
    PrintWriter out = spec.commandLine().getOut();
    List<Provider> chosen = chosen();
    if (file != null) {
      if (chosen.size() > 1) {
        throw Problem.ofTheCommandLine("--fingerprint-of needs to know whose key it is: PROVIDER");
      }
      printFingerprints(out, chosen.getFirst(), file);
    } else {
      KeyCounts counts = new KeyCounts(hookset.state());
      for (Provider each : chosen) {
        explain(out, each, counts.of(each.name()));
      }
    }
    out.flush();
    return Hookset.OK;
  }

  private List<Provider> chosen() {
    String name = provider;
    if (name == null) {
      return Providers.all();
    }
    return List.of(ProviderNames.named(name));
  }

  private void explain(PrintWriter out, Provider each, List<KeyCounts.Row> rows) {
    String name = each.name();
    String upper = name.toUpperCase(Locale.ROOT);
    String title = upper.charAt(0) + name.substring(1);
    out.println(title);
    out.println("-".repeat(title.length()));
    out.println(each.whereToFindTheKey() + ".");
    out.println();
    out.print(
        each.publishedKeys() == null
            ? forSecrets(title, upper, isKnownBefore(name) ? KNOWN_BEFORE : KNOWN_AFTER)
            : forPublishedKeys(title, upper));
    out.println();
    if (rows.isEmpty()) {
      out.println("No key has verified a delivery on the local stack yet.");
    } else {
      Table table = new Table("key", "deliveries", "last", "");
      List<String> current = fingerprints(each);
      for (KeyCounts.Row row : rows) {
        table.add(
            row.fingerprint(),
            Long.toString(row.deliveries()),
            row.last().toString(),
            current.contains(row.fingerprint()) ? "of this environment" : "");
      }
      out.println("Which key verified on the local stack, the last one first:");
      table.print(out);
    }
    out.println();
    out.println(query(name));
  }

  private String forSecrets(String title, String variable, String steps) {
    return """
    On a deployed stack, where nothing has to be deployed again:
      1. Find the secret.
           secret=$(aws cloudformation describe-stack-resource --stack-name %4$s \\
             --logical-resource-id %1$sWebhookSecret \\
             --query StackResourceDetail.PhysicalResourceId --output text)
    %2$s\
      4. When the old secret leaked, do not wait out its grace (RotationGrace, 48h): put the same new
         value once more. It is then the previous one, too, and the old one is gone in five minutes.

    By hand, in the environment:
      %3$s_WEBHOOK_SECRET='["the old one","the new one"]' before the change, and only the new one
      after it. Start `./hookset dev` anew each time.
    """
        .formatted(title, steps, variable, stack);
  }

  private String forPublishedKeys(String title, String variable) {
    return """
    Its signing key is published, and a rotation of it needs nobody: the keys are fetched every hour, and
    at once when a signature is unknown, at most once a minute. A key that is no longer published is
    dropped with the next fetch.

    To replace the API key on a deployed stack, make the new one before the old one is revoked:
      1. Find the secret.
           secret=$(aws cloudformation describe-stack-resource --stack-name %3$s \\
             --logical-resource-id %1$sWebhookSecret \\
             --query StackResourceDetail.PhysicalResourceId --output text)
      2. Put the new one there. It is read anew at each fetch.
           aws secretsmanager put-secret-value --secret-id "$secret" --secret-string file://key.txt
      3. Revoke the old one. Should the new one not work, the keys that are held serve for 7 days.

    By hand, in the environment:
      %2$s_WEBHOOK_PUBLIC_KEY takes a JWK set; let it hold the old key and the new one until the
      provider signs with the new one. Start `./hookset dev` anew each time.
    """
        .formatted(title, variable, stack);
  }

  private String query(String name) {
    return """
    Which key verified on a deployed stack, in CloudWatch Logs Insights over /aws/lambda/%s-receivers:
      filter provider = "%s" and ispresent(key)
      | stats count(*) as deliveries, max(@timestamp) as last by provider, key
      | sort last desc
    """
        .formatted(stack, name);
  }

  /** Whether one knows the new secret before the provider signs with it. */
  private static boolean isKnownBefore(String provider) {
    return !MAKE_THEIR_SECRET.contains(provider);
  }

  /** Of what the environment names, or of the development key; not of what lies elsewhere. */
  private List<String> fingerprints(Provider each) {
    try {
      return new DevelopmentKeys(hookset.environment())
          .verificationVariables(each).entrySet().stream()
              .filter(
                  variable ->
                      variable.getKey().endsWith("_WEBHOOK_SECRET")
                          || variable.getKey().endsWith("_WEBHOOK_PUBLIC_KEY"))
              .flatMap(variable -> keys(each, variable.getValue()).stream())
              .map(VerificationKey::fingerprint)
              .toList();
    } catch (IllegalArgumentException e) {
      return List.of();
    }
  }

  private static List<? extends VerificationKey> keys(Provider each, String text) {
    return switch (each.scheme().algorithm()) {
      case HMAC_SHA256 -> SharedSecret.readAll(text);
      case ED25519 -> Ed25519PublicKey.readAll(text);
    };
  }

  private static void printFingerprints(PrintWriter out, Provider each, String file) {
    String text = TextBytes.decoded(InputFile.readSecret(file, "--fingerprint-of"));
    try {
      // An editor's line break at the end is not meant, although Secrets Manager would keep it.
      keys(each, text.stripTrailing()).forEach(key -> out.println(key.fingerprint()));
    } catch (IllegalArgumentException e) {
      throw new Problem(
          "there is no key in the file that --fingerprint-of names: " + e.getMessage());
    }
  }
}
