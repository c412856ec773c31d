package dev.hookset.local.cloud;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** The public keys that a provider gives to whoever has an API key. */
public final class PublishedKeySet {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private PublishedKeySet() {}

  /**
   * Fetches them, as the provider has them now.
   *
   * @throws CloudProblem if it does not give any
   */
  public static String fetch(URI url, String apiKey) {
    try (HttpClient http = HttpClient.newBuilder().connectTimeout(TIMEOUT).build()) {
      HttpResponse<String> answer =
          http.send(
              HttpRequest.newBuilder(url).timeout(TIMEOUT).header("x-api-key", apiKey).build(),
              HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() != 200) {
        throw new CloudProblem(url + " gives no signing key: its status is " + answer.statusCode());
      }
      return answer.body();
    } catch (IOException e) {
      throw new CloudProblem(url + " gives no signing key: it does not answer");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CloudProblem("interrupted");
    }
  }
}
