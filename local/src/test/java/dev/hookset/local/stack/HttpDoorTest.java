package dev.hookset.local.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class HttpDoorTest {
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

  private static HttpDoor door(int port) throws IOException {
    return new HttpDoor(
        port,
        Map.of(),
        new HashMap<>(),
        Duration.ofSeconds(9),
        InstantSource.system(),
        new Observed());
  }
}
