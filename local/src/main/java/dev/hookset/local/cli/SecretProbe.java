package dev.hookset.local.cli;

import dev.hookset.Body;
import dev.hookset.local.cloud.DeployedStack;
import dev.hookset.local.cloud.ReceiverProbe;
import dev.hookset.local.samples.Deliveries;
import dev.hookset.local.samples.DeliveryRequest;
import dev.hookset.local.samples.DevelopmentKeys;
import dev.hookset.local.samples.Samples;
import dev.hookset.receive.Provider;
import dev.hookset.signing.Reason;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;

/**
 * Asks a function whether it has a secret: by a delivery that the secret signs and whose time is
 * long past. Whoever has it refuses it for its age, whoever has not for its signature, and neither
 * records anything. A signature that does not hold also makes a function look for a newer secret.
 */
final class SecretProbe {
  /** What a function says. */
  enum Answer {
    /** It has the secret. */
    HAS_IT,
    /** It has one, and nobody outside can tell which. */
    HAS_ONE,
    /** It has another. */
    HAS_ANOTHER,
    /** It has none. */
    HAS_NONE,
    /** It does not answer, or cannot ask for its secret. */
    UNAVAILABLE
  }

  private SecretProbe() {}

  static Answer ask(DeployedStack stack, Provider provider, String text, Instant now) {
    DeliveryRequest request = request(provider, text, now);
    ReceiverProbe.Answer answer =
        ReceiverProbe.ask(stack, provider, request.headers(), request.body());
    if (answer.status() >= 500) {
      return answer.body().contains("not_configured") ? Answer.HAS_NONE : Answer.UNAVAILABLE;
    }
    if (answer.body().contains(Reason.TIMESTAMP_OUT_OF_TOLERANCE.word())) {
      return Answer.HAS_IT;
    }
    return answer.body().contains(Reason.INVALID_SIGNATURE.word())
        ? Answer.HAS_ANOTHER
        : Answer.HAS_ONE;
  }

  private static DeliveryRequest request(Provider provider, String text, Instant now) {
    if (provider.scheme().hasPublicKey()) {
      return new DeliveryRequest(provider, Map.of(), Body.ofUtf8(""));
    }
    String variable = provider.variablePrefix() + "_WEBHOOK_SECRET";
    return new Deliveries(new DevelopmentKeys(Map.of(variable, text)))
        .stale(provider, Samples.defaultType(provider), UUID.randomUUID().toString(), now);
  }
}
