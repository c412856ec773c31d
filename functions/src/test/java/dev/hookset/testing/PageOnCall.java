package dev.hookset.testing;

import dev.hookset.Event;
import dev.hookset.work.Handler;
import dev.hookset.work.HandlerContext;
import dev.hookset.work.PermanentFailure;
import dev.hookset.work.Secret;
import dev.hookset.work.Setup;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/** The example of README's: pages whoever is on call. */
final class PageOnCall implements Handler {
  private final HttpClient http;
  private final URI url;
  private final Secret token;

  PageOnCall(Setup setup) {
    http = setup.http();
    url = URI.create(setup.setting("PAGER_URL"));
    token = setup.secret("pager");
  }

  @Override
  public void handle(Event event, HandlerContext context) throws Exception {
    HttpRequest page =
        HttpRequest.newBuilder(url)
            .header("Authorization", "Bearer " + token.value())
            .header("Idempotency-Key", context.idempotencyKey())
            .POST(HttpRequest.BodyPublishers.ofString(event.type() + " " + event.id()))
            .build();
    int status = http.send(page, HttpResponse.BodyHandlers.discarding()).statusCode();
    if (status == 400) {
      throw new PermanentFailure("the pager does not understand us: " + status);
    }
    if (status >= 300) {
      throw new IOException("the pager answered " + status);
    }
    context.log().info("paged");
  }
}
