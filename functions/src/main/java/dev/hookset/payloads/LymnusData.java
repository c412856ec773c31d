package dev.hookset.payloads;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The {@code data} of a {@linkplain LymnusEvent Lymnus delivery}.
 *
 * <p>Lymnus's webhook documentation shows it for {@code extraction.completed} alone. The data of
 * other events is in {@code json}; what is named here is null unless they share it.
 *
 * @param projectId the project, {@code project_id}
 * @param projectSlug the project in URLs, {@code project_slug}
 * @param projectName the project's name for people, {@code project_name}
 * @param format what the records were written as, such as {@code json}
 * @param totalRecords how many records there are, {@code total_records}
 * @param json the whole of {@code data}
 */
public record LymnusData(
    @Nullable Long projectId,
    @Nullable String projectSlug,
    @Nullable String projectName,
    @Nullable String format,
    @Nullable Long totalRecords,
    JsonNode json) {
  /** Checks that the tree is there. */
  public LymnusData {
    Objects.requireNonNull(json, "json");
  }

  static LymnusData read(LenientJson data) {
    return new LymnusData(
        data.integer("project_id"),
        data.text("project_slug"),
        data.text("project_name"),
        data.text("format"),
        data.integer("total_records"),
        data.node());
  }
}
