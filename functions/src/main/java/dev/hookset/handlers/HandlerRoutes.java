package dev.hookset.handlers;

import dev.hookset.work.Handler;
import dev.hookset.work.Routes;

/** Which handlers an event goes to. This is the file to edit. */
public final class HandlerRoutes {
  private HandlerRoutes() {}

  /**
   * Returns the routes.
   *
   * @param bundled what is done with an event that has no handler of yours: it is logged, and
   *     forwarded to an EventBridge bus when the stack names one
   */
  public static Routes routes(Handler bundled) {
    return Routes.builder()
        // .on("lemma", "incident.analyzed", event -> page(LemmaIncidentEvent.of(event)))
        // .on("lucid", "budget.*", event -> warn(LucidEvent.of(event)))
        .otherwise(bundled)
        .build();
  }
}
