package dev.hookset.local.troubleshooting;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/**
 * A text file as somebody's editor or shell wrote it: UTF-8, with or without a byte-order mark, or
 * UTF-16 as Windows PowerShell's redirection writes it.
 */
public final class TextBytes {
  private TextBytes() {}

  /** Returns the text without its byte-order mark. What is no text has replacement characters. */
  public static String decoded(byte[] bytes) {
    String text = new String(bytes, charsetOf(bytes));
    return text.startsWith("\uFEFF") ? text.substring(1) : text;
  }

  /** Returns UTF-8 or one of the two UTF-16, by the mark or by where the zero bytes are. */
  static Charset charsetOf(byte[] bytes) {
    if (bytes.length < 2) {
      return StandardCharsets.UTF_8;
    }
    int first = bytes[0] & 0xFF;
    int second = bytes[1] & 0xFF;
    if ((first == 0xFF && second == 0xFE) || (first != 0 && second == 0)) {
      return StandardCharsets.UTF_16LE;
    }
    if ((first == 0xFE && second == 0xFF) || (first == 0 && second != 0)) {
      return StandardCharsets.UTF_16BE;
    }
    return StandardCharsets.UTF_8;
  }
}
