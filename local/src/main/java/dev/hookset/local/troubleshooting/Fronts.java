package dev.hookset.local.troubleshooting;

import dev.hookset.Delivery;
import dev.hookset.signing.MessageTemplate;
import dev.hookset.signing.Scheme;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a scheme signs besides the body, for people to read and for guesses. */
final class Fronts {
  private static final String BODY = "{body}";
  private static final String FORM = "{form}";
  private static final Pattern PLACE = Pattern.compile("\\{([^}]*)\\}");

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
    String front = message.toString().substring(0, message.toString().length() - BODY.length());
    return filled(front, delivery.delivery(), timestamp);
  }

  /** Returns a template with all in its places that is not the body. */
  private static String filled(String template, Delivery delivery, String timestamp) {
    return PLACE
        .matcher(template)
        .replaceAll(
            place -> {
              String name = place.group(1);
              String value =
                  switch (name) {
                    case "timestamp" -> timestamp;
                    case "url" -> delivery.url();
                    case "method" -> delivery.method();
                    case "body", "form" -> place.group();
                    default -> delivery.header(name);
                  };
              return Matcher.quoteReplacement(value == null ? "" : value);
            });
  }

  /**
   * Says which bytes of a delivery are signed, so that they can be put together again: texts in
   * quotes, the body by its length.
   */
  static String signed(Scheme scheme, Case delivery, @Nullable String timestamp) {
    MessageTemplate message = scheme.message();
    String body = "the body's " + delivery.body().size() + " bytes";
    if (message == null || (timestamp == null && message.hasTimestamp())) {
      return words(scheme).replace("the body", body);
    }
    List<String> parts = new ArrayList<>();
    String rest =
        filled(message.toString(), delivery.delivery(), timestamp == null ? "" : timestamp);
    while (!rest.isEmpty()) {
      int place = Math.max(rest.indexOf(BODY), rest.indexOf(FORM));
      String text = place < 0 ? rest : rest.substring(0, place);
      if (!text.isEmpty()) {
        parts.add('"' + text + '"');
      }
      if (place >= 0) {
        parts.add(
            rest.startsWith(BODY, place)
                ? body
                : "the form's parameters sorted by name, each with its value");
      }
      rest = place < 0 ? "" : rest.substring(place + BODY.length());
    }
    return String.join(" and ", parts);
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
