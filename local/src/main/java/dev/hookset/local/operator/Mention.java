package dev.hookset.local.operator;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.hookset.Body;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.regex.Pattern;

/**
 * Finds a text, such as somebody's e-mail address or number, wherever it stands as a whole word, in
 * upper or lower case: in JSON whatever way it is escaped there, in a form likewise.
 */
public final class Mention {
  private static final JsonFactory JSON = new JsonFactory();

  private final Pattern pattern;

  /** Looks for {@code text}, which must not be blank. */
  public Mention(String text) {
    if (text.isBlank()) {
      throw new IllegalArgumentException("a text is expected");
    }
    this.pattern =
        Pattern.compile(
            "(?<![\\p{L}\\p{N}])" + Pattern.quote(text.strip()) + "(?![\\p{L}\\p{N}])",
            Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);
  }

  /** Returns whether a text mentions it. */
  public boolean isIn(String text) {
    return pattern.matcher(text).find();
  }

  /** Returns whether one of several texts does. */
  public boolean isInAnyOf(Collection<String> texts) {
    return texts.stream().anyMatch(this::isIn);
  }

  /** Returns whether a body does. */
  public boolean isIn(Body body) {
    String text = body.utf8();
    return isIn(text) || isInJson(text) || isInForm(text);
  }

  private boolean isInJson(String text) {
    try (JsonParser parser = JSON.createParser(text)) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if ((token == JsonToken.VALUE_STRING || token == JsonToken.FIELD_NAME)
            && isIn(parser.getText())) {
          return true;
        }
      }
    } catch (IOException e) {
      // It is no JSON, or only up to here.
    }
    return false;
  }

  private boolean isInForm(String text) {
    try {
      return isIn(URLDecoder.decode(text, StandardCharsets.UTF_8));
    } catch (IllegalArgumentException e) {
      return false; // It is no form.
    }
  }
}
