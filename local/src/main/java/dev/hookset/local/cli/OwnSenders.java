package dev.hookset.local.cli;

import dev.hookset.local.reload.HandlerSources;
import dev.hookset.local.reload.SenderSources;
import java.nio.file.Files;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Has the classes of the user's own senders as their sources are now, compiled when one of them is
 * asked for and not before. While one is being written and does not compile, the commands go on
 * with those that were built, and say so.
 */
final class OwnSenders implements Supplier<ClassLoader> {
  private final Supplier<SenderSources> sources;
  private final Consumer<String> warnings;
  private @Nullable ClassLoader loader;

  OwnSenders(Supplier<SenderSources> sources, Consumer<String> warnings) {
    this.sources = sources;
    this.warnings = warnings;
  }

  @Override
  public synchronized ClassLoader get() {
    ClassLoader known = loader;
    if (known == null) {
      known = compiled();
      loader = known;
    }
    return known;
  }

  /** A checkout without sources, such as a package's, has them on the class path. */
  private ClassLoader compiled() {
    ClassLoader ours = OwnSenders.class.getClassLoader();
    SenderSources room = sources.get();
    if (!Files.exists(room.list())) {
      return ours;
    }
    HandlerSources.Compiled compiled = room.compileOnce();
    if (compiled.succeeded()) {
      return compiled.loader(ours, room.resources());
    }
    warnings.accept(
        "your own senders are as they were built: "
            + compiled.said().lines().findFirst().orElse("they do not compile now"));
    return ours;
  }
}
