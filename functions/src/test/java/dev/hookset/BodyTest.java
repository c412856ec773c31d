package dev.hookset;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

final class BodyTest {
  private static final byte[] BYTES = {0, (byte) 0xff, '{', (byte) 0xc3, (byte) 0x28};

  @Test
  void copyOf_arrayChangedAfterwards_keepsItsBytes() {
    byte[] bytes = BYTES.clone();
    Body body = Body.copyOf(bytes);

    bytes[0] = 1;
    body.toByteArray()[1] = 1;

    assertArrayEquals(BYTES, body.toByteArray());
  }

  @Test
  void views_all_showTheSameBytes() throws IOException {
    Body body = Body.copyOf(BYTES);
    byte[] copied = new byte[BYTES.length + 2];
    body.copyTo(copied, 1);

    assertEquals(BYTES.length, body.size());
    assertArrayEquals(BYTES, body.asInputStream().readAllBytes());
    assertEquals(ByteBuffer.wrap(BYTES), body.asByteBuffer());
    assertTrue(body.asByteBuffer().isReadOnly(), "read-only");
    assertArrayEquals(new byte[] {0, 0, (byte) 0xff, '{', (byte) 0xc3, (byte) 0x28, 0}, copied);
  }

  @Test
  void sha256_knownBytes_isTheKnownDigest() {
    assertEquals(
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        Body.ofUtf8("").sha256());
    assertEquals(
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        Body.ofUtf8("abc").sha256());
  }

  @Test
  void equals_sameBytes_isTheSameBody() {
    assertEquals(Body.copyOf(BYTES), Body.wrap(BYTES.clone()));
    assertEquals(Body.copyOf(BYTES).hashCode(), Body.copyOf(BYTES).hashCode());
    assertNotEquals(Body.ofUtf8("a"), Body.ofUtf8("b"));
  }

  @Test
  void toString_any_showsTheSizeAlone() {
    assertEquals("Body[6 bytes]", Body.ofUtf8("secret").toString());
  }
}
