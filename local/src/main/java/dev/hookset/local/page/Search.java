package dev.hookset.local.page;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hookset.Body;
import dev.hookset.Form;
import dev.hookset.local.stack.Exchange;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Looks for a text in the headers and bodies of deliveries, in upper or lower case; in a body also
 * as JSON or a form escapes it. A search is answered part by part, so that the first hits are there
 * at once, and one that nobody waits for any more ends with its part.
 */
final class Search {
  /** A part ends with the delivery that makes it that long, unless a shorter one is asked for. */
  static final int BYTES_OF_A_PART = 4 * 1024 * 1024;

  /** The pattern of a longer one would need more stack than there is. */
  private static final int LONGEST_TEXT = 1000;

  private static final Pattern WORD = Pattern.compile("[A-Za-z0-9]+");

  private final Pattern pattern;

  /** The letters and digits of the text: no way of writing it changes them. */
  private final List<AsciiWord> words;

  /** Looks for {@code text}. */
  Search(String text) {
    this.words = WORD.matcher(text).results().map(word -> new AsciiWord(word.group())).toList();
    boolean isAscii = text.chars().allMatch(c -> c < 128);
    this.pattern =
        Pattern.compile(
            text.codePoints().mapToObj(Search::written).collect(Collectors.joining()),
            Pattern.CASE_INSENSITIVE | (isAscii ? 0 : Pattern.UNICODE_CASE));
  }

  /** Returns what matches a character, however it is written. */
  private static String written(int c) {
    String plain = Character.toString(c);
    if (c < 128 && Character.isLetterOrDigit(c)) {
      return plain;
    }
    List<String> ways = new ArrayList<>();
    ways.add(plain);
    for (String other : List.of(plain.toLowerCase(Locale.ROOT), plain.toUpperCase(Locale.ROOT))) {
      ways.add(
          other
              .chars()
              .mapToObj(unit -> String.format("\\u%04x", unit))
              .collect(Collectors.joining()));
      ways.add(URLEncoder.encode(other, StandardCharsets.UTF_8)); // A blank becomes a plus.
    }
    switch (c) {
      case '"', '\\', '/' -> ways.add("\\" + plain);
      case ' ' -> ways.add("%20");
      case '\n' -> ways.add("\\n");
      case '\t' -> ways.add("\\t");
      default -> {}
    }
    return ways.stream()
        .distinct()
        .map(Pattern::quote)
        .collect(Collectors.joining("|", "(?:", ")"));
  }

  /** Returns whether a delivery has it in its headers, the query of its address, or its body. */
  boolean isIn(Exchange exchange) {
    Body body = exchange.body();
    return exchange.headers().entrySet().stream().anyMatch(this::isIn)
        || isIn(exchange.query())
        || (body != null && isIn(body));
  }

  /** The bytes are looked through first: few bodies have all words, and a pattern is slow. */
  private boolean isIn(Body body) {
    byte[] bytes = body.toByteArray();
    return words.stream().allMatch(word -> word.isIn(bytes)) && isIn(body.utf8());
  }

  private boolean isIn(Map.Entry<String, String> header) {
    return isIn(header.getKey() + ": " + header.getValue());
  }

  private boolean isIn(String text) {
    return pattern.matcher(text).find();
  }

  /**
   * Answers one part of a search.
   *
   * @param query {@code text}; the numbers between which deliveries are looked at: {@code above}
   *     and {@code below}; and after how many {@code bytes} the part ends
   */
  static Answer answer(DeliveryLog log, @Nullable String query) {
    Form asked = Form.of(query == null ? "" : query);
    String text = asked.value("text");
    if (text == null || text.isBlank()) {
      return Answer.message(400, "which text?");
    }
    if (text.length() > LONGEST_TEXT) {
      return Answer.message(400, "the text has more than " + LONGEST_TEXT + " characters");
    }
    try {
      long above = number(asked.value("above"), 0);
      long below = number(asked.value("below"), Long.MAX_VALUE);
      long bytes = Math.min(number(asked.value("bytes"), BYTES_OF_A_PART), BYTES_OF_A_PART);
      return Answer.of(200, new Search(text.strip()).part(log.between(above, below), bytes));
    } catch (NumberFormatException e) {
      return Answer.message(400, "above, below and bytes are numbers");
    }
  }

  private static long number(@Nullable String text, long otherwise) {
    return text == null ? otherwise : Long.parseLong(text);
  }

  /**
   * Looks at deliveries, the newest first, until a part is full.
   *
   * @return the numbers of those that have it; and below which number to go on, or null if that was
   *     all
   */
  private ObjectNode part(List<LogEntry.Delivered> newestFirst, long most) {
    ObjectNode found = JsonNodeFactory.instance.objectNode();
    ArrayNode hits = found.putArray("hits");
    Iterator<LogEntry.Delivered> left = newestFirst.iterator();
    long last = 0;
    long bytes = 0;
    while (left.hasNext() && bytes < most) {
      LogEntry.Delivered delivered = left.next();
      Body body = delivered.exchange().body();
      bytes += body == null ? 0 : body.size();
      last = delivered.number();
      if (isIn(delivered.exchange())) {
        hits.add(last);
      }
    }
    return left.hasNext() ? found.put("next", last) : found.putNull("next");
  }
}
