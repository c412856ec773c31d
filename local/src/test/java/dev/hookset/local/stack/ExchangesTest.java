package dev.hookset.local.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hookset.Body;
import dev.hookset.EventKey;
import dev.hookset.inbox.Settlement;
import dev.hookset.inbox.Status;
import dev.hookset.local.samples.DeliveryRequest;
import dev.hookset.receive.Receipt;
import dev.hookset.work.Routes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a stack tells of a delivery's way, from the door to the handler. */
final class ExchangesTest {
  private static final ByteArrayOutputStream PRINTED = new ByteArrayOutputStream();

  private static PrintStream out = new PrintStream(PRINTED, true, StandardCharsets.UTF_8);
  private static TestStack stack;

  @BeforeAll
  static void start() throws IOException {
    stack =
        TestStack.inMemory(
            Routes.builder()
                .on("lemma", "*", (event, _) -> out.println("first\nand of " + event.type()))
                .on("lemma", "*", (_, _) -> printElsewhere())
                .otherwise((_, _) -> {})
                .build());
    out = stack.stack().listenedTo(out);
  }

  private static void printElsewhere() throws InterruptedException {
    Thread thread = Thread.ofPlatform().start(() -> out.println("from a thread of its own"));
    thread.join();
  }

  @AfterAll
  static void stop() {
    stack.close();
  }

  @Test
  void delivery_handled_isToldStepByStep() throws Exception {
    DeliveryRequest request = TestStack.genuine(TestStack.provider("lemma"));
    out.println("of no event");

    stack.post(request);

    Exchange exchange = exchangeOf("lemma");
    Receipt receipt = Objects.requireNonNull(exchange.receipt());
    EventKey key = Objects.requireNonNull(receipt.key());
    assertEquals(request.body(), exchange.body());
    assertFalse(exchange.base64());
    request
        .headers()
        .forEach(
            (name, value) ->
                assertEquals(value, exchange.headers().get(name.toLowerCase(Locale.ROOT))));
    assertEquals(200, exchange.reply().status());
    assertEquals(stack.record(key).traceId(), receipt.traceId());
    assertTrue(
        String.valueOf(receipt.traceId())
            .matches("Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0"),
        receipt.traceId());

    List<Step.Pushed> pushed = new ArrayList<>();
    assertEquals(new Step.Recorded(key, Status.RECEIVED), next(pushed));
    Step.Claimed claimed = (Step.Claimed) next(pushed);
    assertEquals(key, claimed.key());
    assertEquals(1, claimed.record().attempts());
    String first = ((Step.Handled) next(pushed)).handler();
    Settlement settlement = ((Step.Settled) next(pushed)).settlement();
    String second = ((Settlement.Done) settlement).lastHandler();
    assertEquals(2, Set.of(first, Objects.requireNonNull(second)).size());
    assertEquals(
        List.of("first", "and of incident.analyzed", "from a thread of its own"),
        stack.observed().lines(key));
    assertTrue(PRINTED.toString(StandardCharsets.UTF_8).contains("of no event"));

    assertTrue(stack.stack().inbox().replay(stack.record(key), Instant.now()));
    assertEquals(new Step.Replayed(key), next(pushed));
    if (pushed.isEmpty()) {
      pushed.add((Step.Pushed) stack.observed().step());
    }
    assertEquals(List.of(key), pushed.stream().map(Step.Pushed::key).toList());
  }

  /** Returns the next step but a push: a worker may be there before that is told. */
  private Step next(List<Step.Pushed> pushed) throws InterruptedException {
    Step step = stack.observed().step();
    while (step instanceof Step.Pushed push) {
      pushed.add(push);
      step = stack.observed().step();
    }
    return step;
  }

  @Test
  void delivery_refused_isToldByteForByte() throws Exception {
    byte[] bytes = {0, (byte) 0xff, '{', '\r', '\n'};
    DeliveryRequest request =
        new DeliveryRequest(
            TestStack.provider("lymnus"),
            Map.of("X-Lymnus-Signature", "t=1,v1=zz", "Content-Type", "application/json"),
            Body.copyOf(bytes));

    assertEquals(401, stack.post(request).status());

    Exchange exchange = exchangeOf("lymnus");
    assertEquals(request.body(), exchange.body());
    assertTrue(exchange.base64(), "what is no UTF-8 goes to the function in base64");
    assertEquals("t=1,v1=zz", exchange.headers().get("x-lymnus-signature"));
    assertEquals("malformed_signature", Objects.requireNonNull(exchange.receipt()).detail());
    assertFalse(exchange.toString().contains("zz"), exchange.toString());
  }

  @Test
  void delivery_thatNoFunctionGets_isToldWithoutAReceipt() throws Exception {
    DeliveryRequest request =
        new DeliveryRequest(
            TestStack.provider("lucid"), Map.of(), Body.wrap(new byte[6 * 1024 * 1024 + 1]));

    assertEquals(413, stack.post(request).status());

    Exchange exchange = exchangeOf("lucid");
    assertNull(exchange.receipt());
    assertNull(exchange.body());
    assertEquals(413, exchange.reply().status());
    assertNotNull(exchange.headers().get("content-length"));
  }

  private static final Map<String, Exchange> SEEN = new ConcurrentHashMap<>();

  private static Exchange exchangeOf(String provider) throws InterruptedException {
    while (!SEEN.containsKey(provider)) {
      Exchange next = stack.observed().exchange();
      SEEN.put(next.provider(), next);
    }
    return Objects.requireNonNull(SEEN.get(provider));
  }
}
