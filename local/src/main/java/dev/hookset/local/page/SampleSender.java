package dev.hookset.local.page;

import dev.hookset.Body;
import dev.hookset.Form;
import dev.hookset.local.samples.Deliveries;
import dev.hookset.local.samples.DeliveryRequest;
import dev.hookset.receive.Provider;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** Makes deliveries of samples and posts them to the stack, as their providers would. */
final class SampleSender implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private final List<Provider> providers;
  private volatile Deliveries deliveries;
  private final Function<String, URI> urls;
  private final InstantSource clock;
  // Of HTTP/1.1, as else each sample bears headers that no provider sends: an upgrade to HTTP/2.
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .proxy(HttpClient.Builder.NO_PROXY)
          .build();

  /**
   * Creates a sender.
   *
   * @param providers whose deliveries the stack receives
   * @param urls where the deliveries of a provider go
   */
  SampleSender(
      List<Provider> providers,
      Deliveries deliveries,
      Function<String, URI> urls,
      InstantSource clock) {
    this.providers = List.copyOf(providers);
    this.deliveries = deliveries;
    this.urls = urls;
    this.clock = clock;
  }

  /** Has samples signed with other keys from now on. */
  void use(Deliveries others) {
    deliveries = others;
  }

  /** Returns the types that can be sent, by provider; none of one that has no file of samples. */
  Map<String, List<String>> types() {
    Map<String, List<String>> types = new LinkedHashMap<>();
    for (Provider provider : providers) {
      try {
        types.put(provider.name(), deliveries.samples().types(provider));
      } catch (IllegalArgumentException e) {
        // Who asks for one by hand is told which file is missing.
        types.put(provider.name(), List.of());
      }
    }
    return types;
  }

  /** What can be sent. */
  enum Variant {
    /** As the provider sends it. */
    GENUINE,
    /** With a byte of the body changed after it was signed. */
    FORGED,
    /** Too old. */
    STALE,
    /** The same twice, one after the other. */
    DUPLICATE,
    /** The same twice, both at once. */
    DOUBLED,
    /** Other bytes under the same ID, both genuine. */
    CONFLICT,
    /** As what is no text, so that the function gets it in base64. */
    BASE64
  }

  /**
   * Sends a sample.
   *
   * @return the status codes of the answers
   * @throws IllegalArgumentException if the provider can have no event of that type, or its key in
   *     the environment is none
   * @throws IOException if there is no answer
   */
  List<Integer> send(Provider provider, String type, Variant variant)
      throws IOException, InterruptedException {
    String id = UUID.randomUUID().toString();
    Instant now = clock.instant();
    Deliveries there = deliveries.to(urls.apply(provider.name()));
    DeliveryRequest genuine = there.genuine(provider, type, id, now);
    return switch (variant) {
      case GENUINE -> inTurn(post(genuine));
      case FORGED -> inTurn(post(there.forged(genuine)));
      case STALE -> inTurn(post(there.stale(provider, type, id, now)));
      case DUPLICATE -> inTurn(post(genuine), post(genuine));
      case DOUBLED -> atOnce(post(genuine), post(genuine));
      case CONFLICT -> {
        // A blank more says the same, but in other bytes; a form has it escaped.
        Body other =
            Body.ofUtf8(genuine.body().utf8() + (Form.read(genuine.body()) == null ? " " : "+"));
        yield inTurn(post(genuine), post(there.genuine(provider, type, other, id, now)));
      }
      case BASE64 -> inTurn(post(genuine).setHeader("Content-Type", "application/octet-stream"));
    };
  }

  /** Returns a delivery signed anew, as its provider would send it now to {@code address}. */
  DeliveryRequest signed(DeliveryRequest unsigned, URI address) {
    return deliveries.to(address).signed(unsigned, UUID.randomUUID().toString(), clock.instant());
  }

  /**
   * Sends a delivery as it stands.
   *
   * @return the status code of the answer
   * @throws IllegalArgumentException if it has a header that cannot be sent
   * @throws IOException if there is no answer
   */
  int send(DeliveryRequest request) throws IOException, InterruptedException {
    return inTurn(post(request)).getFirst();
  }

  /**
   * Does nothing with what can be sent.
   *
   * @throws IllegalArgumentException if it has a header that cannot be
   */
  void check(DeliveryRequest request) {
    post(request);
  }

  private HttpRequest.Builder post(DeliveryRequest request) {
    URI url = urls.apply(request.provider().name());
    HttpRequest.Builder post =
        HttpRequest.newBuilder(
                request.query().isEmpty() ? url : URI.create(url + "?" + request.query()))
            .timeout(TIMEOUT)
            .method(
                request.method(),
                HttpRequest.BodyPublishers.ofByteArray(request.body().toByteArray()));
    request.headers().forEach(post::setHeader);
    return post;
  }

  private List<Integer> inTurn(HttpRequest.Builder... posts)
      throws IOException, InterruptedException {
    List<Integer> answers = new ArrayList<>();
    for (HttpRequest.Builder post : posts) {
      answers.add(http.send(post.build(), HttpResponse.BodyHandlers.discarding()).statusCode());
    }
    return answers;
  }

  private List<Integer> atOnce(HttpRequest.Builder first, HttpRequest.Builder second)
      throws IOException, InterruptedException {
    CompletableFuture<HttpResponse<Void>> begun =
        http.sendAsync(first.build(), HttpResponse.BodyHandlers.discarding());
    List<Integer> answers = inTurn(second);
    answers.addFirst(begun.join().statusCode());
    return answers;
  }

  @Override
  public void close() {
    http.close();
  }
}
