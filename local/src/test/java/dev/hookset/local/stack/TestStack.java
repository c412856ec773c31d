package dev.hookset.local.stack;

import static dev.hookset.local.samples.CheckoutSamples.SAMPLES;

import dev.hookset.Body;
import dev.hookset.EventKey;
import dev.hookset.inbox.InboxRecord;
import dev.hookset.local.samples.Deliveries;
import dev.hookset.local.samples.DeliveryRequest;
import dev.hookset.local.samples.DevelopmentKeys;
import dev.hookset.local.template.Template;
import dev.hookset.providers.Providers;
import dev.hookset.receive.Provider;
import dev.hookset.work.Routes;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/** A stack with development keys on ports that are free, and what it tells. */
final class TestStack implements AutoCloseable {
  static final Path TEMPLATE = Path.of("..", "template.yaml");
  static final Duration RETENTION = Duration.ofDays(30);

  private static final DevelopmentKeys KEYS = new DevelopmentKeys(Map.of());
  private static final Duration TIMEOUT = Duration.ofMinutes(2);

  private final HttpClient http = HttpClient.newHttpClient();
  private final Observed observed = new Observed();
  private final LocalStack stack;

  /** What came back over HTTP. */
  record Answer(int status, String body) {}

  private TestStack(@Nullable Path directory, int port, @Nullable Routes routes)
      throws IOException {
    this.stack =
        LocalStack.start(
            Template.read(TEMPLATE),
            new LocalStack.Settings(directory, port, 0, 0, 0, variables(), routes),
            InstantSource.system(),
            observed);
  }

  static TestStack inMemory(@Nullable Routes routes) throws IOException {
    return new TestStack(null, 0, routes);
  }

  static TestStack in(Path directory, @Nullable Routes routes) throws IOException {
    return new TestStack(directory, 0, routes);
  }

  static TestStack in(Path directory, int port) throws IOException {
    return new TestStack(directory, port, null);
  }

  static Map<String, String> variables() {
    Map<String, String> variables = new HashMap<>();
    Providers.deployed()
        .forEach(provider -> variables.putAll(KEYS.verificationVariables(provider)));
    return variables;
  }

  static Provider provider(String name) {
    return Providers.named(name).orElseThrow();
  }

  static DeliveryRequest genuine(Provider provider) {
    return genuine(provider, SAMPLES.defaultType(provider));
  }

  static DeliveryRequest genuine(Provider provider, String type) {
    return new Deliveries(KEYS, SAMPLES)
        .genuine(provider, type, UUID.randomUUID().toString(), Instant.now());
  }

  static DeliveryRequest genuine(Provider provider, Body body) {
    return new Deliveries(KEYS, SAMPLES)
        .genuine(provider, body, UUID.randomUUID().toString(), Instant.now());
  }

  static DeliveryRequest stale(Provider provider) {
    return new Deliveries(KEYS, SAMPLES)
        .stale(
            provider, SAMPLES.defaultType(provider), UUID.randomUUID().toString(), Instant.now());
  }

  Answer post(DeliveryRequest request) throws IOException, InterruptedException {
    return post(request, null);
  }

  Answer post(DeliveryRequest request, @Nullable String contentType)
      throws IOException, InterruptedException {
    HttpRequest.Builder post = HttpRequest.newBuilder(stack.url(request.provider().name()));
    request.headers().forEach(post::setHeader);
    if (contentType != null) {
      post.setHeader("Content-Type", contentType);
    }
    return answer(post.POST(HttpRequest.BodyPublishers.ofByteArray(request.body().toByteArray())));
  }

  Answer answer(HttpRequest.Builder request) throws IOException, InterruptedException {
    HttpResponse<String> response =
        http.send(request.timeout(TIMEOUT).build(), HttpResponse.BodyHandlers.ofString());
    return new Answer(response.statusCode(), response.body());
  }

  URI url(String provider) {
    return stack.url(provider);
  }

  InboxRecord record(EventKey key) {
    return stack.inbox().find(key).orElseThrow(() -> new AssertionError("no record of " + key));
  }

  Map<String, String> attributes(String queueUrl) {
    return stack
        .sqs()
        .getQueueAttributes(get -> get.queueUrl(queueUrl).attributeNames(QueueAttributeName.ALL))
        .attributesAsStrings();
  }

  LocalStack stack() {
    return stack;
  }

  Observed observed() {
    return observed;
  }

  @Override
  public void close() {
    http.close();
    stack.close();
  }
}
