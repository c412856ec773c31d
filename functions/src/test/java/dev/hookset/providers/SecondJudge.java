package dev.hookset.providers;

import dev.hookset.Body;
import dev.hookset.signing.Reason;
import dev.hookset.signing.Scheme;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * The contract's judgement written a second time, by other means: patterns, the JDK's own times and
 * its HMAC. It tells what is to become of a good vector when something in it is changed.
 */
final class SecondJudge {
  private static final Pattern UNIX = Pattern.compile("[0-9]{1,15}");
  private static final Pattern RFC_3339 =
      Pattern.compile(
          "(\\d{4}-\\d{2}-\\d{2})[Tt](\\d{2}:\\d{2}:\\d{2}(?:\\.\\d{1,9})?)"
              + "(?:[Zz]|([+-])([01]\\d|2[0-3]):([0-5]\\d))");

  private final Vector good;
  private final Scheme scheme;
  private final List<String> secrets;
  private final Duration tolerance;
  private final Map<String, String> ownHeaders;
  private final Body ownBody;

  SecondJudge(Vector good) {
    this.good = good;
    this.scheme = good.provider().scheme();
    this.secrets = good.secrets();
    this.tolerance = good.tolerance();
    this.ownHeaders = good.headers();
    this.ownBody = good.body();
  }

  /** Returns why this is refused; null if it is verified. */
  @Nullable Reason judge(Map<String, String> headers, Body body, Instant now) {
    return switch (scheme) {
      case Scheme.SignedBody s -> {
        Reason flaw = formOfSignature(s.prefix(), header(headers, s.signatureHeader()));
        yield flaw != null
            ? flaw
            : isSigned("", headers, s.signatureHeader(), s.prefix(), body)
                ? null
                : Reason.INVALID_SIGNATURE;
      }
      case Scheme.SignedTimestampAndBody s -> {
        String text = header(headers, s.timestampHeader());
        Reason flaw = formOfSignature(s.prefix(), header(headers, s.signatureHeader()));
        if (flaw != null) {
          yield flaw;
        }
        if (text == null || text.isEmpty()) {
          yield Reason.MISSING_TIMESTAMP;
        }
        Instant time = time(text, good.provider().name().equals("lamba"));
        if (time == null) {
          yield Reason.MALFORMED_TIMESTAMP;
        }
        yield isSigned(text + ".", headers, s.signatureHeader(), s.prefix(), body)
            ? age(time, now)
            : Reason.INVALID_SIGNATURE;
      }
      case Scheme.SignedBodyWithList s -> list(header(headers, s.signatureHeader()), body, now);
    };
  }

  private @Nullable Reason list(@Nullable String value, Body body, Instant now) {
    if (value == null || value.isEmpty()) {
      return Reason.MISSING_SIGNATURE;
    }
    List<String> elements =
        Arrays.stream(value.split(",", -1)).map(String::strip).collect(Collectors.toList());
    Set<String> times =
        elements.stream()
            .filter(element -> element.startsWith("t="))
            .map(element -> element.substring(2))
            .collect(Collectors.toSet());
    Set<String> signatures =
        elements.stream()
            .filter(element -> element.matches("v1=[0-9a-fA-F]{64}"))
            .map(element -> element.substring(3).toLowerCase(Locale.ROOT))
            .collect(Collectors.toSet());
    if (signatures.isEmpty()) {
      return Reason.MALFORMED_SIGNATURE;
    }
    if (times.size() > 1) {
      return Reason.MALFORMED_TIMESTAMP;
    }
    if (times.isEmpty() || times.contains("")) {
      return Reason.MISSING_TIMESTAMP;
    }
    Instant time = time(times.iterator().next(), false);
    if (time == null) {
      return Reason.MALFORMED_TIMESTAMP;
    }
    return secrets.stream().anyMatch(secret -> signatures.contains(hmac(secret, "", body)))
        ? age(time, now)
        : Reason.INVALID_SIGNATURE;
  }

  private @Nullable Reason formOfSignature(String prefix, @Nullable String value) {
    if (value == null || value.isEmpty()) {
      return Reason.MISSING_SIGNATURE;
    }
    int digits = isEd25519() ? 128 : 64;
    return value.matches(Pattern.quote(prefix) + "[0-9a-fA-F]{" + digits + "}")
        ? null
        : Reason.MALFORMED_SIGNATURE;
  }

  private boolean isSigned(
      String signedPrefix, Map<String, String> headers, String name, String prefix, Body body) {
    String signature =
        String.valueOf(header(headers, name)).substring(prefix.length()).toLowerCase(Locale.ROOT);
    if (isEd25519()) {
      // Nobody makes another signature of this key: the vector's own holds, for its own bytes.
      return signature.equals(String.valueOf(header(ownHeaders, name)).toLowerCase(Locale.ROOT))
          && signedPrefix.equals(header(ownHeaders, "X-Lamina-Webhook-Timestamp") + ".")
          && body.equals(ownBody);
    }
    return secrets.stream().anyMatch(secret -> hmac(secret, signedPrefix, body).equals(signature));
  }

  private boolean isEd25519() {
    return scheme.algorithm() == Scheme.Algorithm.ED25519;
  }

  private @Nullable Reason age(Instant time, Instant now) {
    return time.isBefore(now.minus(tolerance)) || time.isAfter(now.plus(tolerance))
        ? Reason.TIMESTAMP_OUT_OF_TOLERANCE
        : null;
  }

  /** Returns the time that {@code text} names; null if it is malformed. */
  static @Nullable Instant time(String text, boolean mayBeRfc3339) {
    if (UNIX.matcher(text).matches()) {
      return Instant.ofEpochSecond(Long.parseLong(text));
    }
    Matcher matcher = RFC_3339.matcher(text);
    if (!mayBeRfc3339 || !matcher.matches()) {
      return null;
    }
    try {
      Instant utc =
          LocalDateTime.parse(matcher.group(1) + "T" + matcher.group(2)).toInstant(ZoneOffset.UTC);
      if (matcher.group(3) == null) {
        return utc;
      }
      Duration offset =
          Duration.ofHours(Long.parseLong(matcher.group(4)))
              .plusMinutes(Long.parseLong(matcher.group(5)));
      return matcher.group(3).equals("+") ? utc.minus(offset) : utc.plus(offset);
    } catch (DateTimeException e) {
      return null;
    }
  }

  private static @Nullable String header(Map<String, String> headers, String name) {
    List<String> values =
        headers.entrySet().stream()
            .filter(entry -> entry.getKey().equalsIgnoreCase(name))
            .map(Map.Entry::getValue)
            .toList();
    return values.isEmpty() ? null : String.join(",", values);
  }

  private static String hmac(String secret, String prefix, Body body) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      mac.update(prefix.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(mac.doFinal(body.toByteArray()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has HmacSHA256", e);
    }
  }
}
