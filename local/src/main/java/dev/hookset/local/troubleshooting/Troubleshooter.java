package dev.hookset.local.troubleshooting;

import dev.hookset.Body;
import dev.hookset.Delivery;
import dev.hookset.receive.Receipt;
import dev.hookset.receive.Receiver;
import dev.hookset.signing.KeysUnavailable;
import dev.hookset.signing.Refusal;
import dev.hookset.signing.Scheme;
import dev.hookset.signing.VerificationKey;
import dev.hookset.signing.Verified;
import dev.hookset.signing.Verifier;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Says what the functions make of a delivery and, if they refuse it, why.
 *
 * <p>The verdict is that of the functions' own {@link Receiver}, run over an inbox that keeps
 * nothing. If the signature does not hold, the {@link Verifier} is asked again about the same
 * delivery with one usual mistake undone, then with two: which bytes were signed, by which key, at
 * which address, and how the headers say so. What then holds is proven to be the matter, as nobody
 * can make a signature hold by chance.
 *
 * <p>It never says what a signature would have to be: that is for whoever has the secret.
 */
public final class Troubleshooter {
  /** So long that no timestamp is out of tolerance: only the signature is asked about. */
  private static final Duration ANY_TIME = Duration.ofSeconds(Long.MAX_VALUE / 2);

  /** Two mistakes at once are some thousand questions, each of which goes over the whole body. */
  private static final int LONGEST_FOR_TWO_MISTAKES = 256 << 10;

  private Troubleshooter() {}

  /** Examines a delivery. */
  public static Diagnosis examine(Case delivery) {
    Receipt receipt = judge(delivery);
    List<Diagnosis.Step> steps = Steps.of(delivery, receipt, signer(delivery));
    if (receipt.outcome() != Receipt.Outcome.REFUSED) {
      return new Diagnosis(receipt, steps, unconfigured(delivery, receipt), List.of());
    }
    List<Diagnosis.Finding> findings = new ArrayList<>(Clocks.findings(delivery, receipt));
    Set<Cause> tried = EnumSet.noneOf(Cause.class);
    if (signer(delivery) == null) {
      findings.addAll(search(delivery, receipt, tried));
      if (findings.stream().noneMatch(Diagnosis.Finding::proven)) {
        findings.addAll(HeaderVariants.hints(delivery, receipt));
        findings.addAll(AddressVariants.hints(delivery));
      }
      findings.forEach(finding -> tried.remove(finding.cause()));
    }
    return new Diagnosis(receipt, steps, findings, List.copyOf(tried));
  }

  /** Returns what a function would make of a delivery, and does not ask why. */
  public static Receipt judge(Case delivery) {
    List<Receipt> log = new ArrayList<>();
    new Receiver(
            delivery.provider(),
            verifier(
                delivery,
                delivery.provider().scheme(),
                delivery.keys().activeKeys(),
                delivery.terms().tolerance()),
            new DiscardingInbox(),
            new ForgetfulQueue(),
            delivery.terms().subscription(),
            delivery.terms().maxAge(),
            log::add,
            delivery.terms().verifyToken())
        .receive(delivery.delivery(), null);
    return log.getFirst();
  }

  /** Returns what the key in use verified, whatever the time; null if none did. */
  private static @Nullable Verified signer(Case delivery) {
    return verified(
        delivery, HeaderReading.asItIs(delivery), delivery.keys().activeKeys(), delivery.body());
  }

  private static List<Diagnosis.Finding> unconfigured(Case delivery, Receipt receipt) {
    return switch (receipt.outcome()) {
      case NOT_CONFIGURED, UNAVAILABLE ->
          List.of(
              new Diagnosis.Finding(
                  Cause.NO_KEY,
                  true,
                  delivery.keys().unusable().isEmpty()
                      ? "there is no key to judge with"
                      : "there is no key that can be used: "
                          + String.join("; ", delivery.keys().unusable()),
                  delivery.provider().whereToFindTheKey()));
      case ACCEPTED, DUPLICATE, SKIPPED, QUARANTINED, ANSWERED, REFUSED -> List.of();
    };
  }

  private static List<Diagnosis.Finding> search(Case delivery, Receipt receipt, Set<Cause> tried) {
    List<VerificationKey> active = delivery.keys().activeKeys();
    List<Variant<HeaderReading>> readings = HeaderVariants.of(delivery, receipt);
    List<Variant<VerificationKey>> keys =
        KeyVariants.of(delivery.keys(), delivery.provider().scheme());
    List<Variant<Case>> addresses = AddressVariants.of(delivery);
    addresses.forEach(address -> tried.add(address.cause()));
    readings.forEach(reading -> tried.add(reading.cause()));
    keys.forEach(key -> tried.add(key.cause()));

    HeaderReading reading = HeaderReading.asItIs(delivery);
    List<Diagnosis.Finding> found = new ArrayList<>();
    for (Variant<HeaderReading> other : readings) {
      add(found, verified(delivery, other.value(), keysOf(other, active), delivery.body()), other);
    }
    for (Variant<Case> other : addresses) {
      add(found, verified(other.value(), reading, active, delivery.body()), other);
    }
    boolean isShort = delivery.body().size() <= LONGEST_FOR_TWO_MISTAKES;
    List<Variant<Body>> bodies = new ArrayList<>();
    if (delivery.body().size() <= delivery.terms().maxBodyBytes()) {
      BodyVariants.of(
          delivery.body(),
          other -> {
            tried.add(other.cause());
            add(found, verified(delivery, reading, active, other.value()), other);
            if (isShort) {
              bodies.add(other);
            }
          });
    }
    for (Variant<VerificationKey> other : keys) {
      add(found, verified(delivery, reading, List.of(other.value()), delivery.body()), other);
    }
    if (!found.isEmpty() || !isShort) {
      return found;
    }
    for (Variant<Body> body : bodies) {
      for (Variant<HeaderReading> other : readings) {
        add(
            found,
            verified(delivery, other.value(), keysOf(other, active), body.value()),
            body,
            other);
      }
      for (Variant<VerificationKey> key : keys) {
        add(found, verified(delivery, reading, List.of(key.value()), body.value()), body, key);
      }
      for (Variant<Case> address : addresses) {
        add(found, verified(address.value(), reading, active, body.value()), body, address);
      }
      if (!found.isEmpty()) {
        return found;
      }
    }
    for (Variant<VerificationKey> key : keys) {
      for (Variant<HeaderReading> other : readings) {
        add(
            found,
            verified(delivery, other.value(), List.of(key.value()), delivery.body()),
            key,
            other);
      }
      for (Variant<Case> address : addresses) {
        add(
            found,
            verified(address.value(), reading, List.of(key.value()), delivery.body()),
            key,
            address);
      }
      if (!found.isEmpty()) {
        return found;
      }
    }
    return found;
  }

  private static List<VerificationKey> keysOf(
      Variant<HeaderReading> reading, List<VerificationKey> active) {
    List<VerificationKey> own = reading.value().keys();
    return own == null ? active : own;
  }

  private static void add(
      List<Diagnosis.Finding> found, @Nullable Verified verified, Variant<?>... mistakes) {
    if (verified == null) {
      return;
    }
    for (Variant<?> mistake : mistakes) {
      Diagnosis.Finding finding =
          new Diagnosis.Finding(
              mistake.cause(),
              true,
              mistakes.length == 1
                  ? "the signature holds over " + mistake.what()
                  : "the signature holds over " + mistake.what() + ", with another mistake besides",
              mistake.cure());
      if (found.stream().noneMatch(known -> known.cause() == finding.cause())) {
        found.add(finding);
      }
    }
  }

  /** Returns the proof that one of {@code keys} signed, at whatever time; null if none did. */
  private static @Nullable Verified verified(
      Case delivery, HeaderReading reading, List<VerificationKey> keys, Body body) {
    List<VerificationKey> fitting =
        keys.stream().filter(key -> HeaderReading.fits(key, reading.scheme())).toList();
    if (fitting.isEmpty()) {
      return null;
    }
    try {
      return verifier(delivery, reading.scheme(), fitting, ANY_TIME)
          .verify(
              new Delivery(
                  delivery.address().method(),
                  delivery.address().url(),
                  reading.headers(),
                  reading.signed(body),
                  delivery.at()));
    } catch (Refusal | KeysUnavailable e) {
      return null;
    }
  }

  private static Verifier verifier(
      Case delivery, Scheme scheme, List<VerificationKey> keys, Duration tolerance) {
    return new Verifier(
        scheme,
        () -> {
          if (keys.isEmpty()) {
            throw new KeysUnavailable(
                KeysUnavailable.Cause.NOT_CONFIGURED,
                "no key is configured. " + delivery.provider().whereToFindTheKey());
          }
          return keys;
        },
        tolerance,
        tolerance.equals(ANY_TIME) ? Integer.MAX_VALUE : delivery.terms().maxBodyBytes(),
        InstantSource.fixed(delivery.at()));
  }
}
