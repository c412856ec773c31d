package dev.hookset.providers;

import dev.hookset.Body;
import dev.hookset.signing.Encoding;
import dev.hookset.signing.MessageTemplate;
import dev.hookset.signing.Reason;
import dev.hookset.signing.Scheme;
import dev.hookset.signing.TimestampForm;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
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
  private static final Pattern PLACE = Pattern.compile("\\{([^}]*)\\}");

  private final Scheme scheme;
  private final List<String> secrets;
  private final Duration tolerance;
  private final Map<String, String> ownHeaders;
  private final Body ownBody;
  private final String method;
  private final List<String> urls;

  SecondJudge(Vector good) {
    this.method = good.delivery().method();
    this.urls = spellings(good.delivery().url());
    this.scheme = good.scheme();
    this.secrets = good.secrets();
    this.tolerance = good.tolerance();
    this.ownHeaders = good.headers();
    this.ownBody = good.body();
  }

  /** Returns why this is refused; null if it is verified. */
  @Nullable Reason judge(Map<String, String> headers, Body body, Instant now) {
    String value = header(headers, scheme.header());
    if (value == null || value.isEmpty()) {
      return Reason.MISSING_SIGNATURE;
    }
    Set<String> signatures = signatures(value);
    if (signatures.isEmpty()) {
      return Reason.MALFORMED_SIGNATURE;
    }
    Scheme.Timestamp timestamp = scheme.timestamp();
    String text = "";
    Instant time = null;
    if (timestamp != null && timestamp.place() != Scheme.Timestamp.Place.MEMBER) {
      Set<String> texts = timestamps(timestamp, headers);
      if (texts.size() > 1) {
        return Reason.MALFORMED_TIMESTAMP;
      }
      if (texts.isEmpty() || texts.contains("")) {
        return Reason.MISSING_TIMESTAMP;
      }
      text = texts.iterator().next();
      time = time(text, timestamp.form());
      if (time == null) {
        return Reason.MALFORMED_TIMESTAMP;
      }
    }
    for (String name : scheme.signedHeaders()) {
      String signed = header(headers, name);
      if (signed == null || signed.isEmpty()) {
        return Reason.MISSING_SIGNATURE;
      }
    }
    String signedTime = text;
    if (!coversBody(body)
        || urls.stream()
            .noneMatch(url -> isSigned(signatures, message(headers, signedTime, body, url)))) {
      return Reason.INVALID_SIGNATURE;
    }
    return time == null ? null : age(time, now);
  }

  private List<String> elements(String value) {
    return scheme.separator() == null
        ? List.of(value)
        : Arrays.stream(value.split(Pattern.quote(scheme.separator()), -1))
            .map(String::strip)
            .toList();
  }

  /** The well-formed ones, each as algorithm and hexadecimal digits. */
  private Set<String> signatures(String value) {
    return elements(value).stream()
        .flatMap(
            element ->
                scheme.elements().stream()
                    .filter(kind -> element.startsWith(kind.prefix()))
                    .map(
                        kind ->
                            decoded(kind.algorithm(), element.substring(kind.prefix().length())))
                    .filter(Objects::nonNull)
                    .limit(1))
        .collect(Collectors.toSet());
  }

  private @Nullable String decoded(Scheme.Algorithm algorithm, String text) {
    int bytes = bytes(algorithm);
    if (algorithm == Scheme.Algorithm.TOKEN) {
      return algorithm + " " + text;
    }
    if (scheme.encoding() == Encoding.HEX) {
      return text.matches("[0-9a-fA-F]{" + 2 * bytes + "}")
          ? algorithm + " " + text.toLowerCase(Locale.ROOT)
          : null;
    }
    if (!text.matches("[A-Za-z0-9+/]+={0,2}")) {
      return null;
    }
    try {
      byte[] decoded = Base64.getMimeDecoder().decode(text);
      return decoded.length == bytes && Base64.getEncoder().encodeToString(decoded).equals(text)
          ? algorithm + " " + HexFormat.of().formatHex(decoded)
          : null;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  static int bytes(Scheme.Algorithm algorithm) {
    return switch (algorithm) {
      case ED25519, HMAC_SHA512 -> 64;
      case HMAC_SHA256 -> 32;
      case HMAC_SHA1 -> 20;
      case TOKEN -> 0;
    };
  }

  private Set<String> timestamps(Scheme.Timestamp timestamp, Map<String, String> headers) {
    if (timestamp.place() == Scheme.Timestamp.Place.HEADER) {
      String text = header(headers, timestamp.name());
      return text == null ? Set.of() : Set.of(text);
    }
    return elements(String.valueOf(header(headers, scheme.header()))).stream()
        .filter(element -> element.startsWith(timestamp.name()))
        .map(element -> element.substring(timestamp.name().length()))
        .collect(Collectors.toSet());
  }

  private static List<String> spellings(String url) {
    String decoded = url;
    for (String escape :
        List.of("3A", "2F", "3F", "40", "21", "24", "27", "28", "29", "2A", "2C", "3B")) {
      decoded = decoded.replace("%" + escape, Character.toString(Integer.parseInt(escape, 16)));
    }
    return List.of(
        url,
        url.replaceFirst("^(https://[^/:?]+)(?=[/?]|$)", "$1:443"),
        url.replaceFirst("^(https://[^/:?]+):443(?=[/?]|$)", "$1"),
        decoded);
  }

  /** A digest in the address stands for a body that is no form. */
  private boolean coversBody(Body body) {
    Matcher digest = Pattern.compile("[?&]bodySHA256=([0-9a-f]{64})").matcher(urls.getFirst());
    return !String.valueOf(scheme.message()).contains("{form}")
        || body.size() == 0
        || !digest.find()
        || digest.group(1).equals(body.sha256());
  }

  /** A form's parameters by name, each value of a name once; what the digest covers is not here. */
  static String sortedForm(String url, Body body) {
    if (url.contains("bodySHA256=") || body.size() == 0) {
      return "";
    }
    TreeMap<String, TreeSet<String>> sorted = new TreeMap<>();
    for (String parameter : body.utf8().split("&", -1)) {
      if (!parameter.isEmpty()) {
        String[] both = parameter.split("=", 2);
        sorted
            .computeIfAbsent(unescaped(both[0]), _ -> new TreeSet<>())
            .add(both.length == 1 ? "" : unescaped(both[1]));
      }
    }
    StringBuilder text = new StringBuilder();
    sorted.forEach((name, values) -> values.forEach(value -> text.append(name).append(value)));
    return text.toString();
  }

  private static String unescaped(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      // What is no escape stands for itself.
      return URLDecoder.decode(
          text.replaceAll("%(?![0-9a-fA-F]{2})", "%25"), StandardCharsets.UTF_8);
    }
  }

  /** The signed bytes, one a character. */
  private String message(Map<String, String> headers, String timestamp, Body body, String url) {
    MessageTemplate template = scheme.message();
    return template == null
        ? ""
        : PLACE
            .matcher(template.toString())
            .replaceAll(
                place ->
                    Matcher.quoteReplacement(
                        switch (place.group(1)) {
                          case "body" ->
                              new String(body.toByteArray(), StandardCharsets.ISO_8859_1);
                          case "timestamp" -> utf8(timestamp);
                          case "method" -> utf8(method);
                          case "url" -> utf8(url);
                          case "form" -> utf8(sortedForm(url, body));
                          default -> utf8(String.valueOf(header(headers, place.group(1))));
                        }));
  }

  private static String utf8(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }

  private boolean isSigned(Set<String> signatures, String message) {
    for (String signature : signatures) {
      int blank = signature.indexOf(' ');
      Scheme.Algorithm algorithm = Scheme.Algorithm.valueOf(signature.substring(0, blank));
      String text = signature.substring(blank + 1);
      boolean holds =
          switch (algorithm) {
            case TOKEN -> secrets.contains(text);
            case ED25519 -> isOwn(signature, message);
            case HMAC_SHA1, HMAC_SHA256, HMAC_SHA512 ->
                secrets.stream()
                    .anyMatch(secret -> hmac(algorithm, key(secret), message).equals(text));
          };
      if (holds) {
        return true;
      }
    }
    return false;
  }

  /** Nobody makes another signature of this key: the vector's own holds, for its own bytes. */
  private boolean isOwn(String signature, String message) {
    Scheme.Timestamp timestamp = scheme.timestamp();
    String time =
        timestamp == null || timestamp.place() != Scheme.Timestamp.Place.HEADER
            ? ""
            : String.valueOf(header(ownHeaders, timestamp.name()));
    return signatures(String.valueOf(header(ownHeaders, scheme.header()))).contains(signature)
        && message.equals(message(ownHeaders, time, ownBody, urls.getFirst()));
  }

  private byte[] key(String secret) {
    String prefix = scheme.secretPrefix();
    return prefix == null
        ? secret.getBytes(StandardCharsets.UTF_8)
        : Base64.getDecoder().decode(secret.strip().replaceFirst("^" + prefix, ""));
  }

  private @Nullable Reason age(Instant time, Instant now) {
    return time.isBefore(now.minus(tolerance)) || time.isAfter(now.plus(tolerance))
        ? Reason.TIMESTAMP_OUT_OF_TOLERANCE
        : null;
  }

  /** Returns the time that {@code text} names; null if it is malformed. */
  static @Nullable Instant time(String text, TimestampForm form) {
    if (form != TimestampForm.RFC3339 && UNIX.matcher(text).matches()) {
      long number = Long.parseLong(text);
      return form == TimestampForm.UNIX_MILLIS
          ? Instant.ofEpochMilli(number)
          : Instant.ofEpochSecond(number);
    }
    Matcher matcher = RFC_3339.matcher(text);
    boolean mayBeRfc3339 =
        form == TimestampForm.RFC3339 || form == TimestampForm.UNIX_SECONDS_OR_RFC3339;
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

  private static String hmac(Scheme.Algorithm algorithm, byte[] key, String message) {
    try {
      String name = algorithm.name().replace("HMAC_", "Hmac");
      Mac mac = Mac.getInstance(name);
      mac.init(new SecretKeySpec(key, name));
      return HexFormat.of().formatHex(mac.doFinal(message.getBytes(StandardCharsets.ISO_8859_1)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has HMAC", e);
    }
  }
}
