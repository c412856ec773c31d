package dev.hookset.signing;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Refuses schemes whose parts do not fit together, each with a sentence. */
final class SchemeCheck {
  private SchemeCheck() {}

  static void check(
      List<Scheme.Element> elements,
      String header,
      @Nullable String separator,
      @Nullable MessageTemplate message,
      Scheme.@Nullable Timestamp timestamp,
      Duration tolerance,
      @Nullable String secretPrefix) {
    boolean token = false;
    boolean shared = false;
    for (Scheme.Element element : elements) {
      token |= element.algorithm() == Scheme.Algorithm.TOKEN;
      shared |= element.algorithm() != Scheme.Algorithm.ED25519;
    }
    refuseIf(elements.isEmpty(), "a scheme needs something that signs");
    refuseIf(header.isBlank(), "a signature needs the name of its header");
    refuseIf(token != (message == null), "a plain token signs nothing, and all else something");
    refuseIf(token && elements.size() > 1, "a plain token stands alone in its header");
    refuseIf(token && timestamp != null, "a plain token covers no timestamp");
    refuseIf(
        message != null && message.hasTimestamp() && timestamp == null,
        "the message \"" + message + "\" has a {timestamp}, but nothing says where that stands");
    refuseIf(
        timestamp != null
            && timestamp.place() == Scheme.Timestamp.Place.ELEMENT
            && separator == null,
        "a timestamp beside the signature needs a list");
    refuseIf(
        timestamp != null
            && timestamp.place() == Scheme.Timestamp.Place.MEMBER
            && message != null
            && message.hasTimestamp(),
        "a timestamp in the body is signed as a part of it, so no {timestamp} is");
    refuseIf(separator != null && separator.isEmpty(), "a list needs something between elements");
    refuseIf(
        separator != null && elements.stream().anyMatch(each -> each.prefix().isEmpty()),
        "an element of a list needs a prefix to be known by");
    refuseIf(
        tolerance.isNegative() || tolerance.isZero(), "a tolerance must be longer than nothing");
    refuseIf(
        secretPrefix != null && (!shared || token),
        "only the secret of an HMAC is written in base64");
  }

  private static void refuseIf(boolean flaw, String sentence) {
    if (flaw) {
      throw new IllegalArgumentException(sentence);
    }
  }
}
