package dev.hookset.receive;

import dev.hookset.signing.Scheme;

/** Says in a sentence what whoever has captured a delivery could do with it. */
final class Replay {
  private Replay() {}

  static String sentence(Provider provider) {
    Scheme scheme = provider.scheme();
    if (scheme.all().stream().noneMatch(Scheme::isSigned)) {
      return "it signs nothing: whoever captured a delivery has the token, and can send whatever"
          + " they like until it is changed";
    }
    if (scheme.signsTimestamp()) {
      return "it signs the time of its delivery, so whoever captured one can send it again for "
          + scheme.tolerance().toSeconds()
          + " s, and it is known as a duplicate";
    }
    return provider.timePaths().isEmpty()
        ? "it signs no time at all, so whoever captured a delivery can send it again once its record"
            + " has expired"
        : "it signs no time of its delivery, so whoever captured an event without a readable time"
            + " of its own can send it again once its record has expired";
  }
}
