package dev.hookset.receive;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * A question by which a sender finds out whether a URL is its owner's. It is answered only when it
 * is genuine, and never recorded.
 */
public sealed interface Handshake {
  /** Begins a handshake: a delivery whose member at {@code path} says {@code value}. */
  static Condition when(String path, String value) {
    return new Condition(path, value, null);
  }

  /**
   * Returns the handshake of a {@code GET} with these parameters: the answer is the challenge, if
   * the mode is {@code subscribe} and the token is the one that the operator chose.
   */
  static Handshake subscription(String mode, String token, String challenge) {
    return new Subscription(mode, token, challenge);
  }

  /**
   * What tells a handshake from an event.
   *
   * @param path the member that does
   * @param value what it says, a string or a number
   * @param absent a member that an event has and a handshake does not; null for none
   */
  record Condition(String path, String value, @Nullable String absent) {
    /** Checks that what must be there is there. */
    public Condition {
      Objects.requireNonNull(path, "path");
      Objects.requireNonNull(value, "value");
    }

    /** Adds that there is no member at {@code path}. */
    public Condition without(String path) {
      return new Condition(this.path, value, path);
    }

    /**
     * Returns the handshake whose answer is a JSON object of these members.
     *
     * @param namesAndPlaces each name, and behind it the path of the string that it has; {@code
     *     hmac} and a path for its HMAC
     */
    public Handshake answers(String... namesAndPlaces) {
      StringJoiner answer = new StringJoiner(",", "{", "}");
      for (int i = 0; i + 1 < namesAndPlaces.length; i += 2) {
        answer.add('"' + namesAndPlaces[i] + "\":{" + namesAndPlaces[i + 1] + '}');
      }
      return answers(200, answer.toString());
    }

    /**
     * Returns the handshake.
     *
     * @param status the status of the answer
     * @param answer JSON in which {@code {path}} stands for the string at that member, quoted, and
     *     {@code {hmac path}} for its HMAC by the key that signed, in hexadecimal digits; empty for
     *     no body
     */
    public Handshake answers(int status, String answer) {
      return new Challenge(this, status, answer);
    }
  }

  /**
   * A signed delivery that asks.
   *
   * @param condition what tells it from an event
   * @param status the status of the answer
   * @param answer the answer's JSON, with its places; empty for none
   */
  record Challenge(Condition condition, int status, String answer) implements Handshake {
    /** Checks that the places can be read. */
    public Challenge {
      Objects.requireNonNull(condition, "condition");
      parse(answer);
    }

    /** A piece of the answer: a text, or a place, which is then shown as the HMAC or as it is. */
    record Piece(String text, boolean place, boolean hmac) {}

    List<Piece> pieces() {
      return parse(answer);
    }

    private static List<Piece> parse(String answer) {
      List<Piece> pieces = new ArrayList<>();
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < answer.length(); i++) {
        int close = answer.indexOf('}', i);
        // A brace of JSON is followed by a quote.
        if (answer.charAt(i) == '{' && close > i + 1 && answer.charAt(i + 1) != '"') {
          pieces.add(new Piece(text.toString(), false, false));
          text.setLength(0);
          String place = answer.substring(i + 1, close);
          boolean hmac = place.startsWith("hmac ");
          pieces.add(new Piece(hmac ? place.substring(5) : place, true, hmac));
          i = close;
        } else {
          text.append(answer.charAt(i));
        }
      }
      pieces.add(new Piece(text.toString(), false, false));
      return pieces;
    }
  }

  /**
   * A {@code GET} that asks, with parameters of these names.
   *
   * @param mode says {@code subscribe}
   * @param token is the one that the operator chose
   * @param challenge is the answer
   */
  record Subscription(String mode, String token, String challenge) implements Handshake {
    /** Checks that what must be there is there. */
    public Subscription {
      Objects.requireNonNull(mode, "mode");
      Objects.requireNonNull(token, "token");
      Objects.requireNonNull(challenge, "challenge");
    }
  }
}
