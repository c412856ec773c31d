package dev.hookset.receive;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import dev.hookset.Delivery;
import dev.hookset.Form;
import dev.hookset.signing.Verified;
import dev.hookset.signing.VerifyToken;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Answers a provider's handshakes. */
final class Handshakes {
  private static final Map<String, String> JSON = Map.of("content-type", "application/json");
  private static final Map<String, String> TEXT =
      Map.of("content-type", "text/plain; charset=utf-8", "x-content-type-options", "nosniff");

  private Handshakes() {}

  /** Returns the answer to a verified delivery that asks; null if it is an event. */
  static @Nullable Reply answer(Provider provider, Fields fields, Verified verified) {
    for (Handshake handshake : provider.handshakes()) {
      if (handshake instanceof Handshake.Challenge challenge) {
        Handshake.Condition condition = challenge.condition();
        if (condition.value().equals(fields.number(condition.path()))
            && (condition.absent() == null || fields.number(condition.absent()) == null)) {
          Reply reply = answer(challenge, fields, verified);
          if (reply != null) {
            return reply;
          }
        }
      }
    }
    return null;
  }

  private static @Nullable Reply answer(
      Handshake.Challenge challenge, Fields fields, Verified verified) {
    StringBuilder body = new StringBuilder();
    for (Handshake.Challenge.Piece piece : challenge.pieces()) {
      String text = piece.text();
      if (piece.place()) {
        String member = fields.string(text);
        if (member == null) {
          return null;
        }
        String shown = piece.hmac() ? verified.hmac(member) : member;
        body.append('"').append(JsonStringEncoder.getInstance().quoteAsString(shown)).append('"');
      } else {
        body.append(text);
      }
    }
    return body.isEmpty()
        ? new Reply(challenge.status(), Map.of(), null)
        : new Reply(challenge.status(), JSON, body.toString());
  }

  /** Returns the handshake that asks by a {@code GET}; null if the provider has none. */
  static Handshake.@Nullable Subscription subscription(Provider provider) {
    for (Handshake handshake : provider.handshakes()) {
      if (handshake instanceof Handshake.Subscription subscription) {
        return subscription;
      }
    }
    return null;
  }

  /** Returns the answer to a {@code GET} that asks; null if it is not genuine. */
  static @Nullable Reply answer(
      Handshake.Subscription handshake, Delivery delivery, VerifyToken token) {
    Form query = delivery.query();
    String given = query.value(handshake.token());
    String challenge = query.value(handshake.challenge());
    return "subscribe".equals(query.value(handshake.mode()))
            && given != null
            && challenge != null
            && token.matches(given)
        ? new Reply(200, TEXT, challenge)
        : null;
  }
}
