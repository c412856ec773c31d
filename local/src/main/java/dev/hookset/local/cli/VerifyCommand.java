package dev.hookset.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.hookset.Body;
import dev.hookset.local.cli.terminal.Colour;
import dev.hookset.local.cli.terminal.Json;
import dev.hookset.local.cli.terminal.Printable;
import dev.hookset.local.cli.terminal.Problem;
import dev.hookset.local.cli.terminal.Table;
import dev.hookset.local.cli.terminal.Terminal;
import dev.hookset.local.cli.terminal.Times;
import dev.hookset.local.cloud.CloudProblem;
import dev.hookset.local.cloud.PublishedKeySet;
import dev.hookset.local.cloud.StackKeys;
import dev.hookset.local.samples.DevelopmentKeys;
import dev.hookset.local.troubleshooting.Case;
import dev.hookset.local.troubleshooting.Cause;
import dev.hookset.local.troubleshooting.Diagnosis;
import dev.hookset.local.troubleshooting.KeyRing;
import dev.hookset.local.troubleshooting.TextBytes;
import dev.hookset.local.troubleshooting.Troubleshooter;
import dev.hookset.providers.Providers;
import dev.hookset.receive.Provider;
import dev.hookset.receive.Receipt;
import dev.hookset.signing.Scheme;
import dev.hookset.signing.SecretText;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Says whether a signature holds, and if not, why. */
@Command(
    name = "verify",
    customSynopsis = "hookset verify [OPTIONS] PROVIDER --headers FILE --body FILE",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Say whether a delivery's signature holds and, if not, why.",
      "",
      "Judges as the functions do, step by step, and tries the usual mistakes. The"
          + " keys are those of `./hookset dev` (the environment's, else the development"
          + " ones), those of a deployed stack with --stack, or those in --secret FILE. No"
          + " key is ever printed, only its fingerprint. Each FILE may be - for"
          + " standard input, one of them at most."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./hookset verify lemma --headers headers.txt --body body.json",
      "  ./hookset verify lamba --headers h.txt --body b.json --at 2h --stack hookset",
      "  ./hookset verify lucid --headers h.json --body b.json --secret secret.txt"
    })
final class VerifyCommand implements Callable<Integer> {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String API_KEY = "_API_KEY";

  @ParentCommand private Hookset hookset;

  @Spec private CommandSpec spec;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "PROVIDER",
      hideParamSyntax = true,
      description = "To whose URL it was sent.")
  private String provider = "";

  @Option(
      names = "--headers",
      paramLabel = "FILE",
      description = "Its headers: a line for each, as `Name: value`, or a JSON object.")
  private @Nullable String headers;

  @Option(names = "--body", paramLabel = "FILE", description = "Its body, byte for byte.")
  private @Nullable String body;

  @Option(
      names = "--at",
      paramLabel = "TIME",
      description = "When it came: 2026-06-01T12:00:00Z, or 2h for two hours ago (default: now).")
  private @Nullable String at;

  @Option(
      names = "--secret",
      paramLabel = "FILE",
      description =
          "Where the secret or public key is; several files mean that each is in use. Not the"
              + " secret itself: a command line is kept in a history, and seen by others.")
  private List<String> secrets = List.of();

  @Option(names = "--json", description = "One JSON object.")
  private boolean json;

  @Mixin private TableWidth width;

  @Mixin private Target target;

  @Override
  public Integer call() {
    Provider whose = ProviderNames.named(provider);
    if (headers == null || body == null) {
      throw Problem.ofTheCommandLine("both --headers FILE and --body FILE are needed");
    }
    if (Stream.concat(Stream.of(headers, body), secrets.stream()).filter("-"::equals).count() > 1) {
      throw Problem.ofTheCommandLine("only one of the files can be -, standard input");
    }
    Map<String, String> read = readHeaders(headers);
    Body bytes = Body.wrap(InputFile.read(body, "body"));
    Instant now = hookset.clock().instant();
    Judge judge = judge(whose);
    Diagnosis diagnosis =
        Troubleshooter.examine(
            new Case(
                whose,
                read,
                bytes,
                at == null ? now : Times.read(at, now),
                judge.keys(),
                judge.terms()));
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(json(diagnosis, judge.keys()));
    } else {
      print(out, diagnosis);
      judge
          .keys()
          .warnings()
          .forEach(warning -> out.println("\nWarning: " + Printable.of(warning) + "."));
    }
    out.flush();
    return diagnosis.holds() ? Hookset.OK : Hookset.NOT_AS_IT_SHOULD;
  }

  /** What a function judges by. */
  private record Judge(KeyRing keys, Case.Terms terms) {}

  private Judge judge(Provider whose) {
    try {
      if (!target.isDeployed()) {
        return new Judge(localKeys(whose), Case.Terms.of(whose, hookset.environment()));
      }
      Instant now = hookset.clock().instant();
      return target.withDeployed(
          hookset,
          stack -> {
            StackKeys keys = new StackKeys(stack);
            return new Judge(
                secrets.isEmpty() ? keys.ring(whose, now) : localKeys(whose),
                Case.Terms.of(whose, keys.variables(whose)));
          });
    } catch (IllegalArgumentException e) {
      throw new Problem(Printable.of(String.valueOf(e.getMessage())));
    }
  }

  private KeyRing localKeys(Provider whose) {
    DevelopmentKeys development = new DevelopmentKeys(hookset.localEnvironment());
    KeyRing ring = secrets.isEmpty() ? configured(development, whose) : given(whose);
    for (Provider other : Providers.all()) {
      for (Map.Entry<String, String> key : variables(development, other).entrySet()) {
        if (!isElsewhere(key.getKey())) {
          ring = ring.withOther(origin(key.getKey()), other.scheme(), key.getValue());
        }
      }
      // What `./hookset send` signs with where no key is set.
      for (Map.Entry<String, String> key :
          new DevelopmentKeys(Map.of()).verificationVariables(other).entrySet()) {
        ring = ring.withOther(other.name() + "'s development key", other.scheme(), key.getValue());
      }
    }
    return ring;
  }

  private KeyRing given(Provider whose) {
    KeyRing ring = KeyRing.empty();
    Scheme scheme = whose.scheme();
    for (String secret : secrets) {
      byte[] bytes = InputFile.readSecret(secret, "--secret");
      String text =
          scheme.hasPublicKey()
              ? TextBytes.decoded(bytes)
              // As it stands: a byte-order mark or quotes become a part of the key, as they would
              // there.
              : withoutLastLineEnd(new String(bytes, StandardCharsets.UTF_8));
      ring = ring.withActive(InputFile.nameOf(secret), scheme, text);
    }
    return ring;
  }

  private KeyRing configured(DevelopmentKeys development, Provider whose) {
    KeyRing ring = KeyRing.empty();
    try {
      for (Map.Entry<String, String> key : development.verificationVariables(whose).entrySet()) {
        if (key.getKey().endsWith(API_KEY)) {
          ring = withPublished(ring, whose, key.getKey(), key.getValue());
        } else if (!isElsewhere(key.getKey())) {
          ring = ring.withActive(origin(key.getKey()), whose.scheme(), key.getValue());
        }
      }
      return ring;
    } catch (IllegalArgumentException e) {
      return ring.withUnusable(String.valueOf(e.getMessage()));
    }
  }

  /**
   * Another provider's key that cannot be used must not keep this one's delivery from judgement.
   */
  private static Map<String, String> variables(DevelopmentKeys development, Provider other) {
    try {
      return development.verificationVariables(other);
    } catch (IllegalArgumentException e) {
      return Map.of();
    }
  }

  /** The functions have nothing but the API key, so its provider is asked as they ask it. */
  private KeyRing withPublished(KeyRing ring, Provider provider, String variable, String text) {
    String name = provider.variablePrefix() + "_SIGNING_KEY_URL";
    String given = hookset.environment().getOrDefault(name, "");
    URI url = given.isEmpty() ? provider.publishedKeys() : URI.create(given);
    if (url == null) {
      return ring;
    }
    String apiKey;
    try {
      apiKey = SecretText.readOne(text);
    } catch (IllegalArgumentException e) {
      return ring.withUnusable(variable + ": " + e.getMessage());
    }
    try {
      return ring.withActive(url.toString(), provider.scheme(), PublishedKeySet.fetch(url, apiKey));
    } catch (CloudProblem e) {
      throw new Problem(
          Printable.of(String.valueOf(e.getMessage()))
              + "; give the public key in a file instead: --secret FILE");
    }
  }

  private String origin(String variable) {
    if (!hookset.environment().getOrDefault(variable, "").isEmpty()) {
      return variable;
    }
    return hookset.localEnvironment().getOrDefault(variable, "").isEmpty()
        ? "development key for " + variable
        : "./hookset secret, as " + variable;
  }

  /** A variable that says where a key is to be had, and not what it is. */
  private static boolean isElsewhere(String variable) {
    return variable.endsWith("_ARN") || variable.endsWith(API_KEY);
  }

  /** An editor ends a file with a line end that is no part of a secret. */
  private static String withoutLastLineEnd(String text) {
    return text.endsWith("\r\n")
        ? text.substring(0, text.length() - 2)
        : text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
  }

  private static Map<String, String> readHeaders(String file) {
    // No header holds a byte-order mark or UTF-16: they are the editor's that kept the headers.
    String text = TextBytes.decoded(InputFile.read(file, "headers"));
    return text.stripLeading().startsWith("{") ? readJson(file, text) : readLines(file, text);
  }

  /** Reads an object of strings, or of lists of them, or an event of API Gateway that holds one. */
  private static Map<String, String> readJson(String file, String text) {
    Map<String, String> read = new LinkedHashMap<>();
    try {
      JsonNode json = JSON.readTree(text);
      JsonNode named = json.path("headers").isObject() ? json.path("headers") : json;
      named
          .properties()
          .forEach(
              header -> {
                List<String> values = new ArrayList<>();
                if (header.getValue().isArray()) {
                  header.getValue().forEach(value -> values.add(value.asText()));
                } else {
                  values.add(header.getValue().asText());
                }
                add(read, header.getKey(), String.join(",", values));
              });
    } catch (IOException e) {
      throw new Problem(InputFile.nameOf(file) + " begins like JSON, and is none");
    }
    return read;
  }

  private static Map<String, String> readLines(String file, String text) {
    Map<String, String> read = new LinkedHashMap<>();
    for (String line : text.lines().toList()) {
      // As curl -v shows them, and with the request's first line in front.
      String header = line.startsWith("> ") || line.startsWith("< ") ? line.substring(2) : line;
      int colon = header.indexOf(':');
      if (colon > 0 && header.substring(0, colon).indexOf(' ') < 0) {
        add(read, header.substring(0, colon), header.substring(colon + 1).strip());
      }
    }
    if (read.isEmpty()) {
      throw new Problem(
          "there are no headers in "
              + InputFile.nameOf(file)
              + "; a line for each is expected, as `Name: value`");
    }
    return read;
  }

  /** API Gateway joins the values of a name that comes twice. */
  private static void add(Map<String, String> read, String name, String value) {
    read.merge(name.toLowerCase(Locale.ROOT), value, (first, second) -> first + "," + second);
  }

  private void print(PrintWriter out, Diagnosis diagnosis) {
    Terminal terminal = hookset.terminal();
    Table table = new Table();
    for (Diagnosis.Step step : diagnosis.steps()) {
      table.add(
          switch (step.answer()) {
            case PASSED -> Colour.GOOD.of("yes", terminal);
            case FAILED -> Colour.BAD.of("NO", terminal);
            case NOT_REACHED -> Colour.FAINT.of("-", terminal);
          },
          step.question(),
          Printable.of(step.seen(), 160));
    }
    table.print(out, width.or(Table.Fit.WRAPPED));
    out.println();
    Receipt receipt = diagnosis.receipt();
    if (diagnosis.holds()) {
      out.println(
          Colour.GOOD.of("It holds", terminal)
              + ": key "
              + receipt.keyFingerprint()
              + "; the function answers "
              + receipt.reply().status()
              + ", "
              + receipt.outcome().word()
              + ".");
      return;
    }
    out.println(
        Colour.BAD.of("It does not hold", terminal)
            + ": "
            + Printable.of(String.valueOf(receipt.detail()))
            + "; the function answers "
            + receipt.reply().status()
            + ".");
    for (Diagnosis.Finding finding : diagnosis.findings()) {
      out.println();
      out.println(
          (finding.proven() ? "Proven cause: " : "Likely cause: ")
              + Printable.of(finding.explanation())
              + ".");
      out.println("  " + Printable.of(finding.cure()));
    }
    if (diagnosis.findings().isEmpty()) {
      out.println();
      out.println(
          "None of the usual mistakes explains it: a key that is not known here signed, or the body"
              + " was changed on its way.");
    }
    if (!diagnosis.tried().isEmpty()) {
      out.println();
      out.println(
          "Tried, and not it: "
              + diagnosis.tried().stream()
                  .map(cause -> cause.word().replace('_', ' '))
                  .collect(Collectors.joining(", "))
              + ".");
    }
  }

  private static Json json(Diagnosis diagnosis, KeyRing keys) {
    Receipt receipt = diagnosis.receipt();
    return new Json()
        .put("holds", diagnosis.holds())
        .put("outcome", receipt.outcome().word())
        .put("reason", receipt.detail())
        .put("status", receipt.reply().status())
        .put("key", receipt.keyFingerprint())
        .put("eventId", receipt.key() == null ? null : receipt.key().eventId())
        .put("type", receipt.type())
        .put(
            "steps",
            diagnosis.steps().stream()
                .map(
                    step ->
                        Map.of(
                            "question",
                            step.question(),
                            "answer",
                            step.answer().name().toLowerCase(Locale.ROOT),
                            "seen",
                            step.seen()))
                .toList())
        .put(
            "findings",
            diagnosis.findings().stream()
                .map(
                    finding ->
                        Map.of(
                            "suspect",
                            finding.cause().word(),
                            "proven",
                            finding.proven(),
                            "explanation",
                            finding.explanation(),
                            "cure",
                            finding.cure()))
                .toList())
        .put("unusableKeys", keys.unusable())
        .put("warnings", keys.warnings())
        .put("tried", diagnosis.tried().stream().map(Cause::word).toList());
  }
}
