package dev.hookset.local.stack;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.utils.IoUtils;

/**
 * A client that loses answers: the server has done what it was asked to, and the connection breaks
 * before the answer is through. The SDK then asks again. Safe to share between threads.
 */
final class LostAnswers implements SdkHttpClient {
  private final SdkHttpClient client;
  private final AtomicInteger lost = new AtomicInteger();
  private volatile @Nullable String next;

  LostAnswers(SdkHttpClient client) {
    this.client = client;
  }

  /** Loses the next answer to {@code operation}, such as {@code UpdateItem}. */
  void loseNext(String operation) {
    next = operation;
  }

  /** Returns how many were lost so far. */
  int lost() {
    return lost.get();
  }

  @Override
  public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
    ExecutableHttpRequest prepared = client.prepareRequest(request);
    Optional<String> target = request.httpRequest().firstMatchingHeader("X-Amz-Target");
    return new ExecutableHttpRequest() {
      @Override
      public HttpExecuteResponse call() throws IOException {
        HttpExecuteResponse response = prepared.call();
        String operation = next;
        if (operation == null || !target.orElse("").endsWith("." + operation)) {
          return response;
        }
        next = null;
        lost.incrementAndGet();
        if (response.responseBody().isPresent()) {
          IoUtils.drainInputStream(response.responseBody().get());
        }
        throw new IOException("Connection reset");
      }

      @Override
      public void abort() {
        prepared.abort();
      }
    };
  }

  @Override
  public void close() {
    // The client is its maker's to close.
  }
}
