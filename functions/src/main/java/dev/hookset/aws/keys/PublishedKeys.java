package dev.hookset.aws.keys;

import dev.hookset.signing.Ed25519PublicKey;
import dev.hookset.signing.KeysUnavailable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.HttpStatusCode;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;

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

  /** How long the client of a publisher may take to connect. */
  public static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(1);

  /** How long a publisher may be silent. */
  public static final Duration READ_TIMEOUT = Duration.ofMillis(1500);

  private static final int LONGEST_ANSWER = 64 * 1024;

  /** Gives the API key when it is needed. */
  @FunctionalInterface
  public interface ApiKey {
    /** Returns it, or says why there is none. */
    String get() throws KeysUnavailable;
  }

  private final URI url;
  private final ApiKey apiKey;
  private final SdkHttpClient http;

  /**
   * Creates the source of the keys at {@code url}.
   *
   * @param url an https address, or an http one on the loopback interface
   * @param http with the timeouts {@link #CONNECT_TIMEOUT} and {@link #READ_TIMEOUT}
   */
  public PublishedKeys(URI url, ApiKey apiKey, SdkHttpClient http) {
    this.url = Objects.requireNonNull(url, "url");
    this.apiKey = Objects.requireNonNull(apiKey, "apiKey");
    this.http = Objects.requireNonNull(http, "http");
  }

  /** The API key is only the way to the keys: that it is gone says nothing against them. */
  @Override
  public boolean revokes() {
    return false;
  }

  @Override
  public boolean prime() throws KeysUnavailable {
    apiKey.get();
    return true;
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
    if (!secret.chars().allMatch(c -> c >= ' ' && c <= '~')) {
      throw new KeysUnavailable(
          KeysUnavailable.Cause.NOT_CONFIGURED,
          "the API key for the signing key holds a character that no header can hold, such as a"
              + " line break");
    }
    // A redirect is not followed: it could carry the API key to another host.
    SdkHttpRequest request =
        SdkHttpRequest.builder()
            .method(SdkHttpMethod.GET)
            .uri(url)
            .putHeader("x-api-key", secret)
            .putHeader("accept", "application/json")
            .build();
    HttpExecuteResponse answer =
        http.prepareRequest(HttpExecuteRequest.builder().request(request).build()).call();
    AbortableInputStream body = answer.responseBody().orElseGet(AbortableInputStream::createEmpty);
    try {
      int status = answer.httpResponse().statusCode();
      if (status != HttpStatusCode.OK) {
        throw new IOException(
            "the answer's status is "
                + status
                + (status == HttpStatusCode.UNAUTHORIZED || status == HttpStatusCode.FORBIDDEN
                    ? ", so it does not accept the API key"
                    : ""));
      }
      return read(body);
    } finally {
      // Not closed, which would read the rest of it. The next fetch is an hour away.
      body.abort();
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
