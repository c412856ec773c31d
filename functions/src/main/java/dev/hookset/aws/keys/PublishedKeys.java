package dev.hookset.aws.keys;

import dev.hookset.signing.Ed25519PublicKey;
import dev.hookset.signing.KeysUnavailable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A provider's public keys, as it publishes them to whoever has an API key: {@code GET} of a JWK
 * set with the header {@code x-api-key}. Where there is a public key in the API key's place, it is
 * taken as it is.
 *
 * <p>What is asked for the API key and the provider together get {@link #LONGEST_FETCH}. The
 * timeouts of a connection hold for each of its steps alone, and none for finding its address; so a
 * thread of its own does it, and is left behind if it does not come back.
 */
public final class PublishedKeys implements CachedKeys.Origin {
  /** How long a fetch may take, with what is asked for the API key. */
  public static final Duration LONGEST_FETCH = Duration.ofSeconds(2);

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(1);
  private static final Duration READ_TIMEOUT = Duration.ofMillis(1500);
  private static final int LONGEST_ANSWER = 64 * 1024;

  /** Gives the API key when it is needed. */
  @FunctionalInterface
  public interface ApiKey {
    /** Returns it, or says why there is none. */
    String get() throws KeysUnavailable;
  }

  private final URI url;
  private final ApiKey apiKey;

  /**
   * Creates the source of the keys at {@code url}.
   *
   * @param url an https address, or an http one on the loopback interface
   */
  public PublishedKeys(URI url, ApiKey apiKey) {
    this.url = Objects.requireNonNull(url, "url");
    this.apiKey = Objects.requireNonNull(apiKey, "apiKey");
  }

  /** The API key is only the way to the keys: that it is gone says nothing against them. */
  @Override
  public boolean revokes() {
    return false;
  }

  @Override
  public List<CachedKeys.TimedKey> fetch() throws KeysUnavailable {
    try {
      return Ed25519PublicKey.readAll(downloadInTime()).stream()
          .map(key -> new CachedKeys.TimedKey(key, null))
          .toList();
    } catch (IOException e) {
      throw unreachable(e.toString());
    } catch (IllegalArgumentException e) {
      throw unreachable(String.valueOf(e.getMessage()));
    }
  }

  private String downloadInTime() throws IOException, KeysUnavailable {
    FutureTask<String> download = new FutureTask<>(this::given);
    Thread.ofPlatform().daemon().name("hookset-keys").start(download);
    try {
      return download.get(LONGEST_FETCH.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new IOException("the answer did not end within " + LONGEST_FETCH);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      if (cause instanceof KeysUnavailable unavailable) {
        throw unavailable;
      }
      throw cause instanceof IOException failure ? failure : new IOException(cause);
    } finally {
      download.cancel(true);
    }
  }

  private String given() throws IOException, KeysUnavailable {
    String secret = apiKey.get();
    return Ed25519PublicKey.isIn(secret) ? secret : download(secret);
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
        throw new IOException(
            "the answer's status is "
                + status
                + (status == HttpURLConnection.HTTP_UNAUTHORIZED
                        || status == HttpURLConnection.HTTP_FORBIDDEN
                    ? ", so it does not accept the API key"
                    : ""));
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
          "the API key for the signing key holds a character that no header can hold, such as a"
              + " line break");
    }
  }

  private static String read(InputStream stream) throws IOException {
    byte[] answer = new byte[LONGEST_ANSWER];
    int length = 0;
    for (int count = 0; count >= 0; count = stream.read(answer, length, answer.length - length)) {
      length += count;
      if (length == answer.length) {
        throw new IOException("the answer is longer than " + LONGEST_ANSWER + " bytes");
      }
      if (Thread.currentThread().isInterrupted()) {
        throw new InterruptedIOException("the fetch was cancelled");
      }
    }
    return new String(answer, 0, length, StandardCharsets.UTF_8);
  }

  private KeysUnavailable unreachable(String flaw) {
    return new KeysUnavailable(
        KeysUnavailable.Cause.UNREACHABLE, url + ": no signing key could be fetched: " + flaw);
  }
}
