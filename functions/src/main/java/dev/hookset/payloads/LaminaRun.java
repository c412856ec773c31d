package dev.hookset.payloads;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hookset.Event;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The state of a Lamina run, which Lamina sends when the run has finished.
 *
 * <p>Lamina's API reference puts the fields into an object {@code data}. Each field that is not
 * usable there is looked for beside it, since Lamina's webhook documentation shows no body and may
 * mean a flat one; an empty text is not usable.
 *
 * @param runId the run, which Lamina's command line calls an execution: the first usable of {@code
 *     data.runId}, {@code data.executionId}, {@code runId}, {@code executionId}, {@code data.id}
 *     and {@code id}
 * @param workflowId what was run
 * @param status "completed" or "failed"; "error" and "cancelled" occur
 * @param outputs what the run made, in Lamina's order; unmodifiable, never null
 * @param errorMessage why the run failed
 * @param startedAt when the run started
 * @param completedAt when the run finished, well or not
 * @param createdAt when the run was asked for
 * @param json the whole body, {@code data} and what stands beside it
 */
public record LaminaRun(
    @Nullable String runId,
    @Nullable String workflowId,
    @Nullable String status,
    List<LaminaOutput> outputs,
    @Nullable String errorMessage,
    @Nullable Instant startedAt,
    @Nullable Instant completedAt,
    @Nullable Instant createdAt,
    JsonNode json) {
  /** Copies the list. */
  public LaminaRun {
    outputs = List.copyOf(outputs);
    Objects.requireNonNull(json, "json");
  }

  /** Reads the body of {@code event}; never fails. */
  public static LaminaRun of(Event event) {
    LenientJson body = LenientJson.of(event);
    LenientJson data = body.in("data");
    List<LaminaOutput> outputs = data.objects("outputs", LaminaOutput::read).toList();
    return new LaminaRun(
        firstUsable(
            data.text("runId"),
            data.text("executionId"),
            body.text("runId"),
            body.text("executionId"),
            data.text("id"),
            body.text("id")),
        firstUsable(data.text("workflowId"), body.text("workflowId")),
        firstUsable(data.text("status"), body.text("status")),
        outputs.isEmpty() ? body.objects("outputs", LaminaOutput::read).toList() : outputs,
        firstUsable(data.text("errorMessage"), body.text("errorMessage")),
        either(data.time("startedAt"), body.time("startedAt")),
        either(data.time("completedAt"), body.time("completedAt")),
        either(data.time("createdAt"), body.time("createdAt")),
        body.node());
  }

  private static @Nullable String firstUsable(@Nullable String... texts) {
    for (String text : texts) {
      if (text != null && !text.isEmpty()) {
        return text;
      }
    }
    return null;
  }

  private static @Nullable Instant either(@Nullable Instant first, @Nullable Instant second) {
    return first != null ? first : second;
  }
}
