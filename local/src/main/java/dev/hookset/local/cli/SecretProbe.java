package dev.hookset.local.cli;

import dev.hookset.Body;
import dev.hookset.local.cloud.DeployedStack;
import dev.hookset.local.cloud.ReceiverProbe;
import dev.hookset.local.cloud.StackKeys;
import dev.hookset.local.samples.Deliveries;
import dev.hookset.local.samples.DeliveryRequest;
import dev.hookset.local.samples.DevelopmentKeys;
import dev.hookset.receive.Provider;
import dev.hookset.signing.Reason;
import java.net.URI;
import java.time.Instant;
import java.util.LinkedHashMap;
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

  static Answer ask(Hookset hookset, DeployedStack stack, Provider provider, String text) {
    DeliveryRequest request = request(hookset, stack, provider, text);
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

  private static DeliveryRequest request(
      Hookset hookset, DeployedStack stack, Provider provider, String text) {
    if (provider.scheme().hasPublicKey()) {
      return unsigned(provider);
    }
    String variable = provider.variablePrefix() + "_WEBHOOK_SECRET";
    Deliveries deliveries =
        new Deliveries(new DevelopmentKeys(Map.of(variable, text)), hookset.samples());
    boolean signsAddress =
        provider.scheme().all().stream()
            .anyMatch(each -> each.message() != null && each.message().hasUrl());
    String id = UUID.randomUUID().toString();
    Instant now = hookset.clock().instant();
    DeliveryRequest request =
        (signsAddress ? deliveries.to(signed(stack, provider)) : deliveries)
            .outdated(provider, id, now);
    if (request == null) {
      return unsigned(provider);
    }
    Map<String, String> headers = new LinkedHashMap<>(request.headers());
    if (signsAddress) {
      headers.put("host", stack.url(provider).getAuthority());
    }
    return new DeliveryRequest(provider, headers, request.body());
  }

  /** Of what is signed and not too old an event would be recorded; this tells of a key at all. */
  private static DeliveryRequest unsigned(Provider provider) {
    return new DeliveryRequest(provider, Map.of(), Body.ofUtf8(""));
  }

  /** Returns the address that the function takes for the one that its sender signs. */
  private static URI signed(DeployedStack stack, Provider provider) {
    String own =
        new StackKeys(stack)
            .variables(provider)
            .getOrDefault(provider.variablePrefix() + "_WEBHOOK_URL", "");
    return own.isEmpty() ? stack.url(provider) : URI.create(own);
  }
}
