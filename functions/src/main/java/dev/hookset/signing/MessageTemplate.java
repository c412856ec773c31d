package dev.hookset.signing;

import dev.hookset.Body;
import dev.hookset.Delivery;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which bytes of a delivery are signed: a text with places in braces, such as {@code
 * v0:{timestamp}:{body}}, taken apart once.
 *
 * <p>A place is {@code {body}}, {@code {timestamp}} (its characters as they came), {@code
 * {method}}, {@code {url}} (the whole address, as the sender has it), {@code {form}} (what Twilio
 * signs of a body: see {@link SortedForm}), or a header's name, which is told by its hyphen: {@code
 * {webhook-id}}. Immutable.
 */
public final class MessageTemplate {
  private final String text;
  private final List<Part> parts;

  /** A piece of the template; {@code text} is the text itself, or the header's name. */
  private record Part(Kind kind, String text) {}

  private enum Kind {
    TEXT,
    BODY,
    FORM,
    METHOD,
    URL,
    TIMESTAMP,
    HEADER
  }

  private MessageTemplate(String text, List<Part> parts) {
    this.text = text;
    this.parts = List.copyOf(parts);
  }

  /**
   * Takes a template apart.
   *
   * @throws IllegalArgumentException if it names a place that does not exist, or leaves the body
   *     out
   */
  public static MessageTemplate parse(String text) {
    List<Part> parts = new ArrayList<>();
    int from = 0;
    while (from < text.length()) {
      int open = text.indexOf('{', from);
      int close = open < 0 ? -1 : text.indexOf('}', open);
      if (open < 0) {
        parts.add(new Part(Kind.TEXT, text.substring(from)));
        break;
      }
      if (close < 0) {
        throw new IllegalArgumentException("the message \"" + text + "\" has a { without its }");
      }
      if (open > from) {
        parts.add(new Part(Kind.TEXT, text.substring(from, open)));
      }
      parts.add(place(text, text.substring(open + 1, close)));
      from = close + 1;
    }
    MessageTemplate template = new MessageTemplate(text, parts);
    if (!template.has(Kind.BODY) && !template.has(Kind.FORM)) {
      throw new IllegalArgumentException(
          "the message \"" + text + "\" leaves {body} out, so anybody could change the body");
    }
    return template;
  }

  private static Part place(String template, String name) {
    return switch (name) {
      case "body" -> new Part(Kind.BODY, name);
      case "form" -> new Part(Kind.FORM, name);
      case "method" -> new Part(Kind.METHOD, name);
      case "url" -> new Part(Kind.URL, name);
      case "timestamp" -> new Part(Kind.TIMESTAMP, name);
      default -> {
        if (name.indexOf('-') < 0) {
          throw new IllegalArgumentException(
              "the message \""
                  + template
                  + "\" has a place {"
                  + name
                  + "}; {body}, {form}, {method}, {timestamp}, {url} and names of headers, which"
                  + " have a hyphen, are known");
        }
        yield new Part(Kind.HEADER, name);
      }
    };
  }

  /** Returns whether the timestamp is among the places. */
  public boolean hasTimestamp() {
    return has(Kind.TIMESTAMP);
  }

  /** Returns whether a form's parameters are signed instead of the body. */
  public boolean hasForm() {
    return has(Kind.FORM);
  }

  /** Returns whether the address is among the places. */
  public boolean hasUrl() {
    return has(Kind.URL);
  }

  /** Returns the names of the headers among the places, in their order and as they are written. */
  public Set<String> headers() {
    Set<String> headers = new LinkedHashSet<>();
    for (Part part : parts) {
      if (part.kind == Kind.HEADER) {
        headers.add(part.text);
      }
    }
    return headers;
  }

  /**
   * Returns the bytes that a signature of {@code delivery} covers.
   *
   * @param timestamp the timestamp as it came; empty where there is none
   * @param url the address, in one of its spellings
   * @throws Refusal if there is something that no signature of this scheme can cover
   */
  SignedBytes of(Delivery delivery, String timestamp, String url) throws Refusal {
    List<Body> bytes = new ArrayList<>(parts.size());
    StringBuilder front = new StringBuilder();
    for (Part part : parts) {
      switch (part.kind) {
        case TEXT -> front.append(part.text);
        case TIMESTAMP -> front.append(timestamp);
        case METHOD -> front.append(delivery.method());
        case URL -> front.append(url);
        case FORM -> front.append(SortedForm.of(delivery));
        case HEADER -> front.append(header(delivery, part.text));
        case BODY -> {
          if (!front.isEmpty()) {
            bytes.add(Body.ofUtf8(front.toString()));
            front.setLength(0);
          }
          bytes.add(delivery.body());
        }
      }
    }
    if (!front.isEmpty()) {
      bytes.add(Body.ofUtf8(front.toString()));
    }
    return new SignedBytes(bytes);
  }

  private static String header(Delivery delivery, String name) {
    String value = delivery.header(name);
    return value == null ? "" : value;
  }

  private boolean has(Kind kind) {
    for (Part part : parts) {
      if (part.kind == kind) {
        return true;
      }
    }
    return false;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof MessageTemplate template && text.equals(template.text);
  }

  @Override
  public int hashCode() {
    return Objects.hashCode(text);
  }

  /** Returns the template as it was written. */
  @Override
  public String toString() {
    return text;
  }
}
