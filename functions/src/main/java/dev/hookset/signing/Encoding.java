package dev.hookset.signing;

import java.util.Base64;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** How a signature is written. */
public enum Encoding {
  /** Hexadecimal digits, in either case. */
  HEX {
    @Override
    byte @Nullable [] decode(String text, int bytes) {
      if (text.length() != 2 * bytes) {
        return null;
      }
      byte[] decoded = new byte[bytes];
      for (int i = 0; i < bytes; i++) {
        char high = text.charAt(2 * i);
        char low = text.charAt(2 * i + 1);
        if (!HexFormat.isHexDigit(high) || !HexFormat.isHexDigit(low)) {
          return null;
        }
        decoded[i] = (byte) (HexFormat.fromHexDigit(high) << 4 | HexFormat.fromHexDigit(low));
      }
      return decoded;
    }

    @Override
    public String encode(byte[] signature) {
      return HexFormat.of().formatHex(signature);
    }
  },

  /** Base64 (RFC 4648, section 4) with its padding, and in no other spelling of the same bytes. */
  BASE64 {
    @Override
    byte @Nullable [] decode(String text, int bytes) {
      if (text.length() != (bytes + 2) / 3 * 4) {
        return null;
      }
      try {
        byte[] decoded = Base64.getDecoder().decode(text);
        // The decoder lets bits pass that belong to no byte: another text for the same signature.
        return decoded.length == bytes && encode(decoded).equals(text) ? decoded : null;
      } catch (IllegalArgumentException e) {
        return null;
      }
    }

    @Override
    public String encode(byte[] signature) {
      return Base64.getEncoder().encodeToString(signature);
    }
  };

  /** Returns the signature that {@code text} writes; null if it is none of that many bytes. */
  abstract byte @Nullable [] decode(String text, int bytes);

  /** Returns how a sender writes {@code signature}. */
  public abstract String encode(byte[] signature);

  /** Returns how many characters {@code bytes} take. */
  public int length(int bytes) {
    return this == HEX ? 2 * bytes : (bytes + 2) / 3 * 4;
  }

  /** Returns how people call its characters. */
  public String title() {
    return this == HEX ? "hexadecimal digits" : "characters of base64";
  }
}
