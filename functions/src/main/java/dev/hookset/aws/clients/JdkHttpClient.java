package dev.hookset.aws.clients;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.HttpsURLConnection;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpFullResponse;
import software.amazon.awssdk.http.SdkHttpRequest;

/**
 * The SDK's HTTP, spoken by the JDK's {@link HttpURLConnection}. Safe to share between threads.
 *
 * <p>Two things make it another one than the SDK's own client of that kind. A request's body is
 * handed over whole: streaming it makes the JDK probe a kept connection for a millisecond before
 * each request. And the connections can be closed for good, which a snapshot needs.
 */
final class JdkHttpClient implements SdkHttpClient {
  /**
   * How long the JDK keeps a connection that the other side says nothing of. It would be 5 s: with
   * a delivery every 10 s, each would pay for two handshakes.
   */
  private static final String KEPT_SECONDS = "50";

  static {
    // The JDK reads it once, at the first connection of the process.
    System.setProperty("http.keepAlive.time.server", KEPT_SECONDS);
  }

  private final int connectMillis;
  private final int readMillis;
  private final RecordedSockets sockets = new RecordedSockets();

  /**
   * @param connecting how long a connection may take to be made
   * @param reading how long the other side may be silent
   */
  JdkHttpClient(Duration connecting, Duration reading) {
    this.connectMillis = Math.toIntExact(connecting.toMillis());
    this.readMillis = Math.toIntExact(reading.toMillis());
  }

  /**
   * Closes every connection over TLS, and forgets what would shorten the next handshake. The client
   * can be used on, and connects anew.
   */
  void closeConnections() {
    sockets.closeAll();
  }

  @Override
  public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
    return new Exchange(request);
  }

  @Override
  public String clientName() {
    return "Jdk";
  }

  @Override
  public void close() {
    closeConnections();
  }

  /** One request and its answer. */
  private final class Exchange implements ExecutableHttpRequest {
    private final HttpExecuteRequest request;
    private volatile @Nullable HttpURLConnection connection;

    Exchange(HttpExecuteRequest request) {
      this.request = request;
    }

    @Override
    public HttpExecuteResponse call() throws IOException {
      HttpURLConnection opened = open(request.httpRequest());
      connection = opened;
      Optional<ContentStreamProvider> content = request.contentStreamProvider();
      if (content.isPresent()) {
        opened.setDoOutput(true);
        try (InputStream from = content.get().newStream();
            OutputStream to = opened.getOutputStream()) {
          from.transferTo(to);
        }
      }
      int status = opened.getResponseCode();
      InputStream answer =
          status >= HttpURLConnection.HTTP_BAD_REQUEST
              ? opened.getErrorStream()
              : opened.getInputStream();
      Map<String, List<String>> headers = new HashMap<>(opened.getHeaderFields());
      // The status line stands among them, under no name.
      headers.remove(null);
      AbortableInputStream body = answer == null ? null : AbortableInputStream.create(answer, this);
      return HttpExecuteResponse.builder()
          .response(
              SdkHttpFullResponse.builder()
                  .statusCode(status)
                  .statusText(opened.getResponseMessage())
                  .headers(headers)
                  .content(body)
                  .build())
          .responseBody(body)
          .build();
    }

    @Override
    public void abort() {
      HttpURLConnection opened = connection;
      if (opened != null) {
        opened.disconnect();
      }
    }
  }

  private HttpURLConnection open(SdkHttpRequest request) throws IOException {
    HttpURLConnection connection = (HttpURLConnection) request.getUri().toURL().openConnection();
    if (connection instanceof HttpsURLConnection https) {
      https.setSSLSocketFactory(sockets.factory());
    }
    connection.setRequestMethod(request.method().name());
    connection.setConnectTimeout(connectMillis);
    connection.setReadTimeout(readMillis);
    connection.setUseCaches(false);
    connection.setInstanceFollowRedirects(false);
    request.forEachHeader(
        (name, values) -> values.forEach(value -> connection.addRequestProperty(name, value)));
    return connection;
  }
}
