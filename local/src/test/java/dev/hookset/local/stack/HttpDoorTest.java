package dev.hookset.local.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class HttpDoorTest {
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  @AfterAll
  static void close() {
    HTTP.close();
  }

  @Test
  void open_onAPortThatIsTaken_namesThePort() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = taken.getLocalPort();

      IOException e = assertThrows(IOException.class, () -> door(port));

      assertEquals("port " + port + " is taken", e.getMessage());
    }
  }

  @Test
  void close_freesThePort() throws IOException {
    HttpDoor door = door(0);
    int port = door.port();
    door.close();

    try (HttpDoor next = door(port)) {
      assertEquals(port, next.port());
    }
  }

  // A wrong path got 403 "does not come from this page" from the page behind the door, a wrong
  // method 405; API Gateway answers both with 404.
  @ParameterizedTest
  @CsvSource({
    "POST, /",
    "POST, /webhook/lemma",
    "POST, /Webhooks/lemma",
    "POST, /webhooks/Lemma",
    "POST, /webhooks/lemma/",
    "POST, /webhooks",
    "POST, /webhooks/nobody",
    "GET, /webhooks/lemma",
    "HEAD, /webhooks/lemma",
    "PUT, /webhooks/lemma",
    "DELETE, /index.html",
    "OPTIONS, /"
  })
  void request_thatNoRouteTakes_getsWhatApiGatewayAnswers(String method, String path)
      throws Exception {
    try (HttpDoor door = door(0)) {
      door.open(
          exchange -> {
            exchange.sendResponseHeaders(403, -1);
            exchange.close();
          });

      HttpResponse<String> answer =
          HTTP.send(
              HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + door.port() + path))
                  .method(method, HttpRequest.BodyPublishers.noBody())
                  .build(),
              HttpResponse.BodyHandlers.ofString());

      assertEquals(404, answer.statusCode());
      assertEquals(method.equals("HEAD") ? "" : "{\"message\":\"Not Found\"}", answer.body());
    }
  }

  // An exception in the page dropped the connection, and nobody was told.
  @Test
  void page_thatFails_isAnsweredWith500AndTold() throws Exception {
    Observed observed = new Observed();
    try (HttpDoor door = door(0, observed)) {
      door.open(
          _ -> {
            throw new IllegalStateException("broken");
          });

      HttpResponse<String> answer =
          HTTP.send(
              HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + door.port() + "/")).build(),
              HttpResponse.BodyHandlers.ofString());

      assertEquals(500, answer.statusCode());
      String trouble = observed.trouble();
      // Where, and no message: that may quote what somebody has typed.
      assertTrue(trouble.contains("IllegalStateException (HttpDoorTest.java:"), trouble);
      assertFalse(trouble.contains("broken"), trouble);
    }
  }

  // `localhost` is ::1 to some clients, and nobody listened there.
  @Test
  void localhost_byIpv6_isListenedOnWhereThereIsOne() throws Exception {
    assumeTrue(
        NetworkInterface.networkInterfaces()
            .flatMap(NetworkInterface::inetAddresses)
            .anyMatch(address -> address.getHostAddress().startsWith("0:0:0:0:0:0:0:1")),
        "this machine has no ::1");
    try (HttpDoor door = door(0);
        Socket socket = new Socket(InetAddress.ofLiteral("::1"), door.port())) {
      assertTrue(socket.isConnected());
    }
  }

  private static HttpDoor door(int port) throws IOException {
    return door(port, new Observed());
  }

  private static HttpDoor door(int port, Observed observed) throws IOException {
    return new HttpDoor(
        port, Map.of(), new HashMap<>(), Duration.ofSeconds(9), InstantSource.system(), observed);
  }
}
