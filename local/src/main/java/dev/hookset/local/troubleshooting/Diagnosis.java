package dev.hookset.local.troubleshooting;

import dev.hookset.receive.Receipt;
import java.util.List;
import java.util.Objects;

/**
 * What the functions make of a delivery, step by step, and what explains a refusal. It holds no
 * key, no signature and no body.
 *
 * @param receipt what became of it, as the function's log would say
 * @param steps the questions in the order in which the judgement asks them
 * @param findings what explains a refusal, the proven before the likely; empty if it holds, or if
 *     nothing known explains it
 * @param tried what was tried and did not explain it
 */
public record Diagnosis(
    Receipt receipt, List<Step> steps, List<Finding> findings, List<Cause> tried) {
  /** Checks that what must be there is there, and copies the lists. */
  public Diagnosis {
    Objects.requireNonNull(receipt, "receipt");
    steps = List.copyOf(steps);
    findings = List.copyOf(findings);
    tried = List.copyOf(tried);
  }

  /** Returns whether the function would answer with success. */
  public boolean holds() {
    return switch (receipt.outcome()) {
      case ACCEPTED, DUPLICATE, SKIPPED, QUARANTINED, ANSWERED -> true;
      case REFUSED, NOT_CONFIGURED, UNAVAILABLE -> false;
    };
  }

  /** How a question was answered. */
  public enum Answer {
    /** As it should be. */
    PASSED,
    /** The judgement ends here. */
    FAILED,
    /** The judgement did not get as far. */
    NOT_REACHED
  }

  /**
   * A question of the judgement.
   *
   * @param question what is asked
   * @param answer how it was answered
   * @param seen what was found
   */
  public record Step(String question, Answer answer, String seen) {}

  /**
   * Something that explains a refusal.
   *
   * @param cause what it is
   * @param proven whether the signature holds, or the delivery is accepted, once this is put right
   * @param explanation what was found
   * @param cure what to do
   */
  public record Finding(Cause cause, boolean proven, String explanation, String cure) {}
}
