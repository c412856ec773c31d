package dev.hookset.receive;

import dev.hookset.signing.Scheme;
import java.util.List;

/** Says in a sentence what whoever has captured a delivery could do with it. */
final class Replay {
  private static final String TOKEN =
      "it signs nothing: whoever captured a delivery has the token, and can send whatever they like"
          + " until it is changed";

  private Replay() {}

  static String sentence(Provider provider) {
    List<Scheme> signing = provider.scheme().all().stream().filter(Scheme::isSigned).toList();
    if (signing.isEmpty()) {
      return TOKEN;
    }
    String signed = signed(provider, signing);
    return signing.size() == provider.scheme().all().size()
        ? signed
        : "where a secret signs, " + signed + "; where a plain token just comes along, " + TOKEN;
  }

  private static String signed(Provider provider, List<Scheme> signing) {
    // What names the type is read of the first copy that comes, whoever sends it.
    String relabelled =
        provider.signsType()
            ? ""
            : "; its type is not signed, so one that never arrived can be sent as of another";
    if (signing.stream().allMatch(Scheme::signsItsTimestamp)) {
      return "it signs the time of its delivery: whoever captured one can send it again for "
          + signing.getFirst().tolerance().toSeconds()
          + " s, and it is known as a duplicate"
          + relabelled;
    }
    return (provider.timePaths().isEmpty()
            ? "it signs no time at all: whoever captured a delivery can send it again, which is known"
                + " as a duplicate while its record lives, and is a new event once that has expired"
            : "it signs no time of its delivery: whoever captured one can send it again, which is"
                + " known as a duplicate while its record lives; once that has expired it is too"
                + " old, unless it has no readable time of its own")
        + relabelled;
  }
}
