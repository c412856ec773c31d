package dev.hookset.local.troubleshooting;

import dev.hookset.Body;
import dev.hookset.Delivery;
import dev.hookset.providers.Providers;
import dev.hookset.receive.Provider;
import dev.hookset.receive.Receipt;
import dev.hookset.signing.Scheme;
import dev.hookset.signing.VerificationKey;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** How a delivery's headers may have been meant. */
final class HeaderVariants {
  /** What may stand in front of a signature: {@code sha256=}, {@code v1=}, {@code v1,}. */
  private static final Pattern PREFIXED =
      Pattern.compile("[A-Za-z][A-Za-z0-9_-]{0,15}[=:,]\\s*(.+)");

  private static final Pattern SIGNING = Pattern.compile(".*(signature|hmac|-sig).*");

  private static final int MOST_OF_EACH = 8;

  private HeaderVariants() {}

  /** Returns the other readings of the headers. */
  static List<Variant<HeaderReading>> of(Case delivery, Receipt receipt) {
    List<Variant<HeaderReading>> readings = new ArrayList<>();
    Provider provider = delivery.provider();
    Scheme scheme = delivery.scheme();
    Set<String> own = new LinkedHashSet<>(RawHeaders.of(delivery).timestamps());
    Set<String> timestamps = timestamps(delivery, own);
    boolean timeless = Clocks.isUnreadable(receipt);
    boolean signsTime = scheme.message() != null && scheme.message().hasTimestamp();
    for (String signature : signatures(delivery)) {
      String front = Fronts.of(scheme, delivery, own.isEmpty() ? "" : own.iterator().next());
      String ownPrefix = front == null || (signsTime && own.isEmpty()) ? "" : front;
      if (front != null && (!signsTime || !own.isEmpty())) {
        add(
            readings,
            scheme,
            timeless ? Cause.TIMESTAMP_FORM : Cause.SIGNATURE_FORM,
            timeless
                ? "the bytes as they came; only the timestamp is at fault: "
                    + Clocks.flaw(scheme, own)
                : "the same bytes, with the signature read in another way than it is written",
            timeless
                ? Clocks.cure(scheme)
                : "Hand the headers on as they came; what signs is to be written as "
                    + form(scheme)
                    + ".",
            signature,
            ownPrefix);
      }
      if (signsTime) {
        add(
            readings,
            scheme,
            Cause.OTHER_SCHEME,
            "the body alone, without the timestamp",
            otherScheme(provider),
            signature,
            "");
      }
      for (String timestamp : timestamps) {
        boolean rescaled = signsTime && !own.contains(timestamp) && isScaled(timestamp, own);
        if (ownPrefix.equals(timestamp + ".")) {
          continue; // These bytes are asked about above.
        }
        add(
            readings,
            scheme,
            rescaled ? Cause.MILLISECONDS : Cause.OTHER_SCHEME,
            rescaled
                ? "the timestamp in the other of seconds and milliseconds, and the body"
                : "a timestamp, a point and the body",
            rescaled
                ? "What is signed and what stands in the header must be the same characters:"
                    + " seconds."
                : otherScheme(provider),
            signature,
            timestamp + ".");
      }
      for (String timestamp : timestamps) {
        add(
            readings,
            scheme,
            Cause.OTHER_SCHEME,
            "a timestamp, a colon and the body",
            otherScheme(provider),
            signature,
            timestamp + ":");
        add(
            readings,
            scheme,
            Cause.OTHER_SCHEME,
            "a timestamp and the body with nothing in between",
            otherScheme(provider),
            signature,
            timestamp);
      }
    }
    for (Provider other : others(delivery)) {
      readings.add(
          new Variant<>(
              Cause.OTHER_PROVIDER,
              "what " + other.name() + " signs",
              "It is a delivery of "
                  + other.name()
                  + ": give that provider the URL of its own route.",
              new HeaderReading(
                  other.scheme(), delivery.headers(), Body.ofUtf8(""), keys(delivery, other))));
    }
    return readings;
  }

  /** Returns what the headers alone make likely, where nothing could be proven. */
  static List<Diagnosis.Finding> hints(Case delivery, Receipt receipt) {
    Scheme scheme = delivery.scheme();
    List<Diagnosis.Finding> hints = new ArrayList<>();
    if (Clocks.isUnreadable(receipt)) {
      hints.add(
          new Diagnosis.Finding(
              Cause.TIMESTAMP_FORM,
              false,
              "the timestamp is at fault: "
                  + Clocks.flaw(scheme, RawHeaders.of(delivery).timestamps()),
              Clocks.cure(scheme)));
    }
    for (Provider other : others(delivery)) {
      hints.add(
          new Diagnosis.Finding(
              Cause.OTHER_PROVIDER,
              false,
              "there is a "
                  + other.scheme().signatureHeader()
                  + ", which is "
                  + other.name()
                  + "'s",
              "Check whether "
                  + other.name()
                  + " was given the URL of "
                  + delivery.provider().name()
                  + "."));
    }
    if (isMissing(RawHeaders.of(delivery).signature()) && hints.isEmpty()) {
      String similar =
          delivery.headers().keySet().stream()
              .map(name -> name.toLowerCase(Locale.ROOT))
              .filter(name -> SIGNING.matcher(name).matches())
              .sorted()
              .limit(MOST_OF_EACH)
              .collect(Collectors.joining(", "));
      hints.add(
          new Diagnosis.Finding(
              Cause.HEADER_MISSING,
              false,
              "there is no "
                  + scheme.signatureHeader()
                  + (similar.isEmpty()
                      ? ", nor any other header that might sign"
                      : ", but " + similar),
              "Check whether a proxy in between drops the header, and whether the provider has a"
                  + " secret: without one, some send unsigned."));
    }
    return hints;
  }

  private static void add(
      List<Variant<HeaderReading>> readings,
      Scheme scheme,
      Cause cause,
      String what,
      String cure,
      String signature,
      String prefix) {
    readings.add(
        new Variant<>(cause, what, cure, HeaderReading.of(scheme.algorithm(), signature, prefix)));
  }

  /** Returns the other providers whose header that signs is there. */
  private static List<Provider> others(Case delivery) {
    Delivery read = delivery.delivery();
    return Providers.all().stream()
        .filter(other -> !other.name().equals(delivery.provider().name()))
        .filter(other -> read.header(other.scheme().signatureHeader()) != null)
        .toList();
  }

  private static List<VerificationKey> keys(Case delivery, Provider other) {
    List<VerificationKey> keys = new ArrayList<>(delivery.keys().activeKeys());
    delivery.keys().others(other.scheme()).forEach(key -> keys.add(key.key()));
    return keys;
  }

  /** Returns what may be a signature in hexadecimal, however it is written. */
  private static Set<String> signatures(Case delivery) {
    Scheme.Algorithm algorithm = delivery.scheme().algorithm();
    if (algorithm == Scheme.Algorithm.TOKEN) {
      return Set.of(); // A token is written in one way.
    }
    int bytes = algorithm.signatureBytes();
    Set<String> found = new LinkedHashSet<>();
    String own = RawHeaders.of(delivery).signature();
    if (own != null) {
      collect(own, bytes, found);
    }
    for (Map.Entry<String, String> header : delivery.headers().entrySet()) {
      if (SIGNING.matcher(header.getKey().toLowerCase(Locale.ROOT)).matches()) {
        collect(header.getValue(), bytes, found);
      }
    }
    return found.stream().limit(MOST_OF_EACH).collect(Collectors.toCollection(LinkedHashSet::new));
  }

  private static void collect(String value, int bytes, Set<String> found) {
    List<String> parts = new ArrayList<>(List.of(value));
    parts.addAll(List.of(value.split("[,\\s;]+", -1)));
    for (String part : parts) {
      String bare = part.strip().replaceAll("^[\"'<]+|[\"'>]+$", "");
      addHex(bare, bytes, found);
      Matcher prefixed = PREFIXED.matcher(bare);
      if (prefixed.matches()) {
        addHex(prefixed.group(1), bytes, found);
      }
    }
  }

  private static void addHex(String text, int bytes, Set<String> found) {
    if (text.length() == 2 * bytes && text.chars().allMatch(HexFormat::isHexDigit)) {
      found.add(text);
      return;
    }
    try {
      byte[] decoded = Base64.getDecoder().decode(text.replace('-', '+').replace('_', '/'));
      if (decoded.length == bytes) {
        found.add(HexFormat.of().formatHex(decoded));
      }
    } catch (IllegalArgumentException e) {
      // It is not base64, then.
    }
  }

  /** Returns what may be the timestamp: what stands in its place, and whatever is called so. */
  private static Set<String> timestamps(Case delivery, Set<String> own) {
    Set<String> found = new LinkedHashSet<>(own);
    delivery
        .headers()
        .forEach(
            (name, value) -> {
              if (name.toLowerCase(Locale.ROOT).contains("timestamp") && !value.isEmpty()) {
                found.add(value);
              }
              found.addAll(RawHeaders.elements("t=", ",", value));
            });
    Set<String> all = new LinkedHashSet<>(found);
    for (String timestamp : found) {
      if (RawHeaders.isDigits(timestamp) && timestamp.length() > 3) {
        all.add(timestamp + "000");
        all.add(timestamp.substring(0, timestamp.length() - 3));
      }
    }
    return all.stream()
        .limit(2L * MOST_OF_EACH)
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  private static boolean isScaled(String timestamp, Set<String> own) {
    return own.stream()
        .anyMatch(
            text ->
                RawHeaders.isDigits(text)
                    && (timestamp.equals(text + "000")
                        || (text.length() > 3
                            && timestamp.equals(text.substring(0, text.length() - 3)))));
  }

  private static String otherScheme(Provider provider) {
    return "Whoever signed follows another scheme than "
        + provider.name()
        + "'s: a test tool, another provider, or an older version. "
        + provider.name()
        + " signs "
        + Fronts.words(provider.scheme())
        + ".";
  }

  /** Returns how a scheme's signature is written. */
  static String form(Scheme scheme) {
    Scheme.Timestamp timestamp = scheme.timestamp();
    String front =
        (timestamp != null && timestamp.place() == Scheme.Timestamp.Place.ELEMENT
                ? timestamp.name() + "<seconds>" + scheme.separator()
                : "")
            + scheme.prefix();
    Scheme.Algorithm algorithm = scheme.algorithm();
    return front
        + (front.isEmpty() ? "" : " and ")
        + (algorithm == Scheme.Algorithm.TOKEN
            ? "the token itself"
            : scheme.encoding().length(algorithm.signatureBytes())
                + " "
                + scheme.encoding().title());
  }

  private static boolean isMissing(@Nullable String value) {
    return value == null || value.isEmpty();
  }
}
