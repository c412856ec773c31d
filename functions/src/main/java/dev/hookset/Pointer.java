package dev.hookset;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What leads a worker to a record: its key, and the trace of the delivery that brought it, so that
 * the trace goes on in the worker whoever pushed the pointer.
 *
 * @param key whose record is meant
 * @param traceId the trace that the delivery belongs to, as a header of AWS X-Ray; null where it
 *     belongs to none
 */
public record Pointer(EventKey key, @Nullable String traceId) {
  /** Checks that what must be there is there. */
  public Pointer {
    Objects.requireNonNull(key, "key");
  }

  /** Returns a pointer without a trace. */
  public static Pointer to(EventKey key) {
    return new Pointer(key, null);
  }
}
