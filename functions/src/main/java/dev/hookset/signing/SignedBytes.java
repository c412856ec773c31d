package dev.hookset.signing;

import dev.hookset.Body;
import java.util.List;

/** What a signature covers: the parts, one after the other. */
record SignedBytes(List<Body> parts) {
  /** Returns a copy of them as one. */
  byte[] toByteArray() {
    int size = 0;
    for (Body part : parts) {
      size += part.size();
    }
    byte[] bytes = new byte[size];
    int offset = 0;
    for (Body part : parts) {
      part.copyTo(bytes, offset);
      offset += part.size();
    }
    return bytes;
  }
}
