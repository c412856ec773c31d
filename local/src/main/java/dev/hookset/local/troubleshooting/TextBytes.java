package dev.hookset.local.troubleshooting;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/**
 * A text file as somebody's editor or shell wrote it: UTF-8, with or without a byte-order mark,
 * UTF-16 as Windows PowerShell's redirection writes it, or UTF-32 as its option names it.
 */
public final class TextBytes {
  private TextBytes() {}

  /** Returns the text without its byte-order mark. What is no text has replacement characters. */
  public static String decoded(byte[] bytes) {
    String text = new String(bytes, charsetOf(bytes));
    return text.startsWith("\uFEFF") ? text.substring(1) : text;
  }

  /**
   * Returns UTF-8, UTF-16 or UTF-32 of either order, by the mark or by where the zero bytes are.
   */
  static Charset charsetOf(byte[] bytes) {
    if (bytes.length < 2) {
      return StandardCharsets.UTF_8;
    }
    int first = bytes[0] & 0xFF;
    int second = bytes[1] & 0xFF;
    if (bytes.length >= 4 && bytes.length % 4 == 0) {
      int third = bytes[2] & 0xFF;
      int fourth = bytes[3] & 0xFF;
      boolean isMarked = first == 0xFF && second == 0xFE;
      if (third == 0 && fourth == 0 && (isMarked || (first != 0 && second == 0))) {
        return StandardCharsets.UTF_32LE;
      }
      isMarked = third == 0xFE && fourth == 0xFF;
      if (first == 0 && second == 0 && (isMarked || (third == 0 && fourth != 0))) {
        return StandardCharsets.UTF_32BE;
      }
    }
    if ((first == 0xFF && second == 0xFE) || (first != 0 && second == 0)) {
      return StandardCharsets.UTF_16LE;
    }
    if ((first == 0xFE && second == 0xFF) || (first == 0 && second != 0)) {
      return StandardCharsets.UTF_16BE;
    }
    return StandardCharsets.UTF_8;
  }
}
