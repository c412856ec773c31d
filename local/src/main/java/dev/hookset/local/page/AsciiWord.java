package dev.hookset.local.page;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/**
 * Letters and digits of ASCII, looked for in bytes in upper or lower case. What cannot match is
 * jumped over, as Horspool does it, so that most bytes are never looked at.
 */
final class AsciiWord {
  private final byte[] lower;
  private final byte[] upper;
  private final int[] jumps = new int[256];

  /** Looks for {@code word}. */
  AsciiWord(String word) {
    this.lower = word.toLowerCase(Locale.ROOT).getBytes(StandardCharsets.US_ASCII);
    this.upper = word.toUpperCase(Locale.ROOT).getBytes(StandardCharsets.US_ASCII);
    Arrays.fill(jumps, lower.length);
    for (int i = 0; i < lower.length - 1; i++) {
      jumps[lower[i]] = lower.length - 1 - i;
      jumps[upper[i]] = lower.length - 1 - i;
    }
  }

  /** Returns whether the word stands anywhere in {@code bytes}. */
  boolean isIn(byte[] bytes) {
    int last = lower.length - 1;
    for (int end = last; end < bytes.length; end += jumps[bytes[end] & 0xff]) {
      int i = last;
      int at = end;
      while (i >= 0 && (bytes[at] == lower[i] || bytes[at] == upper[i])) {
        i--;
        at--;
      }
      if (i < 0) {
        return true;
      }
    }
    return false;
  }
}
