package dev.hookset.aws.clients;

import java.io.IOException;
import java.net.Authenticator;
import java.net.ConnectException;
import java.net.CookieHandler;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

/**
 * The JDK's HTTP client, which by itself waits for an answer for ever: a request without a timeout
 * gets one here.
 */
public final class TimeoutHttpClient extends HttpClient {
  private final HttpClient client;
  private final Duration answering;

  /**
   * Creates a client.
   *
   * @param connecting how long a connection may take to be made
   * @param answering how long an answer may take where the request does not say
   */
  public TimeoutHttpClient(Duration connecting, Duration answering) {
    this.client =
        HttpClient.newBuilder()
            .connectTimeout(connecting)
            .executor(Executors.newVirtualThreadPerTaskExecutor())
            .build();
    this.answering = answering;
  }

  private HttpRequest timed(HttpRequest request) {
    return request.timeout().isPresent()
        ? request
        : HttpRequest.newBuilder(request, (_, _) -> true).timeout(answering).build();
  }

  @Override
  public <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> handler)
      throws IOException, InterruptedException {
    try {
      return client.send(timed(request), handler);
    } catch (ConnectException e) {
      throw named(request, e);
    }
  }

  /** Java's own says its name and nothing else, neither where it would connect nor why not. */
  private static ConnectException named(HttpRequest request, ConnectException e) {
    if (e.getMessage() != null) {
      return e;
    }
    URI uri = request.uri();
    ConnectException named =
        new ConnectException(
            "no connection to " + uri.getHost() + (uri.getPort() < 0 ? "" : ":" + uri.getPort()));
    named.initCause(e);
    return named;
  }

  @Override
  public <T> CompletableFuture<HttpResponse<T>> sendAsync(
      HttpRequest request, HttpResponse.BodyHandler<T> handler) {
    return client.sendAsync(timed(request), handler);
  }

  @Override
  public <T> CompletableFuture<HttpResponse<T>> sendAsync(
      HttpRequest request,
      HttpResponse.BodyHandler<T> handler,
      HttpResponse.PushPromiseHandler<T> pushes) {
    return client.sendAsync(timed(request), handler, pushes);
  }

  @Override
  public Optional<CookieHandler> cookieHandler() {
    return client.cookieHandler();
  }

  @Override
  public Optional<Duration> connectTimeout() {
    return client.connectTimeout();
  }

  @Override
  public Redirect followRedirects() {
    return client.followRedirects();
  }

  @Override
  public Optional<ProxySelector> proxy() {
    return client.proxy();
  }

  @Override
  public SSLContext sslContext() {
    return client.sslContext();
  }

  @Override
  public SSLParameters sslParameters() {
    return client.sslParameters();
  }

  @Override
  public Optional<Authenticator> authenticator() {
    return client.authenticator();
  }

  @Override
  public Version version() {
    return client.version();
  }

  @Override
  public Optional<Executor> executor() {
    return client.executor();
  }
}
