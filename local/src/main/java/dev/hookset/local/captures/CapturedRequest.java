package dev.hookset.local.captures;

import dev.hookset.local.troubleshooting.TextBytes;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A request without its body, as somebody has saved it. Printed, it shows no header: one may hold a
 * secret.
 *
 * @param method the method, in capitals; null if the file does not say it
 * @param url the whole address, with its query; null if the file does not say it
 * @param headers by lower-cased name; of one that comes twice the values are joined with a comma,
 *     as API Gateway joins them
 */
public record CapturedRequest(
    @Nullable String method, @Nullable String url, Map<String, String> headers) {
  private static final Pattern CURL =
      Pattern.compile("(?m)^(?:.*[|;&]\\s*|\\s*|\\$\\s+)(?:\\S*/)?curl(?:\\.exe)?\\s");

  private static final Pattern CURL_OPTION = Pattern.compile("(?m)^\\s*(?:-H|--header)[\\s'\"=$]");

  private static final Pattern MARKUP = Pattern.compile("<[!?A-Za-z].*", Pattern.DOTALL);

  /** Copies the headers. */
  public CapturedRequest {
    headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
  }

  /**
   * Reads what was saved, in whichever of the usual forms it is.
   *
   * @throws IllegalArgumentException if there are no headers in it; the message goes on behind the
   *     file's name
   */
  public static CapturedRequest read(byte[] bytes) {
    // No header holds a byte-order mark or UTF-16: they are the editor's that kept the headers.
    String text = TextBytes.decoded(bytes);
    if (text.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("is no text, but a binary file");
    }
    String bare = text.strip();
    if (bare.isEmpty()) {
      throw new IllegalArgumentException("is empty");
    }
    if (MARKUP.matcher(bare).matches()) {
      throw new IllegalArgumentException("is a page of HTML or XML, and holds no headers");
    }
    CapturedRequest read =
        bare.startsWith("{") || bare.startsWith("[")
            ? JsonCapture.read(bare)
            : CURL.matcher(text).find() || CURL_OPTION.matcher(text).find()
                ? CurlCapture.read(text)
                : LinesCapture.read(text);
    if (read.headers.isEmpty()) {
      throw new IllegalArgumentException(
          "has no headers in it; a line for each is expected, as `Name: value`");
    }
    return read;
  }

  /** Collects headers under their lower-cased names. */
  static void add(Map<String, String> headers, String name, String value) {
    headers.merge(name.toLowerCase(Locale.ROOT), value, (first, second) -> first + "," + second);
  }

  /**
   * Returns the address of a request, as a receiver makes it up; null if it is not to be known.
   *
   * @param target what was asked for: a path with its query, or a whole address
   * @param headers by lower-cased name
   */
  static @Nullable String url(@Nullable String target, Map<String, String> headers) {
    return url(headers.getOrDefault("x-forwarded-proto", "https"), target, headers);
  }

  static @Nullable String url(String scheme, @Nullable String target, Map<String, String> headers) {
    if (target == null || target.contains("://")) {
      return target;
    }
    String host = headers.get("host");
    if (host == null || host.isEmpty() || !target.startsWith("/")) {
      return null;
    }
    return scheme.split(",", -1)[0].strip() + "://" + host + target;
  }

  @Override
  public String toString() {
    return "CapturedRequest[" + headers.size() + " headers]";
  }
}
