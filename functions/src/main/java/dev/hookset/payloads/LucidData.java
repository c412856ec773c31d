package dev.hookset.payloads;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The {@code data} of a {@linkplain LucidEvent Lucid event}.
 *
 * <p>Lucid's webhook documentation shows it for {@code receipt.created} alone. The data of other
 * events is in {@code json}; what is named here is null unless they share it.
 *
 * @param receiptId the inference receipt
 * @param model the model that answered
 * @param inputTokens how many tokens went in
 * @param outputTokens how many tokens came out
 * @param signatureValid whether Lucid found the receipt's own signature valid; it says nothing of
 *     the webhook's
 * @param json the whole of {@code data}
 */
public record LucidData(
    @Nullable String receiptId,
    @Nullable String model,
    @Nullable Long inputTokens,
    @Nullable Long outputTokens,
    @Nullable Boolean signatureValid,
    JsonNode json) {
  /** Checks that the tree is there. */
  public LucidData {
    Objects.requireNonNull(json, "json");
  }

  static LucidData read(LenientJson data) {
    return new LucidData(
        data.text("receiptId"),
        data.text("model"),
        data.integer("inputTokens"),
        data.integer("outputTokens"),
        data.bool("signatureValid"),
        data.node());
  }
}
