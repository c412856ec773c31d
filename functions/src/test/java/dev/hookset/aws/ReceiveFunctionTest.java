package dev.hookset.aws;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.amazonaws.services.lambda.runtime.Context;
import dev.hookset.inbox.InMemoryInbox;
import dev.hookset.providers.Providers;
import dev.hookset.receive.InMemoryWorkQueue;
import dev.hookset.receive.Receipt;
import dev.hookset.receive.Receiver;
import dev.hookset.receive.Subscription;
import dev.hookset.signing.SharedSecret;
import dev.hookset.signing.Verifier;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the receiver's entry point takes from Lambda's runtime. */
final class ReceiveFunctionTest {
  private static final String TRACE = "com.amazonaws.xray.traceHeader";
  private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");

  private final List<Receipt> receipts = new ArrayList<>();

  @AfterEach
  void forgetTrace() {
    System.clearProperty(TRACE);
  }

  @Test
  void handleRequest_contextOfAnOlderRuntime_answersAndTakesTheTraceFromTheProperty()
      throws IOException {
    // The trace was asked of the context, whose type is the runtime's own: an older one has no such
    // method, and every delivery died of a NoSuchMethodError.
    System.setProperty(TRACE, "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1");

    assertRefused(invoke());
    assertEquals(
        "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1", receipts.getFirst().traceId());
  }

  @Test
  void handleRequest_noTrace_answers() throws IOException {
    assertRefused(invoke());
    assertEquals(null, receipts.getFirst().traceId());
  }

  private static void assertRefused(String answer) {
    assertTrue(answer.contains("missing_signature"), answer);
  }

  private String invoke() throws IOException {
    ByteArrayOutputStream answer = new ByteArrayOutputStream();
    function()
        .handleRequest(
            new ByteArrayInputStream(
                "{\"version\":\"2.0\",\"headers\":{},\"body\":\"{}\"}".getBytes(UTF_8)),
            answer,
            oldContext());
    return answer.toString(UTF_8);
  }

  private ReceiveFunction function() {
    var provider = Providers.named("lymnus").orElseThrow();
    SharedSecret secret = SharedSecret.of("whsec_for_this_test");
    return new ReceiveFunction(
        new Receiver(
            provider,
            new Verifier(
                provider.scheme(), () -> List.of(secret), Duration.ofMinutes(5), 1000, () -> NOW),
            new InMemoryInbox(Duration.ofDays(30)),
            new InMemoryWorkQueue(() -> NOW),
            new Subscription("", null),
            Duration.ofDays(29),
            receipts::add),
        () -> NOW);
  }

  /** Knows nothing but what is asked of it in Lambda's first runtime for Java. */
  private static Context oldContext() {
    return (Context)
        Proxy.newProxyInstance(
            Context.class.getClassLoader(),
            new Class<?>[] {Context.class},
            (_, method, _) ->
                switch (method.getName()) {
                  case "getAwsRequestId" -> "invocation";
                  case "getRemainingTimeInMillis" -> 9_000;
                  case String name -> throw new NoSuchMethodError(name);
                });
  }
}
