package dev.hookset.local.stack;

import static dev.hookset.local.samples.CheckoutSamples.SAMPLES;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hookset.local.reload.HandlerSources;
import dev.hookset.local.samples.Deliveries;
import dev.hookset.local.samples.DeliveryRequest;
import dev.hookset.local.samples.DevelopmentKeys;
import dev.hookset.local.template.Template;
import dev.hookset.receive.Provider;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Handlers that are swapped under a stack that runs. */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
public final class HandlerSwapTest {
  /** What the handlers did; they are compiled by this test and find it here. */
  public static final BlockingQueue<String> DID = new LinkedBlockingQueue<>();

  /** Opens when a handler of the first kind has begun. */
  public static final CountDownLatch BEGUN = new CountDownLatch(1);

  /** Opens when it may go on. */
  public static final CountDownLatch GO_ON = new CountDownLatch(1);

  @TempDir private Path home;

  @Test
  void swap_eventInItsHandler_endsWithThoseItBeganWithAndTheNextHasTheNew() throws Exception {
    HandlerSources sources =
        new HandlerSources(home, home.resolve("out"), System.getProperty("java.class.path", ""));
    ClassLoader first =
        loader(
            sources,
            "HandlerSwapTest.BEGUN.countDown(); HandlerSwapTest.GO_ON.await();"
                + " HandlerSwapTest.DID.add(\"first\");");
    try (LocalStack stack =
            LocalStack.start(
                Template.read(TestStack.TEMPLATE),
                new LocalStack.Settings(null, 0, 0, 0, 0, TestStack.variables(), null),
                InstantSource.system(),
                new StackListener() {},
                first);
        HttpClient http = HttpClient.newHttpClient()) {
      post(http, stack);
      assertTrue(BEGUN.await(2, TimeUnit.MINUTES));

      stack.swapHandlers(loader(sources, "HandlerSwapTest.DID.add(\"second\");"));
      ClassLoader broken = loader(sources, "", "setup.setting(\"PAGER_URL\");");
      IllegalArgumentException refused =
          assertThrows(IllegalArgumentException.class, () -> stack.swapHandlers(broken));
      GO_ON.countDown();

      assertEquals(
          "the handlers ask for settings that they do not get: set PAGER_URL, and name PAGER_URL in"
              + " template.yaml, under WorkerFunction where it says YOURS; only what is named there"
              + " is passed on",
          refused.getMessage());
      assertEquals("first", DID.poll(2, TimeUnit.MINUTES));
      post(http, stack);
      assertEquals("second", DID.poll(2, TimeUnit.MINUTES));
    }
  }

  private static ClassLoader loader(HandlerSources sources, String handling) throws Exception {
    return loader(sources, handling, "");
  }

  private static ClassLoader loader(HandlerSources sources, String handling, String building)
      throws Exception {
    Files.createDirectories(sources.main());
    Files.writeString(
        sources.main().resolve("Handlers.java"),
        """
        package app;

        import dev.hookset.local.stack.HandlerSwapTest;
        import dev.hookset.work.*;

        public class Handlers implements Application {
          public Routes routes(Setup setup) {
            %s
            return Routes.builder().otherwise((event, context) -> { %s }).build();
          }
        }
        """
            .formatted(building, handling));
    HandlerSources.Compiled compiled = sources.compile();
    assertTrue(compiled.succeeded(), compiled.said());
    return compiled.loader(HandlerSwapTest.class.getClassLoader(), sources.resources());
  }

  private static void post(HttpClient http, LocalStack stack) throws Exception {
    Provider provider = TestStack.provider("lemma");
    DeliveryRequest request =
        new Deliveries(new DevelopmentKeys(Map.of()), SAMPLES)
            .genuine(
                provider,
                SAMPLES.defaultType(provider),
                UUID.randomUUID().toString(),
                Instant.now());
    HttpRequest.Builder post = HttpRequest.newBuilder(stack.url("lemma"));
    request.headers().forEach(post::setHeader);
    assertEquals(
        200,
        http.send(
                post.POST(HttpRequest.BodyPublishers.ofByteArray(request.body().toByteArray()))
                    .build(),
                HttpResponse.BodyHandlers.discarding())
            .statusCode());
  }
}
