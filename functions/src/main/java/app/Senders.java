package app;

import dev.hookset.receive.Provider;
import java.util.List;

/**
 * Your own senders. This file is yours; {@code ./hookset provider new acme} describes one and names
 * it here.
 */
public final class Senders implements dev.hookset.receive.Senders {
  @Override
  public List<Provider> senders() {
    return List.of();
  }
}
