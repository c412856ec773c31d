package dev.hookset.aws.watch;

import org.jspecify.annotations.Nullable;

/**
 * What SQS takes for the header of a trace: {@code Root=1-<8 hex>-<24 hex>}, then maybe {@code
 * Parent=<16 hex>} and {@code Sampled=<0, 1 or ?>}. It refuses a message with any other, and no
 * pointer may get lost for the sake of its trace.
 */
public final class TraceHeader {
  private TraceHeader() {}

  /**
   * Returns the parts of {@code header} that stand above, in this order; null if it names no trace.
   * Others, such as the {@code Lineage} by which Lambda counts rounds, are left out.
   */
  public static @Nullable String wellFormed(@Nullable String header) {
    if (header == null) {
      return null;
    }
    String root = null;
    String parent = "";
    String sampled = "";
    for (String part : header.split(";", -1)) {
      if (isRoot(part)) {
        root = part;
      } else if (part.startsWith("Parent=") && isHex(part, "Parent=".length(), 16)) {
        parent = ";" + part;
      } else if (part.equals("Sampled=0") || part.equals("Sampled=1") || part.equals("Sampled=?")) {
        sampled = ";" + part;
      }
    }
    return root == null ? null : root + parent + sampled;
  }

  private static boolean isRoot(String part) {
    int prefix = "Root=1-".length();
    return part.length() == prefix + 8 + 1 + 24
        && part.startsWith("Root=1-")
        && isHex(part.substring(0, prefix + 8), prefix, 8)
        && part.charAt(prefix + 8) == '-'
        && isHex(part, prefix + 9, 24);
  }

  /**
   * Returns whether {@code text} ends with {@code digits} hexadecimal digits from {@code start}.
   */
  private static boolean isHex(String text, int start, int digits) {
    if (text.length() != start + digits) {
      return false;
    }
    for (int i = start; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'f')) {
        return false;
      }
    }
    return true;
  }
}
