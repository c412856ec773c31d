package dev.hookset.signing;

import java.util.ArrayList;
import java.util.List;

/**
 * The spellings of one address of which a sender may have signed any: as it came; with the standard
 * port where it came without, and the other way round (Twilio's back ends do either); and with
 * those characters decoded that HubSpot's documentation lists.
 */
final class UrlSpellings {
  private static final List<String> ESCAPED =
      List.of("%3A", "%2F", "%3F", "%40", "%21", "%24", "%27", "%28", "%29", "%2A", "%2C", "%3B");
  private static final String PLAIN = ":/?@!$'()*,;";

  private UrlSpellings() {}

  static List<String> of(String url) {
    List<String> spellings = new ArrayList<>();
    spellings.add(url);
    int host = url.indexOf("://") + 3;
    String port = url.startsWith("https:") ? ":443" : url.startsWith("http:") ? ":80" : "";
    if (!port.isEmpty()) {
      int end = host;
      while (end < url.length() && "/?#".indexOf(url.charAt(end)) < 0) {
        end++;
      }
      String authority = url.substring(host, end);
      if (authority.endsWith(port)) {
        spellings.add(url.substring(0, end - port.length()) + url.substring(end));
      } else if (authority.indexOf(':') < 0) {
        spellings.add(url.substring(0, end) + port + url.substring(end));
      }
    }
    if (url.indexOf('%') >= 0) {
      String decoded = url;
      for (int i = 0; i < PLAIN.length(); i++) {
        String escape = ESCAPED.get(i);
        decoded = decoded.replace(escape, PLAIN.substring(i, i + 1));
      }
      if (!decoded.equals(url)) {
        spellings.add(decoded);
      }
    }
    return spellings;
  }
}
