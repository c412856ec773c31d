package dev.hookset.local.troubleshooting;

import dev.hookset.Delivery;
import dev.hookset.signing.MessageTemplate;
import dev.hookset.signing.Scheme;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a scheme signs in front of the body, for people to read and for guesses. */
final class Fronts {
  private static final String BODY = "{body}";
  private static final Pattern HEADER = Pattern.compile("\\{([^}]*-[^}]*)\\}");

  private Fronts() {}

  /**
   * Returns the text in front of the body; null if the scheme signs nothing, or something behind
   * the body too.
   */
  static @Nullable String of(Scheme scheme, Case delivery, String timestamp) {
    MessageTemplate message = scheme.message();
    if (message == null || !message.toString().endsWith(BODY)) {
      return null;
    }
    Delivery read = new Delivery(delivery.headers(), delivery.body(), delivery.at());
    String front = message.toString().substring(0, message.toString().length() - BODY.length());
    return HEADER
        .matcher(front.replace("{timestamp}", timestamp))
        .replaceAll(
            place -> {
              String value = read.header(place.group(1));
              return Matcher.quoteReplacement(value == null ? "" : value);
            });
  }

  /** Returns what a scheme signs, in words that follow "signs". */
  static String words(Scheme scheme) {
    return switch (String.valueOf(scheme.message())) {
      case "null" -> "nothing: it sends its token as it is";
      case "{body}" -> "the body alone";
      case "{timestamp}.{body}" -> "the timestamp, a point and the body";
      case String message -> message;
    };
  }
}
