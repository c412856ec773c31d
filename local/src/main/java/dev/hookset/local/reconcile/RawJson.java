package dev.hookset.local.reconcile;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Parts of JSON as they stand there, less the blanks between their tokens: a body that is made of
 * them has each number and each escape as the provider wrote it.
 */
final class RawJson {
  private static final JsonFactory SYNTAX = new JsonFactory();

  private RawJson() {}

  /**
   * Returns the elements of a list.
   *
   * @param json known to be JSON
   * @param path the names of the members that lead to it; none for a list that is all there is
   */
  static List<String> elements(String json, String... path) {
    List<String> elements = new ArrayList<>();
    try (JsonParser parser = SYNTAX.createParser(json)) {
      if (!goTo(parser, path) || parser.currentToken() != JsonToken.START_ARRAY) {
        return elements;
      }
      for (JsonToken token = parser.nextToken();
          token != JsonToken.END_ARRAY;
          token = parser.nextToken()) {
        elements.add(value(parser, json));
      }
      return elements;
    } catch (IOException e) {
      throw new IllegalArgumentException("it was read as JSON before", e);
    }
  }

  /** Returns the value of a member; empty if there is none. */
  static String member(String json, String... path) {
    try (JsonParser parser = SYNTAX.createParser(json)) {
      return goTo(parser, path) ? value(parser, json) : "";
    } catch (IOException e) {
      throw new IllegalArgumentException("it was read as JSON before", e);
    }
  }

  private static boolean goTo(JsonParser parser, String... path) throws IOException {
    parser.nextToken();
    for (String name : path) {
      if (parser.currentToken() != JsonToken.START_OBJECT) {
        return false;
      }
      boolean found = false;
      while (!found && parser.nextToken() == JsonToken.FIELD_NAME) {
        found = parser.currentName().equals(name);
        parser.nextToken();
        if (!found) {
          parser.skipChildren();
        }
      }
      if (!found) {
        return false;
      }
    }
    return true;
  }

  private static String value(JsonParser parser, String json) throws IOException {
    int start = (int) parser.currentTokenLocation().getCharOffset();
    if (parser.currentToken().isStructStart()) {
      parser.skipChildren();
    } else {
      parser.finishToken();
    }
    return withoutBlanks(json.substring(start, (int) parser.currentLocation().getCharOffset()));
  }

  private static String withoutBlanks(String json) {
    StringBuilder rest = new StringBuilder(json.length());
    boolean inText = false;
    for (int i = 0; i < json.length(); i++) {
      char c = json.charAt(i);
      if (inText && c == '\\') {
        rest.append(c).append(json.charAt(++i));
      } else {
        if (c == '"') {
          inText = !inText;
        }
        if (inText || " \t\r\n".indexOf(c) < 0) {
          rest.append(c);
        }
      }
    }
    return rest.toString();
  }
}
