package dev.hookset.local.page;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Says who may see the page, and who may have something done. The port is open to every program of
 * this machine, every page in its browsers can send requests to it, and a tunnel, which the
 * providers come through, makes it public. So whoever asks has to show the page's secret; the
 * checks of the host and of a proxy's marks are there besides, for a browser that has the cookie.
 */
final class Guard {
  /** The header in which the page shows the token. */
  static final String TOKEN_HEADER = "X-Hookset-Token";

  /** The header in which a command shows the secret: a page elsewhere does not have it. */
  static final String SECRET_HEADER = "X-Hookset-Secret";

  private static final int TOKEN_BYTES = 32;

  /** The parameter of the URL that is printed, which is exchanged for the cookie. */
  static final String KEY = "key";

  /** What tunnels and proxies add; a browser on this machine sends none of them. */
  private static final List<String> ADDED_ON_THE_WAY =
      List.of("forwarded", "via", "x-forwarded-", "x-real-ip", "x-original-", "cf-", "ngrok-");

  private final PageSecret secret;
  private final String token;

  /** Creates a guard with a token of its own. */
  Guard(PageSecret secret, SecureRandom random) {
    this.secret = secret;
    byte[] bytes = new byte[TOKEN_BYTES];
    random.nextBytes(bytes);
    this.token = HexFormat.of().formatHex(bytes);
  }

  /** Returns what the page has to show when it asks for something to be done. */
  String token() {
    return token;
  }

  /**
   * Returns whether a request comes from this machine and by a name of it: a page elsewhere whose
   * name has been made to resolve to this machine comes by its own name, and so does what a tunnel
   * brings, or it bears a proxy's marks.
   */
  static boolean isFromHere(HttpExchange exchange) {
    Headers headers = exchange.getRequestHeaders();
    List<String> hosts = headers.getOrDefault("Host", List.of());
    if (hosts.size() != 1 || !isOurs(hosts.getFirst(), exchange.getLocalAddress().getPort())) {
      return false;
    }
    return headers.keySet().stream()
        .map(name -> name.toLowerCase(Locale.ROOT))
        .noneMatch(name -> ADDED_ON_THE_WAY.stream().anyMatch(name::startsWith));
  }

  private boolean isCommand(HttpExchange exchange) {
    return secret.isShownBy(exchange.getRequestHeaders().getFirst(SECRET_HEADER));
  }

  /** Returns whether a request bears the page's cookie, or the secret itself. */
  boolean isAdmitted(HttpExchange exchange) {
    if (isCommand(exchange)) {
      return true;
    }
    String prefix = cookieName(exchange) + "=";
    return exchange.getRequestHeaders().getOrDefault("Cookie", List.of()).stream()
        .flatMap(header -> Stream.of(header.split(";", -1)))
        .map(String::strip)
        .filter(cookie -> cookie.startsWith(prefix))
        .anyMatch(cookie -> secret.isShownBy(cookie.substring(prefix.length())));
  }

  /** Returns whether a request bears the secret in its URL; if so, it gets the cookie. */
  boolean admits(HttpExchange exchange) {
    String query = exchange.getRequestURI().getRawQuery();
    String prefix = KEY + "=";
    boolean admitted =
        query != null
            && query.startsWith(prefix)
            && secret.isShownBy(query.substring(prefix.length()));
    if (admitted) {
      exchange
          .getResponseHeaders()
          .set(
              "Set-Cookie",
              cookieName(exchange) + "=" + secret.text() + "; Path=/; HttpOnly; SameSite=Strict");
    }
    return admitted;
  }

  /** Browsers keep one set of cookies for all ports of a host. */
  private static String cookieName(HttpExchange exchange) {
    return "hookset-page-" + exchange.getLocalAddress().getPort();
  }

  private static boolean isOurs(String host, int port) {
    String suffix = port == 80 && host.indexOf(':') < 0 ? "" : ":" + port;
    return List.of("127.0.0.1" + suffix, "localhost" + suffix, "[::1]" + suffix)
        .contains(host.toLowerCase(Locale.ROOT));
  }

  /**
   * Returns whether a browser says that a request for data was made by a page from elsewhere; it
   * could not read the answer, but hold the connection.
   */
  static boolean isFromAnotherSite(HttpExchange exchange) {
    String site = exchange.getRequestHeaders().getFirst("Sec-Fetch-Site");
    return site != null && !site.equals("same-origin") && !site.equals("none");
  }

  /**
   * Returns why nothing may be done for a request, or null if it may: our own page asks for it, in
   * a form that no page elsewhere can send without asking first.
   */
  @Nullable String objection(HttpExchange exchange) {
    if (isCommand(exchange)) {
      return null;
    }
    Headers headers = exchange.getRequestHeaders();
    if (!("http://" + headers.getFirst("Host")).equals(headers.getFirst("Origin"))) {
      return "the request does not come from this page";
    }
    String type = headers.getFirst("Content-Type");
    if (type == null || !type.toLowerCase(Locale.ROOT).matches("application/json(;.*)?")) {
      return "the request is not JSON";
    }
    String shown = headers.getFirst(TOKEN_HEADER);
    if (shown == null
        || !MessageDigest.isEqual(
            shown.getBytes(StandardCharsets.UTF_8), token.getBytes(StandardCharsets.UTF_8))) {
      return "the request does not show this page's token; reload the page";
    }
    return null;
  }

  /** Sets the headers that keep what we show from being taken for anything else. */
  static void protect(HttpExchange exchange) {
    Headers headers = exchange.getResponseHeaders();
    headers.set(
        "Content-Security-Policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
            + " img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none';"
            + " require-trusted-types-for 'script'; trusted-types 'none'");
    headers.set("X-Content-Type-Options", "nosniff");
    headers.set("Cross-Origin-Resource-Policy", "same-origin");
    headers.set("Cross-Origin-Opener-Policy", "same-origin");
    headers.set("Referrer-Policy", "no-referrer");
    headers.set("Cache-Control", "no-store");
  }
}
