package dev.hookset.local.listen;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hookset.Body;
import dev.hookset.EventKey;
import dev.hookset.local.files.PrivateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The bookmark of a stack and a filter, in a file of its own that nobody else may read, written
 * whole or not at all.
 */
public final class Bookmarks {
  /** The folder, in the one where the local stack is kept. */
  public static final String FOLDER = "listen";

  private static final int NAME_DIGITS = 16;
  private static final JsonMapper JSON = new JsonMapper();

  private final Path file;
  private final String of;

  /**
   * Names the file; touches nothing.
   *
   * @param state where the local stack is kept
   * @param of what is listened to: a stack, its region, and the filter
   */
  public Bookmarks(Path state, String of) {
    this.of = of;
    this.file =
        state.resolve(FOLDER).resolve(Body.ofUtf8(of).sha256().substring(0, NAME_DIGITS) + ".json");
  }

  /**
   * Reads it.
   *
   * @return null if there is none, or it cannot be understood: then one begins anew
   * @throws IOException if the file cannot be read
   */
  public @Nullable Bookmark read() throws IOException {
    if (!Files.exists(file)) {
      return null;
    }
    try {
      JsonNode json = JSON.readTree(Files.readAllBytes(file));
      Map<EventKey, Instant> played = new HashMap<>();
      json.path("played")
          .properties()
          .forEach(
              entry ->
                  played.put(
                      EventKey.parse(entry.getKey()), Instant.parse(entry.getValue().asText())));
      return new Bookmark(Instant.parse(json.path("from").asText()), played);
    } catch (JacksonException | DateTimeException | IllegalArgumentException e) {
      return null;
    }
  }

  /** Writes it. */
  public void write(Bookmark bookmark) throws IOException {
    ObjectNode json = JSON.createObjectNode().put("of", of).put("from", bookmark.from().toString());
    ObjectNode played = json.putObject("played");
    bookmark.played().forEach((key, at) -> played.put(key.toString(), at.toString()));
    PrivateFiles.replace(file, JSON.writeValueAsBytes(json));
  }
}
