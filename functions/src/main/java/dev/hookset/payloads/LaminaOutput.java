package dev.hookset.payloads;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One output of a {@linkplain LaminaRun Lamina run}, as Lamina's API reference shows it.
 *
 * @param id the output
 * @param label its name for people
 * @param type what it is, such as {@code image} or {@code video}
 * @param value where it is, a URL, or what it says
 * @param status {@code completed}, or how far it came
 * @param error why there is no value, where that is a text; an error of another shape is in {@code
 *     json} alone, so judge by the status
 * @param json the whole output
 */
public record LaminaOutput(
    @Nullable String id,
    @Nullable String label,
    @Nullable String type,
    @Nullable String value,
    @Nullable String status,
    @Nullable String error,
    JsonNode json) {
  /** Checks that the tree is there. */
  public LaminaOutput {
    Objects.requireNonNull(json, "json");
  }

  static LaminaOutput read(LenientJson output) {
    return new LaminaOutput(
        output.text("id"),
        output.text("label"),
        output.text("type"),
        output.text("value"),
        output.text("status"),
        output.text("error"),
        output.node());
  }
}
