package dev.hookset.local.page;

import com.fasterxml.jackson.databind.JsonNode;
import dev.hookset.local.samples.Deliveries;
import java.io.Closeable;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What stands on the page, and what can be done there. Safe to share between threads. */
interface Contents extends Closeable {
  /**
   * Where what is shown comes from.
   *
   * @param stack the deployed stack whose records they are; null for the deliveries of this one
   * @param canReplay whether events can be replayed
   */
  record Origin(@Nullable String stack, boolean canReplay) {}

  /** Returns where it comes from. */
  Origin origin();

  /** Returns the types of which samples can be sent, by sender, of all senders. */
  Map<String, List<String>> samples();

  /** Returns where a sender's deliveries are to be sent, if that is known. */
  default @Nullable URI url(String sender) {
    return null;
  }

  /** Answers a search in headers and bodies; null if they are not at hand. */
  default @Nullable Answer search(@Nullable String query) {
    return null;
  }

  /**
   * Returns something of a delivery.
   *
   * @param view what: empty for the pane, or a word
   * @return null if there is no such thing
   */
  @Nullable Answer data(LogEntry.Delivered delivered, String view);

  /** Uses other keys from now on, if it uses any. */
  default void useKeys(Deliveries deliveries, Map<String, String> variables) {}

  /** Has something done whenever events were forgotten, if any can be. */
  default void whenForgetting(Page.Compaction compaction) {}

  /** Does what the page asks for; returns null if there is no such thing to do. */
  @Nullable Answer act(String path, JsonNode request);

  @Override
  void close();
}
