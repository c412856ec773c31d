package dev.hookset.local.cli;

import dev.hookset.local.cli.terminal.Colour;
import dev.hookset.local.cli.terminal.Json;
import dev.hookset.local.cli.terminal.Printable;
import dev.hookset.local.cli.terminal.Table;
import dev.hookset.local.cli.terminal.Terminal;
import dev.hookset.local.troubleshooting.Cause;
import dev.hookset.local.troubleshooting.Diagnosis;
import dev.hookset.local.troubleshooting.KeyRing;
import dev.hookset.receive.Receipt;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What is told of a delivery that was judged.
 *
 * @param diagnosis what was found
 * @param keys what it was judged by
 */
record Verdict(Diagnosis diagnosis, KeyRing keys) {
  /** Prints it for people. */
  void print(PrintWriter out, Terminal terminal, Table.Fit fit) {
    printSteps(out, terminal, fit);
    out.println();
    if (diagnosis.holds()) {
      printThatItHolds(out, terminal);
    } else {
      printThatItDoesNot(out, terminal);
    }
    keys.warnings().forEach(warning -> out.println("\nWarning: " + Printable.of(warning) + "."));
  }

  private void printSteps(PrintWriter out, Terminal terminal, Table.Fit fit) {
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
    table.print(out, fit);
  }

  private void printThatItHolds(PrintWriter out, Terminal terminal) {
    Receipt receipt = diagnosis.receipt();
    out.println(
        Colour.GOOD.of("It holds", terminal)
            + ": key "
            + receipt.keyFingerprint()
            + "; the function answers "
            + receipt.reply().status()
            + ", "
            + receipt.outcome().word()
            + ".");
  }

  private void printThatItDoesNot(PrintWriter out, Terminal terminal) {
    Receipt receipt = diagnosis.receipt();
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

  /** Returns it for machines. */
  Json json() {
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
