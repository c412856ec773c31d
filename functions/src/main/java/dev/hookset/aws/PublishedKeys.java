package dev.hookset.aws;

import dev.hookset.signing.Ed25519PublicKey;
import dev.hookset.signing.KeysUnavailable;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;

/**
 * A provider's public keys, as it publishes them to whoever has an API key: {@code GET} of a JWK
 * set with the header {@code x-api-key}.
 */
final class PublishedKeys implements CachedKeys.Origin {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(1);
  private static final Duration READ_TIMEOUT = Duration.ofMillis(1500);
  private static final Duration LONGEST_DOWNLOAD = Duration.ofSeconds(2);
  private static final int LONGEST_ANSWER = 64 * 1024;

  /** Gives the API key when it is needed. */
  @FunctionalInterface
  interface ApiKey {
    /** Returns it. */
    String get() throws KeysUnavailable;
  }

  private final URI url;
  private final ApiKey apiKey;
  private final InstantSource clock;

  /**
   * @param url an https address, or an http one on the loopback interface
   */
  PublishedKeys(URI url, ApiKey apiKey, InstantSource clock) {
    this.url = Objects.requireNonNull(url, "url");
    this.apiKey = Objects.requireNonNull(apiKey, "apiKey");
    this.clock = Objects.requireNonNull(clock, "clock");
  }

  @Override
  public List<CachedKeys.TimedKey> fetch() throws KeysUnavailable {
    String secret = apiKey.get();
    try {
      return Ed25519PublicKey.readAll(download(secret)).stream()
          .map(key -> new CachedKeys.TimedKey(key, null))
          .toList();
    } catch (IOException e) {
      throw unreachable(e.toString());
    } catch (IllegalArgumentException e) {
      throw unreachable(String.valueOf(e.getMessage()));
    }
  }

  private String download(String secret) throws IOException, KeysUnavailable {
    HttpURLConnection connection = (HttpURLConnection) url.toURL().openConnection();
    try {
      connection.setConnectTimeout((int) CONNECT_TIMEOUT.toMillis());
      connection.setReadTimeout((int) READ_TIMEOUT.toMillis());
      // A redirect could carry the API key to another host.
      connection.setInstanceFollowRedirects(false);
      authenticate(connection, secret);
      connection.setRequestProperty("accept", "application/json");
      int status = connection.getResponseCode();
      if (status != HttpURLConnection.HTTP_OK) {
        throw new IOException("the answer's status is " + status);
      }
      try (InputStream stream = connection.getInputStream()) {
        return read(stream);
      }
    } finally {
      connection.disconnect();
    }
  }

  private static void authenticate(HttpURLConnection connection, String secret)
      throws KeysUnavailable {
    try {
      connection.setRequestProperty("x-api-key", secret);
    } catch (IllegalArgumentException e) {
      // Its message would repeat the API key.
      throw new KeysUnavailable(
          KeysUnavailable.Cause.NOT_CONFIGURED,
          "the API key for the signing key holds a character that no header can hold, such as a line break");
    }
  }

  /** The timeout holds for each read alone; an answer that trickles in has to end all the same. */
  private String read(InputStream stream) throws IOException {
    Instant end = clock.instant().plus(LONGEST_DOWNLOAD);
    byte[] answer = new byte[LONGEST_ANSWER];
    int length = 0;
    for (int count = 0; count >= 0; count = stream.read(answer, length, answer.length - length)) {
      length += count;
      if (length == answer.length) {
        throw new IOException("the answer is longer than " + LONGEST_ANSWER + " bytes");
      }
      if (clock.instant().isAfter(end)) {
        throw new IOException("the answer did not end within " + LONGEST_DOWNLOAD);
      }
    }
    return new String(answer, 0, length, StandardCharsets.UTF_8);
  }

  private KeysUnavailable unreachable(String flaw) {
    return new KeysUnavailable(
        KeysUnavailable.Cause.UNREACHABLE, url + " did not give a signing key: " + flaw);
  }
}
