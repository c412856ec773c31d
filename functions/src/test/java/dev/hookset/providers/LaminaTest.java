package dev.hookset.providers;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import dev.hookset.Body;
import dev.hookset.Delivery;
import dev.hookset.Event;
import dev.hookset.inbox.InMemoryInbox;
import dev.hookset.inbox.InboxRecord;
import dev.hookset.receive.InMemoryWorkQueue;
import dev.hookset.receive.Provider;
import dev.hookset.receive.Receiver;
import dev.hookset.receive.Subscription;
import dev.hookset.signing.Ed25519PublicKey;
import dev.hookset.signing.VerificationKey;
import dev.hookset.signing.Verifier;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which of several places an event's ID, type and time are taken from. */
final class LaminaTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");

  private final KeyPair keys = keyPair();

  @ParameterizedTest
  @ValueSource(strings = {"", "\"\"", "null", "1", "{}", "[]"})
  void read_runIdsInSeveralPlaces_isTheFirstUsable(String unusable) throws Exception {
    List<String> places =
        List.of("/data/runId", "/data/executionId", "/runId", "/executionId", "/data/id", "/id");
    ObjectNode body = JSON.createObjectNode();
    body.putObject("data");
    places.forEach(place -> put(body, place, "\"" + place.substring(1) + "\""));

    for (String place : places) {
      assertEquals(place.substring(1), received(body).id());
      put(body, place, unusable);
    }
    assertTrue(received(body).id().startsWith("sha256:"), "none is left");
  }

  @Test
  void read_statusesInSeveralPlaces_isTheFirstUsable() throws Exception {
    ObjectNode body = JSON.createObjectNode();
    body.put("id", "run").put("status", "failed").putObject("data").put("status", "completed");

    assertEquals("run/completed", received(body).id());
    assertEquals("run.completed", received(body).type());
    put(body, "/data/status", "\"\"");
    assertEquals("run/failed", received(body).id());
    assertEquals("run.failed", received(body).type());
    put(body, "/status", "7");
    assertEquals("run", received(body).id());
    assertEquals(Event.UNKNOWN_TYPE, received(body).type());
  }

  @Test
  void read_completionTimesInSeveralPlaces_isTheFirstReadableElseTheSignedOne() throws Exception {
    ObjectNode body = JSON.createObjectNode();
    body.put("completedAt", "2026-06-01T10:00:00Z")
        .putObject("data")
        .put("completedAt", "2026-06-01T11:00:00Z");

    assertEquals(Instant.parse("2026-06-01T11:00:00Z"), received(body).occurredAt());
    put(body, "/data/completedAt", "\"soon\"");
    assertEquals(Instant.parse("2026-06-01T10:00:00Z"), received(body).occurredAt());
    put(body, "/completedAt", "null");
    assertEquals(NOW.minusSeconds(9), received(body).occurredAt());
  }

  /** Puts {@code json} at {@code place}, or nothing if it is empty. */
  private static void put(ObjectNode body, String place, String json) {
    int slash = place.lastIndexOf('/');
    ObjectNode parent = slash == 0 ? body : (ObjectNode) body.at(place.substring(0, slash));
    String name = place.substring(slash + 1);
    if (json.isEmpty()) {
      parent.remove(name);
    } else {
      parent.putRawValue(name, new RawValue(json));
    }
  }

  private Event received(ObjectNode json) throws GeneralSecurityException {
    Body body = Body.ofUtf8(json.toString());
    String time = Long.toString(NOW.minusSeconds(9).getEpochSecond());
    Signature signature = Signature.getInstance("Ed25519");
    signature.initSign(keys.getPrivate());
    signature.update((time + "." + body.utf8()).getBytes(UTF_8));
    Map<String, String> headers =
        Map.of(
            "X-Lamina-Webhook-Timestamp",
            time,
            "X-Lamina-Webhook-Signature",
            HexFormat.of().formatHex(signature.sign()));
    String der = Base64.getEncoder().encodeToString(keys.getPublic().getEncoded());
    List<VerificationKey> active = List.copyOf(Ed25519PublicKey.readAll(der));
    InMemoryInbox inbox = new InMemoryInbox(Duration.ofDays(30));
    InstantSource clock = InstantSource.fixed(NOW);
    Provider lamina = Lamina.provider();
    Verifier verifier =
        new Verifier(lamina.scheme(), () -> active, Duration.ofMinutes(5), 4 << 20, clock);
    new Receiver(
            lamina,
            verifier,
            inbox,
            new InMemoryWorkQueue(clock),
            new Subscription("", null),
            Duration.ofDays(29),
            receipt -> assertEquals(200, receipt.reply().status(), receipt::toString))
        .receive(new Delivery(headers, body, NOW), null);
    InboxRecord record = inbox.all().getFirst();
    return record.event(body);
  }

  private static KeyPair keyPair() {
    try {
      return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every Java platform since 15 has Ed25519", e);
    }
  }
}
