package dev.hookset;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a request's body, exactly as they came.
 *
 * <p>Immutable and safe to share between threads. It stays bytes from the socket to the table: a
 * signature covers bytes, and a detour through characters would change some of them. Printed, it
 * shows its size and nothing else.
 */
public final class Body {
  private final byte[] bytes;
  private @Nullable String sha256;

  private Body(byte[] bytes) {
    this.bytes = bytes;
  }

  /** Returns a body of a copy of {@code bytes}. */
  public static Body copyOf(byte[] bytes) {
    return new Body(bytes.clone());
  }

  /**
   * Returns a body of {@code bytes} themselves, for the one who has just made them and lets go of
   * them: a body may be megabytes long, and a function's memory is small.
   */
  public static Body wrap(byte[] bytes) {
    return new Body(Objects.requireNonNull(bytes, "bytes"));
  }

  /** Returns a body of the UTF-8 bytes of {@code text}. */
  public static Body ofUtf8(String text) {
    return new Body(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Returns how many bytes there are. */
  public int size() {
    return bytes.length;
  }

  /** Returns a copy of the bytes. */
  public byte[] toByteArray() {
    return bytes.clone();
  }

  /** Returns a read-only view of the bytes, without a copy. */
  public ByteBuffer asByteBuffer() {
    return ByteBuffer.wrap(bytes).asReadOnlyBuffer();
  }

  /** Returns a new stream over the bytes, without a copy. */
  public InputStream asInputStream() {
    return new ByteArrayInputStream(bytes);
  }

  /**
   * Copies all bytes into {@code target}, from {@code offset} on, which must have room for {@link
   * #size()} of them.
   */
  public void copyTo(byte[] target, int offset) {
    System.arraycopy(bytes, 0, target, offset, bytes.length);
  }

  /** Returns the bytes read as UTF-8, for people to look at; what is not UTF-8 shows as U+FFFD. */
  public String utf8() {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** Returns the SHA-256 of the bytes, as 64 lower-case hexadecimal digits. */
  public String sha256() {
    String digest = sha256;
    if (digest == null) {
      try {
        digest = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every Java platform has SHA-256", e);
      }
      sha256 = digest;
    }
    return digest;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Body body && Arrays.equals(bytes, body.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return "Body[" + bytes.length + " bytes]";
  }
}
