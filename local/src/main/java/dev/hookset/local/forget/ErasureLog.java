package dev.hookset.local.forget;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.hookset.local.files.PrivateFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The file in which it is written what was forgotten and when, for who has to show it: a line for
 * each event, with its ID and the digest of its body, and nothing that was in it.
 */
public final class ErasureLog {
  /** The name of the file, in the folder of the local stack. */
  public static final String FILE = "forgotten.jsonl";

  private static final JsonMapper JSON = new JsonMapper();

  private final Path file;

  /** Names the file; touches nothing. */
  public ErasureLog(Path state) {
    this.file = state.resolve(FILE);
  }

  /** Returns where it lies. */
  public Path file() {
    return file;
  }

  /**
   * Adds what was done.
   *
   * @param stack the deployed stack's name; null for the local one
   */
  public void add(Instant at, @Nullable String stack, Forgetting.Forgotten forgotten)
      throws IOException {
    PrivateFiles.folderOf(file);
    PrivateFiles.file(file);
    String line =
        JSON.writeValueAsString(
            JSON.createObjectNode()
                .put("at", at.toString())
                .put("stack", Objects.requireNonNullElse(stack, "dev"))
                .put("provider", forgotten.key().provider())
                .put("eventId", forgotten.key().eventId())
                .put("digest", forgotten.digest())
                .put("objects", forgotten.objects()));
    Files.write(
        file,
        (line + "\n").getBytes(StandardCharsets.UTF_8),
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }
}
