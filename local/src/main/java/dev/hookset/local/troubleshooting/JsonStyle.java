package dev.hookset.local.troubleshooting;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A way to write JSON. Libraries differ in these points, and a signature tells them apart.
 *
 * @param words how it is called
 * @param indent how many blanks a level is indented by; below zero for a single line
 * @param comma what stands between members on a single line
 * @param colon what stands between a name and its value
 * @param ascii whether other characters are escaped
 * @param slashes whether slashes are escaped
 * @param sorted whether names are in alphabetical order
 */
record JsonStyle(
    String words,
    int indent,
    String comma,
    String colon,
    boolean ascii,
    boolean slashes,
    boolean sorted) {
  /** What the usual libraries write unless told otherwise, and what they are told most. */
  static final List<JsonStyle> USUAL = usual();

  private static List<JsonStyle> usual() {
    List<JsonStyle> styles = new ArrayList<>();
    for (boolean sorted : List.of(false, true)) {
      String order = sorted ? ", names sorted" : "";
      for (boolean ascii : List.of(false, true)) {
        String how = (ascii ? ", in ASCII" : "") + order;
        styles.add(new JsonStyle("without blanks" + how, -1, ",", ":", ascii, false, sorted));
        styles.add(
            new JsonStyle(
                "with a blank after commas and colons" + how,
                -1,
                ", ",
                ": ",
                ascii,
                false,
                sorted));
        styles.add(new JsonStyle("indented by 2" + how, 2, ",", ": ", ascii, false, sorted));
        styles.add(new JsonStyle("indented by 4" + how, 4, ",", ": ", ascii, false, sorted));
        styles.add(new JsonStyle("with \\/ for /" + how, -1, ",", ":", ascii, true, sorted));
      }
    }
    return List.copyOf(styles);
  }

  /**
   * Returns {@code json} as text; null if it is longer than {@code longest} characters, as what is
   * nested deeply gets by its indentation.
   */
  @Nullable String write(JsonNode json, int longest) {
    StringBuilder text = new StringBuilder();
    write(json, 0, longest, text);
    return text.length() > longest ? null : text.toString();
  }

  private void write(JsonNode json, int level, int longest, StringBuilder text) {
    if (json.isObject()) {
      List<String> names = new ArrayList<>();
      json.fieldNames().forEachRemaining(names::add);
      if (sorted) {
        Collections.sort(names);
      }
      open('{', names.isEmpty(), level, text);
      for (Iterator<String> rest = names.iterator(); rest.hasNext(); ) {
        String name = rest.next();
        quote(name, text);
        text.append(colon);
        write(json.required(name), level + 1, longest, text);
        if (text.length() > longest) {
          return;
        }
        separate(rest.hasNext(), level, text);
      }
      text.append('}');
    } else if (json.isArray()) {
      open('[', json.isEmpty(), level, text);
      for (Iterator<JsonNode> rest = json.elements(); rest.hasNext(); ) {
        write(rest.next(), level + 1, longest, text);
        if (text.length() > longest) {
          return;
        }
        separate(rest.hasNext(), level, text);
      }
      text.append(']');
    } else if (json.isTextual()) {
      quote(json.textValue(), text);
    } else {
      text.append(json.asText());
    }
  }

  private void open(char bracket, boolean empty, int level, StringBuilder text) {
    text.append(bracket);
    if (!empty) {
      breakLine(level + 1, text);
    }
  }

  private void separate(boolean more, int level, StringBuilder text) {
    if (more) {
      text.append(comma);
    }
    breakLine(more ? level + 1 : level, text);
  }

  private void breakLine(int level, StringBuilder text) {
    if (indent >= 0) {
      text.append('\n').append(" ".repeat(indent * level));
    }
  }

  private void quote(String value, StringBuilder text) {
    text.append('"');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '"' -> text.append("\\\"");
        case '\\' -> text.append("\\\\");
        case '\n' -> text.append("\\n");
        case '\r' -> text.append("\\r");
        case '\t' -> text.append("\\t");
        case '\b' -> text.append("\\b");
        case '\f' -> text.append("\\f");
        case '/' -> text.append(slashes ? "\\/" : "/");
        default -> {
          if (c < ' ' || (ascii && c > '~')) {
            text.append("\\u").append(HexFormat.of().toHexDigits(c));
          } else {
            text.append(c);
          }
        }
      }
    }
    text.append('"');
  }
}
