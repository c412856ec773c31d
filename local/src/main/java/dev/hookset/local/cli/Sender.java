package dev.hookset.local.cli;

import dev.hookset.local.cli.terminal.Problem;
import dev.hookset.local.samples.DeliveryRequest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

/** Posts deliveries. To be closed: at its exit the JVM waits 300 ms for a client that is not. */
final class Sender implements AutoCloseable {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private static final int MOST_TRIES = 10;

  private final Map<String, HttpClient> byUriScheme = new ConcurrentHashMap<>();

  /**
   * What came back.
   *
   * @param status the HTTP status code
   * @param body the body, as text
   */
  record Answer(int status, String body) {
    boolean isSuccess() {
      return status / 100 == 2;
    }
  }

  /**
   * A delivery that was sent until it was answered with something else than 503.
   *
   * @param last the last answer
   * @param tries how often it was sent
   */
  record Delivered(Answer last, int tries) {}

  /**
   * Posts a delivery as a provider does: it comes again after a 503, nine times at most.
   *
   * @param pause waits between two of them
   */
  Delivered deliver(URI url, DeliveryRequest request, Runnable pause) {
    for (int tries = 1; ; tries++) {
      Answer answer = send(url, request, false);
      if (answer.status() != 503 || tries == MOST_TRIES) {
        return new Delivered(answer, tries);
      }
      pause.run();
    }
  }

  /**
   * Posts a delivery to {@code url}.
   *
   * @param asBinary whether to call the body binary, which makes API Gateway encode it in base64
   */
  Answer send(URI url, DeliveryRequest request, boolean asBinary) {
    HttpRequest.Builder post =
        HttpRequest.newBuilder(url)
            .timeout(TIMEOUT)
            .POST(HttpRequest.BodyPublishers.ofByteArray(request.body().toByteArray()));
    request.headers().forEach(post::setHeader);
    if (asBinary) {
      post.setHeader("Content-Type", "application/octet-stream");
    }
    try {
      HttpResponse<String> response =
          byUriScheme
              .computeIfAbsent(url.getScheme(), Sender::client)
              .send(post.build(), HttpResponse.BodyHandlers.ofString());
      return new Answer(response.statusCode(), response.body());
    } catch (IOException e) {
      throw new Problem(url + " does not answer; is `./hookset dev` running?");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Problem("interrupted");
    }
  }

  @Override
  public void close() {
    byUriScheme.values().forEach(HttpClient::close);
  }

  private static HttpClient client(String uriScheme) {
    HttpClient.Builder client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1) // Or each delivery would ask for HTTP/2.
            .connectTimeout(CONNECT_TIMEOUT);
    if ("http".equalsIgnoreCase(uriScheme)) {
      // Or it reads the certificates of all the world, which takes half of a `send`.
      client.sslContext(trustingNobody());
    }
    return client.build();
  }

  private static SSLContext trustingNobody() {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[0], null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has TLS", e);
    }
  }
}
