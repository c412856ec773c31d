package dev.hookset.local.reload;

import dev.hookset.local.files.FileFailure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * The sources of the user's own senders, which lie beside the handlers. Any command may ask for
 * one, so they are compiled apart from the handlers, whose libraries it may not have, and once.
 */
public final class SenderSources {
  /** Longer than a command runs that loads from what was compiled. */
  private static final Duration KEPT = Duration.ofDays(7);

  private final HandlerSources room;

  /** Creates the sources in {@code room}. */
  public SenderSources(HandlerSources room) {
    this.room = Objects.requireNonNull(room, "room");
  }

  /** Returns the class that names them all. */
  public Path list() {
    return room.main().resolve("Senders.java");
  }

  /** Returns the folder of what else they load. */
  public Path resources() {
    return room.resources();
  }

  /**
   * Compiles them, unless that was done before with the very same sources and libraries: a command
   * shall not wait for it each time.
   */
  public HandlerSources.Compiled compileOnce() {
    Path folder = room.out();
    try {
      Path kept = folder.resolve("senders-" + fingerprint());
      if (Files.isDirectory(kept)) {
        return new HandlerSources.Compiled(kept, true, "");
      }
      HandlerSources.Compiled compiled =
          room.compileApart(list(), "senders." + ProcessHandle.current().pid());
      if (!compiled.succeeded()) {
        return compiled;
      }
      forgetOld(folder);
      Files.move(compiled.classes(), kept, StandardCopyOption.ATOMIC_MOVE);
      return new HandlerSources.Compiled(kept, true, compiled.said());
    } catch (IOException e) {
      return new HandlerSources.Compiled(
          folder, false, "cannot write " + FileFailure.said(folder, e));
    }
  }

  /** Who has loaded from one long ago has loaded all that it needs. */
  private static void forgetOld(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file :
          files.filter(each -> each.getFileName().toString().startsWith("senders")).toList()) {
        if (Files.getLastModifiedTime(file).toInstant().isBefore(Instant.now().minus(KEPT))) {
          HandlerSources.delete(file);
        }
      }
    }
  }

  private String fingerprint() throws IOException {
    MessageDigest digest = sha256();
    digest.update(room.classPath().getBytes(StandardCharsets.UTF_8));
    for (Path file : HandlerSources.javaFiles(room.main())) {
      digest.update(file.toString().getBytes(StandardCharsets.UTF_8));
      digest.update(Files.readAllBytes(file));
    }
    return HexFormat.of().formatHex(digest.digest(), 0, 16);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /**
   * Compiles a class of the package before it is a file there.
   *
   * @param name of the class
   */
  public HandlerSources.Compiled compileDraft(String name, String source) {
    Path folder = room.out().resolve("draft." + ProcessHandle.current().pid());
    try {
      HandlerSources.empty(folder);
      Path file = Files.writeString(folder.resolve(name + ".java"), source);
      HandlerSources.Compiled compiled = room.compileApart(file, "drafted");
      HandlerSources.delete(folder);
      return compiled;
    } catch (IOException e) {
      return new HandlerSources.Compiled(
          folder, false, "cannot write " + FileFailure.said(folder, e));
    }
  }
}
