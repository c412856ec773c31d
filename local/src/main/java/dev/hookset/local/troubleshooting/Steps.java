package dev.hookset.local.troubleshooting;

import dev.hookset.EventKey;
import dev.hookset.receive.Receipt;
import dev.hookset.signing.Reason;
import dev.hookset.signing.Scheme;
import dev.hookset.signing.Verified;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The questions of the judgement in their order. How each was answered follows from the verdict
 * alone; beside it stands what is to be seen there.
 */
final class Steps {
  private final List<Diagnosis.Step> steps = new ArrayList<>();
  private final @Nullable Reason refusal;
  private final boolean judged;

  private Steps(Receipt receipt) {
    this.refusal =
        receipt.outcome() == Receipt.Outcome.REFUSED
            ? Reason.valueOf(String.valueOf(receipt.detail()).toUpperCase(Locale.ROOT))
            : null;
    this.judged =
        switch (receipt.outcome()) {
          case NOT_CONFIGURED, UNAVAILABLE -> false;
          case ACCEPTED, DUPLICATE, SKIPPED, QUARANTINED, ANSWERED, REFUSED -> true;
        };
  }

  static List<Diagnosis.Step> of(Case delivery, Receipt receipt, @Nullable Verified verified) {
    Steps all = new Steps(receipt);
    Scheme scheme = delivery.scheme();
    RawHeaders raw = RawHeaders.of(delivery);
    all.add(
        "Is the body short enough?",
        Reason.BODY_TOO_LARGE,
        delivery.body().size()
            + " bytes, of at most "
            + delivery.terms().maxBodyBytes()
            + "; SHA-256 "
            + delivery.body().sha256());
    all.addKeys(delivery);
    String signature = raw.signature();
    all.add(
        "Is there a signature?",
        Reason.MISSING_SIGNATURE,
        scheme.signatureHeader()
            + (signature == null
                ? " did not come"
                : signature.isEmpty() ? " is empty" : ", " + signature.length() + " characters"));
    all.add(
        "Is it well-formed?",
        Reason.MALFORMED_SIGNATURE,
        "expected: " + HeaderVariants.form(scheme));
    if (scheme.hasTimestamp()) {
      String texts =
          raw.timestamps().stream().map(RawHeaders::shown).collect(Collectors.joining(" and "));
      all.add(
          "Is there a timestamp?",
          Reason.MISSING_TIMESTAMP,
          Clocks.place(scheme) + (texts.isEmpty() ? " has none" : ": " + texts));
      all.add(
          "Is it well-formed?",
          Reason.MALFORMED_TIMESTAMP,
          raw.time() == null ? "it is no time" : raw.time().toString());
    }
    all.add(
        "Did a key in use make the signature?",
        Reason.INVALID_SIGNATURE,
        scheme.algorithm().title()
            + " over "
            + Fronts.signed(
                scheme,
                delivery,
                raw.timestamps().isEmpty() ? null : RawHeaders.shown(raw.timestamps().getFirst()))
            + ": "
            + (verified == null
                ? "none of " + delivery.keys().activeKeys().size()
                : "key " + verified.keyFingerprint()));
    all.addTimes(delivery, receipt, raw.time());
    return all.steps;
  }

  private void addKeys(Case delivery) {
    String origins =
        delivery.keys().active().stream()
            .map(KeyRing.Named::toString)
            .collect(Collectors.joining(", "));
    String unusable = String.join("; ", delivery.keys().unusable());
    steps.add(
        new Diagnosis.Step(
            "Is there a key?",
            !judged
                ? Diagnosis.Answer.FAILED
                : refusal == Reason.BODY_TOO_LARGE
                    ? Diagnosis.Answer.NOT_REACHED
                    : Diagnosis.Answer.PASSED,
            (origins.isEmpty() ? "none" : origins)
                + (unusable.isEmpty() ? "" : "; not usable: " + unusable)));
  }

  /**
   * The last two questions have one reason: how far the delivery's time is off tells which it is.
   */
  private void addTimes(Case delivery, Receipt receipt, @Nullable Instant time) {
    Scheme scheme = delivery.scheme();
    boolean timely =
        time != null
            && Duration.between(time, delivery.at()).abs().compareTo(delivery.terms().tolerance())
                <= 0;
    boolean refusedForAge =
        refusal == Reason.TIMESTAMP_OUT_OF_TOLERANCE && (!scheme.hasTimestamp() || timely);
    if (scheme.hasTimestamp()) {
      Diagnosis.Answer answer = answer(Reason.TIMESTAMP_OUT_OF_TOLERANCE);
      steps.add(
          new Diagnosis.Step(
              "Was it sent just now?",
              refusedForAge ? Diagnosis.Answer.PASSED : answer,
              time == null
                  ? "no time to compare"
                  : Clocks.words(Duration.between(time, delivery.at()))
                      + (time.isAfter(delivery.at()) ? " ahead of " : " before ")
                      + delivery.at().truncatedTo(ChronoUnit.MILLIS)
                      + ", at most "
                      + Clocks.words(delivery.terms().tolerance())));
    }
    if (!delivery.provider().scheme().signsTimestamp()) {
      Diagnosis.Answer answer = answer(Reason.TIMESTAMP_OUT_OF_TOLERANCE);
      steps.add(
          new Diagnosis.Step(
              "Is the event young enough?",
              answer == Diagnosis.Answer.FAILED && !refusedForAge
                  ? Diagnosis.Answer.NOT_REACHED
                  : answer,
              "by its own time at most " + Clocks.words(delivery.terms().maxAge()) + " old"));
    }
    EventKey key = receipt.key();
    if (key != null && refusal == null) {
      steps.add(
          new Diagnosis.Step(
              "What becomes of it?",
              Diagnosis.Answer.PASSED,
              receipt.outcome().word() + ": " + key + ", type " + receipt.type()));
    }
  }

  private void add(String question, Reason reason, String seen) {
    steps.add(new Diagnosis.Step(question, answer(reason), seen));
  }

  private Diagnosis.Answer answer(Reason reason) {
    if (!judged) {
      return reason == Reason.BODY_TOO_LARGE
          ? Diagnosis.Answer.PASSED
          : Diagnosis.Answer.NOT_REACHED;
    }
    if (refusal == null || refusal.compareTo(reason) > 0) {
      return Diagnosis.Answer.PASSED;
    }
    return refusal == reason ? Diagnosis.Answer.FAILED : Diagnosis.Answer.NOT_REACHED;
  }
}
