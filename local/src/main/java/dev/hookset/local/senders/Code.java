package dev.hookset.local.senders;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.hookset.signing.Encoding;
import dev.hookset.signing.Scheme;
import dev.hookset.signing.TimestampForm;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Writes the pieces of a description as Java. */
final class Code {
  private static final Pattern STANDARD =
      Pattern.compile("\\{(.+)-id\\}\\.\\{timestamp\\}\\.\\{body\\}", Pattern.CASE_INSENSITIVE);

  private static final int LINE = 96;

  private Code() {}

  /** Returns a string literal. */
  static String quoted(String text) {
    StringBuilder literal = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> literal.append("\\\"");
        case '\\' -> literal.append("\\\\");
        case '\n' -> literal.append("\\n");
        case '\t' -> literal.append("\\t");
        default -> {
          if (c < ' ' || c == 0x7F) {
            literal.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
          } else {
            literal.append(c);
          }
        }
      }
    }
    return literal.append('"').toString();
  }

  /** Returns a string of JSON. */
  static String json(String text) {
    return TextNode.valueOf(text).toString();
  }

  /**
   * Returns a place, which is signed if the scheme covers it.
   *
   * @param place a member's path, or {@code header} and a header's name
   */
  static String place(String place, Set<String> numbers, Scheme scheme) {
    if (!place.startsWith(Places.HEADER)) {
      return "Signed." + (numbers.contains(place) ? "number(" : "member(") + quoted(place) + ")";
    }
    String name = place.substring(Places.HEADER.length());
    return (isSigned(name, scheme) ? "Signed" : "Shown") + ".header(" + quoted(name) + ")";
  }

  /** Returns whether a scheme covers a header. */
  static boolean isSigned(String header, Scheme scheme) {
    return scheme.signedHeaders().stream().anyMatch(header::equalsIgnoreCase);
  }

  /** Returns how a time is written. */
  static String form(TimestampForm form) {
    return "TimestampForm." + form.name();
  }

  /** Returns a scheme as the calls that describe it, the first in front. */
  static List<String> scheme(Scheme scheme) {
    List<String> calls = new ArrayList<>();
    String word = standardWord(scheme);
    if (word != null) {
      return List.of("Scheme.standardWebhooks(" + quoted(word) + ")");
    }
    String at =
        quoted(scheme.header()) + (scheme.prefix().isEmpty() ? "" : ", " + quoted(scheme.prefix()));
    if (scheme.algorithm() == Scheme.Algorithm.TOKEN) {
      return List.of(
          "Scheme.token(" + quoted(scheme.header()) + ", " + quoted(scheme.prefix()) + ")");
    }
    calls.add(
        "Scheme."
            + switch (scheme.algorithm()) {
              case ED25519 -> "ed25519";
              case HMAC_SHA1 -> "hmacSha1";
              case HMAC_SHA256 -> "hmacSha256";
              case HMAC_SHA512 -> "hmacSha512";
              case TOKEN -> throw new IllegalStateException("it has no message");
            }
            + "("
            + quoted(String.valueOf(scheme.message()))
            + ")");
    calls.add(".in(" + at + ")");
    if (scheme.separator() != null) {
      calls.add(".list(" + quoted(scheme.separator()) + ")");
    }
    if (scheme.encoding() == Encoding.BASE64) {
      calls.add(".base64()");
    }
    Scheme.Timestamp timestamp = scheme.timestamp();
    if (timestamp != null) {
      String call =
          switch (timestamp.place()) {
            case HEADER -> ".timestamp(";
            case ELEMENT -> ".timestampInList(";
            case MEMBER -> ".timestampInBody(";
          };
      calls.add(call + quoted(timestamp.name()) + ", " + form(timestamp.form()) + ")");
    }
    if (scheme.secretPrefix() != null) {
      calls.add(".base64Secret(" + quoted(scheme.secretPrefix()) + ")");
    }
    return calls;
  }

  private static @Nullable String standardWord(Scheme scheme) {
    Matcher message = STANDARD.matcher(String.valueOf(scheme.message()));
    if (!message.matches()) {
      return null;
    }
    String word = message.group(1);
    return scheme.equals(Scheme.standardWebhooks(word).build()) ? word : null;
  }

  /** Joins calls to lines that are no longer than they should be. */
  static List<String> lines(String indent, List<String> calls) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    for (String call : calls) {
      if (!line.isEmpty() && line.length() + call.length() > LINE) {
        lines.add(line.toString());
        line.setLength(0);
      }
      line.append(line.isEmpty() && !lines.isEmpty() ? indent : "").append(call);
    }
    lines.add(line.toString());
    return lines;
  }

  /** Returns what a scheme is, in words. */
  static String words(Scheme scheme) {
    if (scheme.algorithm() == Scheme.Algorithm.TOKEN) {
      return "a plain token in " + at(scheme) + ": nothing is signed";
    }
    StringBuilder words =
        new StringBuilder(scheme.algorithm().title())
            .append(" over ")
            .append(quoted(String.valueOf(scheme.message())))
            .append(", in ")
            .append(at(scheme))
            .append(
                scheme.encoding() == Encoding.BASE64 ? ", in base64" : ", in hexadecimal digits");
    Scheme.Timestamp timestamp = scheme.timestamp();
    if (timestamp != null) {
      words
          .append("; the timestamp ")
          .append(
              switch (timestamp.place()) {
                case HEADER -> "in " + timestamp.name();
                case ELEMENT -> "in the same list, behind " + timestamp.name();
                case MEMBER -> "in the body, " + timestamp.name();
              })
          .append(
              switch (timestamp.form()) {
                case UNIX_SECONDS -> ", in seconds";
                case UNIX_MILLIS -> ", in milliseconds";
                case RFC3339, UNIX_SECONDS_OR_RFC3339 -> ", as RFC 3339 has it";
              });
    }
    String prefix = scheme.secretPrefix();
    if (prefix != null) {
      words.append("; the secret is base64").append(prefix.isEmpty() ? "" : " behind " + prefix);
    }
    return words.toString();
  }

  private static String at(Scheme scheme) {
    return scheme.header()
        + (scheme.prefix().isEmpty() ? "" : " behind " + scheme.prefix().strip())
        + (scheme.separator() == null ? "" : ", a list separated by " + quoted(scheme.separator()));
  }
}
