package dev.hookset.local.troubleshooting;

import dev.hookset.Rfc3339;
import dev.hookset.signing.Encoding;
import dev.hookset.signing.Scheme;
import dev.hookset.signing.TimestampForm;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Where in a delivery's headers something stands that may sign, date or name it. */
final class SignatureSites {
  private static final Pattern PREFIXED =
      Pattern.compile("([A-Za-z][A-Za-z0-9_-]{0,15}(?:[=:,]|\\s+))(\\S+)");
  private static final Pattern ELEMENT =
      Pattern.compile("([A-Za-z][A-Za-z0-9_-]{0,15}[=:,])(\\S+)");
  private static final Pattern URL_SAFE = Pattern.compile("[A-Za-z0-9_-]{27,88}={0,2}");

  /** What every request has, or what stands in between adds: nobody signs by it. */
  private static final Pattern USUAL =
      Pattern.compile(
          "accept.*|authority|cache-control|cdn-loop|cf-.*|connection|content-(?:length|type|encoding)"
              + "|cookie|forwarded|host|ngrok-.*|origin|pragma|priority|referer|sec-.*|te|traceparent"
              + "|tracestate|transfer-encoding|upgrade.*|user-agent|via|x-amz.*|x-cloud-trace-context"
              + "|x-forwarded-.*|x-real-ip|x-request-start|x-vercel-.*");

  /** A template tells a header's name by its hyphen. */
  private static final Pattern NAMED_BY_A_HYPHEN =
      Pattern.compile("[A-Za-z0-9_]+(?:-[A-Za-z0-9_]+)+");

  private final Map<String, String> headers;

  SignatureSites(Map<String, String> headers) {
    this.headers = headers;
  }

  /**
   * A place that holds a signature, as far as its form tells.
   *
   * @param prefix what stands before it
   * @param separator what stands between the elements, if it is one of several
   * @param times the timestamps beside it in the list
   */
  record Site(
      String header,
      String prefix,
      @Nullable String separator,
      Encoding encoding,
      int bytes,
      List<Time> times) {
    /** Returns what makes signatures of that length. */
    List<Scheme.Algorithm> algorithms() {
      return switch (bytes) {
        case 20 -> List.of(Scheme.Algorithm.HMAC_SHA1);
        case 32 -> List.of(Scheme.Algorithm.HMAC_SHA256);
        default -> List.of(Scheme.Algorithm.HMAC_SHA512, Scheme.Algorithm.ED25519);
      };
    }

    /** Returns what is seen there. */
    String words() {
      return header
          + (prefix.isEmpty() ? "" : ", behind " + prefix)
          + ": "
          + encoding.length(bytes)
          + " "
          + encoding.title();
    }
  }

  /** A place that holds a time: a header, or an element of the list with the signature. */
  record Time(Scheme.Timestamp.Place place, String name, TimestampForm form) {}

  /** Returns the places of signatures, each once. */
  List<Site> sites() {
    Set<Site> sites = new LinkedHashSet<>();
    headers.forEach(
        (name, value) -> {
          if (!isUsual(name)) {
            addAll(sites, name, value.strip());
          }
        });
    return List.copyOf(sites);
  }

  private static void addAll(Set<Site> sites, String name, String value) {
    add(sites, name, "", null, value, List.of());
    Matcher prefixed = PREFIXED.matcher(value);
    if (prefixed.matches()) {
      add(sites, name, prefixed.group(1), null, prefixed.group(2), List.of());
    }
    for (String separator : List.of(",", ";", " ", "&")) {
      String[] parts = value.split(Pattern.quote(separator), -1);
      if (parts.length < 2) {
        continue;
      }
      List<Matcher> elements = new ArrayList<>();
      List<Time> times = new ArrayList<>();
      for (String part : parts) {
        Matcher element = ELEMENT.matcher(part.strip());
        if (element.matches()) {
          elements.add(element);
          TimestampForm form = form(element.group(2));
          if (form != null) {
            times.add(new Time(Scheme.Timestamp.Place.ELEMENT, element.group(1), form));
          }
        }
      }
      for (Matcher element : elements) {
        add(sites, name, element.group(1), separator, element.group(2), times);
      }
    }
  }

  private static void add(
      Set<Site> sites,
      String name,
      String prefix,
      @Nullable String separator,
      String text,
      List<Time> times) {
    for (int bytes : List.of(20, 32, 64)) {
      if (text.matches("[0-9a-fA-F]{" + 2 * bytes + "}")) {
        sites.add(new Site(name, prefix, separator, Encoding.HEX, bytes, times));
      } else if (text.length() == Encoding.BASE64.length(bytes)
          && text.matches("[A-Za-z0-9+/]+={0,2}")) {
        sites.add(new Site(name, prefix, separator, Encoding.BASE64, bytes, times));
      }
    }
  }

  /** Returns the headers that hold a time. */
  List<Time> times() {
    List<Time> times = new ArrayList<>();
    headers.forEach(
        (name, value) -> {
          TimestampForm form = form(value.strip());
          if (form != null && !isUsual(name)) {
            times.add(new Time(Scheme.Timestamp.Place.HEADER, name, form));
          }
        });
    return times;
  }

  /** Returns the headers that may be signed besides: an ID, a topic. */
  List<String> ids() {
    return headers.entrySet().stream()
        .filter(header -> !isUsual(header.getKey()))
        .filter(header -> NAMED_BY_A_HYPHEN.matcher(header.getKey()).matches())
        .filter(header -> !header.getValue().isEmpty() && header.getValue().length() <= 200)
        .filter(header -> form(header.getValue()) == null)
        .map(Map.Entry::getKey)
        .toList();
  }

  /** Returns the headers that hold {@code secret} itself, each with what stands before it. */
  List<Map.Entry<String, String>> tokens(String secret) {
    return headers.entrySet().stream()
        .filter(header -> !isUsual(header.getKey()))
        .filter(header -> !secret.isEmpty() && header.getValue().endsWith(secret))
        .map(
            header ->
                Map.entry(
                    header.getKey(),
                    header.getValue().substring(0, header.getValue().length() - secret.length())))
        .toList();
  }

  /** Returns the headers with what is written in base64 for URLs written in the usual one. */
  Map<String, String> withoutUrlSafety() {
    Map<String, String> usual = new LinkedHashMap<>(headers);
    usual.replaceAll(
        (name, value) -> {
          Matcher prefixed = PREFIXED.matcher(value);
          String prefix = prefixed.matches() ? prefixed.group(1) : "";
          String text = value.substring(prefix.length());
          if (isUsual(name) || !URL_SAFE.matcher(text).matches()) {
            return value;
          }
          String bare = text.replace("=", "").replace('-', '+').replace('_', '/');
          return prefix + bare + "=".repeat((4 - bare.length() % 4) % 4);
        });
    return usual;
  }

  private static boolean isUsual(String name) {
    return name.isBlank() || USUAL.matcher(name.toLowerCase(Locale.ROOT)).matches();
  }

  /** Returns how a time is written; null if it is none. */
  static @Nullable TimestampForm form(String text) {
    return text.matches("[12]\\d{9}")
        ? TimestampForm.UNIX_SECONDS
        : text.matches("[12]\\d{12}")
            ? TimestampForm.UNIX_MILLIS
            : Rfc3339.parse(text) == null ? null : TimestampForm.RFC3339;
  }
}
