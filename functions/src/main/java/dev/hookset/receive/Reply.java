package dev.hookset.receive;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the sender gets to see.
 *
 * @param status the HTTP status code
 * @param headers the headers
 * @param body the body, mostly JSON; null for none
 */
public record Reply(int status, Map<String, String> headers, @Nullable String body) {
  /** Copies the headers. */
  public Reply {
    headers = Map.copyOf(headers);
  }
}
