package dev.hookset.aws.clients;

import java.time.Duration;
import org.apache.hc.client5.http.impl.auth.SystemDefaultCredentialsProvider;
import org.apache.hc.client5.http.impl.routing.SystemDefaultRoutePlanner;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.http.apache5.ProxyConfiguration;

/**
 * The SDK's client over Apache's, whose connections and TLS sessions can be dropped for good, as a
 * snapshot needs: another client takes its place. It goes by the proxies of the process, like
 * {@link java.net.URL}. Safe to share between threads.
 */
public final class RenewableHttpClient implements SdkHttpClient {
  /**
   * Less than the minute after which AWS's services close an idle connection, so that none is used
   * while it dies. Apache looks at the clock on the wall before it hands one out: a sandbox that
   * was frozen for longer connects anew. One that dies earlier costs the SDK's retry at most.
   */
  static final Duration LONGEST_IDLE = Duration.ofSeconds(50);

  /** Busy connections follow a service to its new addresses, too. */
  private static final Duration LONGEST_LIFE = Duration.ofMinutes(10);

  /**
   * Lambda says how much goes on at once, and a laptop takes what comes: nobody is to wait here.
   */
  private static final int MOST_CONNECTIONS = 1_000;

  private final Duration connecting;
  private final Duration reading;
  private volatile SdkHttpClient current;

  /**
   * Creates a client; connects to nothing.
   *
   * @param connecting how long a connection may take to be made
   * @param reading how long the other side may be silent
   */
  public RenewableHttpClient(Duration connecting, Duration reading) {
    this.connecting = connecting;
    this.reading = reading;
    this.current = made();
  }

  private SdkHttpClient made() {
    return Apache5HttpClient.builder()
        .connectionTimeout(connecting)
        .socketTimeout(reading)
        .maxConnections(MOST_CONNECTIONS)
        .connectionMaxIdleTime(LONGEST_IDLE)
        .connectionTimeToLive(LONGEST_LIFE)
        // By itself the SDK reads the variables, and sends to a proxy what is for this machine.
        .proxyConfiguration(
            ProxyConfiguration.builder()
                .useSystemPropertyValues(false)
                .useEnvironmentVariableValues(false)
                .build())
        .httpRoutePlanner(new SystemDefaultRoutePlanner(null))
        .credentialsProvider(new SystemDefaultCredentialsProvider())
        .build();
  }

  /** Drops what is open. No request may be under way. */
  void renew() {
    SdkHttpClient old = current;
    current = made();
    old.close();
  }

  @Override
  public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
    return current.prepareRequest(request);
  }

  @Override
  public String clientName() {
    return current.clientName();
  }

  @Override
  public void close() {
    current.close();
  }
}
