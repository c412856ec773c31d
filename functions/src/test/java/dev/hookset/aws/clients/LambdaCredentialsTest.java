package dev.hookset.aws.clients;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Where a function's credentials come from. */
final class LambdaCredentialsTest {
  private static final String ADDRESS = "aws.containerCredentialsFullUri";

  private final AtomicInteger reads = new AtomicInteger();
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            byte[] body =
                """
                {"AccessKeyId": "key-%d", "SecretAccessKey": "s", "Token": "t",
                 "Expiration": "2099-01-01T00:00:00Z"}
                """
                    .formatted(reads.incrementAndGet())
                    .getBytes(UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
          }
        });
    server.start();
    System.setProperty(ADDRESS, "http://127.0.0.1:" + server.getAddress().getPort() + "/");
  }

  @AfterEach
  void stop() {
    System.clearProperty(ADDRESS);
    server.stop(0);
  }

  @Test
  void resolve_inVariables_asksNobody() {
    LambdaCredentials credentials = new LambdaCredentials("a", "b", "c");

    assertEquals("a", credentials.resolveCredentials().accessKeyId());
    credentials.forget();
    assertEquals("a", credentials.resolveCredentials().accessKeyId());
    assertEquals(0, reads.get());
  }

  @Test
  void resolve_atAnAddress_readsOnceUntilTheyAreForgotten() {
    LambdaCredentials credentials = new LambdaCredentials(null, null, null);

    assertEquals("key-1", credentials.resolveCredentials().accessKeyId());
    assertEquals("key-1", credentials.resolveCredentials().accessKeyId());
    credentials.forget();
    assertEquals("key-2", credentials.resolveCredentials().accessKeyId());
  }
}
