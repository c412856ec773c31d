package dev.hookset.local.cli;

import dev.hookset.local.cli.terminal.Json;
import dev.hookset.local.cli.terminal.Printable;
import dev.hookset.local.cli.terminal.Problem;
import dev.hookset.local.cli.terminal.Table;
import dev.hookset.local.cli.terminal.Times;
import dev.hookset.local.cloud.CloudProblem;
import dev.hookset.local.cloud.DeployedStack;
import dev.hookset.local.cloud.StackSecrets;
import dev.hookset.receive.Provider;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;

/** The secrets of a deployed stack, in Secrets Manager. */
final class DeployedSecrets implements SecretPlace {
  /** A function looks for a newer secret once a minute at most. */
  private static final Duration PAUSE = Duration.ofSeconds(61);

  private static final int MOST_KNOCKS = 4;

  private final Hookset hookset;
  private final DeployedStack stack;
  private final StackSecrets secrets;

  DeployedSecrets(Hookset hookset, DeployedStack stack) {
    this.hookset = hookset;
    this.stack = stack;
    this.secrets = new StackSecrets(stack);
  }

  @Override
  public void forgetPrevious(Provider provider, PrintWriter said, Json result) {
    StackSecrets.Version current = secrets.current(provider);
    if (current == null) {
      throw new Problem(provider.name() + " has no secret yet");
    }
    // Put once more, it is its own predecessor.
    secrets.put(provider, current.text());
    Fingerprints.note(result, provider, true, current.text(), null, false);
    said.println(
        "The secret before "
            + Fingerprints.shown(provider, current.text())
            + " is out of use; every function drops it within five minutes.");
  }

  @Override
  public int give(Provider provider, SecretInput input, PrintWriter said, Json result) {
    StackSecrets.Version current = secrets.current(provider);
    String text = input.of(provider);
    boolean isNew = current == null || !current.text().equals(text);
    Fingerprints.note(
        result,
        provider,
        isNew,
        text,
        isNew && current != null ? current.text() : null,
        input.generate());
    if (!isNew) {
      said.println("That is " + provider.name() + "'s secret already; nothing is changed.");
    } else {
      input.show(provider, text);
      secrets.put(provider, text);
      said.println(
          provider.name()
              + "'s secret is "
              + Fingerprints.shown(provider, text)
              + " now"
              + (current == null
                  ? "."
                  : "; the one before, "
                      + Fingerprints.shown(provider, current.text())
                      + ", stays good for the grace."));
    }
    said.flush();
    return await(provider, text, said, result);
  }

  /** Knocks until the function has it; what does not answer as expected is told at the end. */
  private int await(Provider provider, String text, PrintWriter said, Json result) {
    for (int knock = 1; ; knock++) {
      SecretProbe.Answer answer;
      try {
        answer = SecretProbe.ask(hookset, stack, provider, text);
      } catch (CloudProblem e) {
        result.put("functionHasIt", false);
        said.println(
            "Whether the function has it is not known: "
                + Printable.of(String.valueOf(e.getMessage()))
                + ".");
        return Hookset.NOT_AS_IT_SHOULD;
      }
      switch (answer) {
        case HAS_IT -> {
          result.put("functionHasIt", true);
          said.println("The function has it; another instance of it may take five minutes.");
          return Hookset.OK;
        }
        case HAS_ONE -> {
          result.put("functionHasIt", false);
          said.println(
              provider.publishedKeys() == null
                  ? "The function has a key; which, shows with the next delivery. It looks for a"
                      + " changed one within five minutes."
                  : "The function has a key; it asks for a changed one at the next fetch, within an"
                      + " hour.");
          return Hookset.OK;
        }
        case HAS_ANOTHER, HAS_NONE, UNAVAILABLE -> {
          if (knock == 1) {
            said.println(
                "Waiting until the function has it: it looks once a minute at most. Ctrl-C does no"
                    + " harm.");
            said.flush();
          }
          if (knock == MOST_KNOCKS || !hookset.terminal().pause(PAUSE)) {
            result.put("functionHasIt", false);
            said.println(
                switch (answer) {
                  case HAS_NONE -> "The function does not have it yet: it answers 500.";
                  case UNAVAILABLE -> "The function does not answer, or cannot read its secret.";
                  default -> "The function does not have it yet, and goes on with the one before.";
                });
            said.println("`./hookset doctor --stack " + stack.name() + "` says what is wrong.");
            return Hookset.NOT_AS_IT_SHOULD;
          }
        }
      }
    }
  }

  @Override
  public void list(PrintWriter out, boolean json, TableWidth width) {
    Table table = new Table("provider", "secret", "since", "the one before");
    Instant now = hookset.clock().instant();
    for (Provider each : stack.providers()) {
      StackSecrets.Version current = secrets.current(each);
      StackSecrets.Version previous = current == null ? null : secrets.previous(each);
      if (json) {
        out.println(
            new Json()
                .put("provider", each.name())
                .put("isSet", current != null)
                .put("fingerprints", current == null ? null : Fingerprints.of(each, current.text()))
                .put("since", current == null ? null : current.since())
                .put("previous", previous == null ? null : Fingerprints.of(each, previous.text())));
      } else {
        table.add(
            each.name(),
            current == null ? "not set" : Fingerprints.shown(each, current.text()),
            current == null || current.since() == null ? "" : Times.since(current.since(), now),
            previous == null ? "" : Fingerprints.shown(each, previous.text()));
      }
    }
    if (!json) {
      table.print(out, width.or(Table.Fit.SHORTENED));
    }
  }
}
