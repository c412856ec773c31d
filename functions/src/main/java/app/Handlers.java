package app;

import dev.hookset.work.Application;
import dev.hookset.work.Handler;
import dev.hookset.work.Routes;
import dev.hookset.work.Setup;

/** Which handlers an event goes to. This file is yours; README has a longer example. */
public final class Handlers implements Application {
  @Override
  public Routes routes(Setup setup) {
    // Logs each event and, if the stack names an EventBridge bus, forwards it.
    Handler standard = setup.logAndForward();
    return Routes.builder()
        // .on("lemma", "incident.*", new PageOnCall(setup))
        .otherwise(standard)
        .build();
  }
}
