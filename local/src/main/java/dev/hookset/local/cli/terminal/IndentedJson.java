package dev.hookset.local.cli.terminal;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.util.function.Consumer;

/**
 * JSON over several lines, with every token as it came: a number keeps its digits ({@code 1.10},
 * {@code 1e400}), a string its escapes, and a name that comes twice comes twice. What is shown is
 * evidence; nothing is read into values and written anew.
 */
public final class IndentedJson {
  private static final JsonFactory SYNTAX = new JsonFactory();

  /** Deeper levels stand no further in: a body of a few bytes a level would fill the terminal. */
  private static final int DEEPEST_INDENT = 40;

  private final String text;
  private final Consumer<String> lines;
  private final StringBuilder line = new StringBuilder();
  private int depth;

  private IndentedJson(String text, Consumer<String> lines) {
    this.text = text;
    this.lines = lines;
  }

  /**
   * Tells {@code lines} of each line of a text.
   *
   * @return false if the text is not JSON, and nothing was told
   */
  public static boolean print(String text, Consumer<String> lines) {
    if (!isJson(text)) {
      return false;
    }
    new IndentedJson(text, lines).print();
    return true;
  }

  private static boolean isJson(String text) {
    try (JsonParser parser = SYNTAX.createParser(text)) {
      if (parser.nextToken() == null) {
        return false;
      }
      parser.skipChildren();
      return parser.nextToken() == null;
    } catch (IOException e) {
      return false;
    }
  }

  private void print() {
    int at = 0;
    while (at < text.length()) {
      char c = text.charAt(at);
      int next = at + 1;
      switch (c) {
        case '{', '[' -> {
          next = blanksFrom(next);
          line.append(c);
          if (text.charAt(next) == (c == '{' ? '}' : ']')) {
            line.append(text.charAt(next++));
          } else {
            depth++;
            end();
          }
        }
        case '}', ']' -> {
          depth--;
          end();
          line.append(c);
        }
        case ',' -> {
          line.append(c);
          end();
        }
        case ':' -> line.append(": ");
        case '"' -> {
          next = afterString(at);
          line.append(text, at, next);
        }
        case ' ', '\t', '\r', '\n' -> {}
        default -> line.append(c);
      }
      at = next;
    }
    lines.accept(line.toString());
  }

  /** Ends a line, and begins the next one. */
  private void end() {
    lines.accept(line.toString());
    line.setLength(0);
    line.repeat("  ", Math.min(depth, DEEPEST_INDENT));
  }

  private int blanksFrom(int start) {
    int at = start;
    while (" \t\r\n".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
    return at;
  }

  private int afterString(int start) {
    int at = start + 1;
    while (text.charAt(at) != '"') {
      at += text.charAt(at) == '\\' ? 2 : 1;
    }
    return at + 1;
  }
}
