package dev.hookset.aws.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What handlers call others with. */
final class TimeoutHttpClientTest {
  @Test
  void send_whereNobodyListens_namesTheHostAndNoPassword() throws Exception {
    // The JDK's exception has no message: the last error of a failed event was a class's name.
    int port;
    try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = closed.getLocalPort();
    }
    URI uri = URI.create("http://user:pass@127.0.0.1:" + port + "/pages");
    try (TimeoutHttpClient http =
        new TimeoutHttpClient(Duration.ofSeconds(30), Duration.ofSeconds(30))) {

      ConnectException failure =
          assertThrows(
              ConnectException.class,
              () ->
                  http.send(
                      HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.discarding()));

      assertEquals("no connection to 127.0.0.1:" + port, failure.getMessage());
    }
  }
}
