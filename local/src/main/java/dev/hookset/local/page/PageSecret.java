package dev.hookset.local.page;

import dev.hookset.local.files.PrivateFiles;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * What shows that somebody may see the page: it is in the URL that {@code ./hookset dev} prints,
 * and from then on in a cookie. Compared in constant time, printed as nothing.
 */
public final class PageSecret {
  private static final String FILE = "page-secret";
  private static final int BYTES = 32;

  private final byte[] text;

  private PageSecret(byte[] text) {
    this.text = text;
  }

  /** Makes a secret that is kept nowhere. */
  public static PageSecret random() {
    byte[] bytes = new byte[BYTES];
    new SecureRandom().nextBytes(bytes);
    return of(HexFormat.of().formatHex(bytes));
  }

  /**
   * Returns the secret that is kept in a folder, so that an open page goes on after a restart; made
   * at the first time. Only its owner can read the file.
   *
   * @throws IOException if it can be neither read nor written
   */
  public static PageSecret in(Path folder) throws IOException {
    Path file = folder.resolve(FILE);
    if (Files.exists(file)) {
      String kept = Files.readString(file, StandardCharsets.ISO_8859_1).strip();
      if (kept.matches("[0-9a-f]{" + 2 * BYTES + "}")) {
        return of(kept);
      }
    }
    PageSecret made = random();
    PrivateFiles.replace(file, made.text);
    return made;
  }

  private static PageSecret of(String text) {
    return new PageSecret(text.getBytes(StandardCharsets.US_ASCII));
  }

  /** Returns whether {@code shown} is this secret. */
  boolean isShownBy(@Nullable String shown) {
    return shown != null && MessageDigest.isEqual(text, shown.getBytes(StandardCharsets.UTF_8));
  }

  /** Shows it in a request of a command's, which nobody can send who has not read the file. */
  public HttpRequest.Builder shownIn(HttpRequest.Builder request) {
    return request.header(Guard.SECRET_HEADER, text());
  }

  /** Returns it as it stands in the URL and the cookie. */
  String text() {
    return new String(text, StandardCharsets.US_ASCII);
  }

  @Override
  public String toString() {
    return "PageSecret";
  }
}
