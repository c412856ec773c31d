package dev.hookset.providers;

import dev.hookset.receive.Provider;
import dev.hookset.receive.Shown;
import dev.hookset.signing.Scheme;
import java.time.Duration;

/**
 * Shopify tells about a shop. Topic, shop and both IDs stand in headers that nobody signs: the
 * body's digest is the ID, so two topics with the very same body are one event. Nothing signed says
 * when.
 */
final class Shopify {
  private Shopify() {}

  static Provider provider() {
    return Provider.named("shopify")
        .signs(Scheme.hmacSha256("{body}").in("X-Shopify-Hmac-SHA256").base64())
        .type(Shown.header("X-Shopify-Topic"))
        .deliveryId(Shown.header("X-Shopify-Webhook-Id"))
        .workspace(Shown.header("X-Shopify-Shop-Domain"))
        .keeps("X-Shopify-Event-Id", "X-Shopify-Triggered-At", "X-Shopify-API-Version")
        .answerWithin(Duration.ofSeconds(5))
        .retriesFor(Duration.ofHours(4))
        .keyIn(
            "The app's settings show its client secret, which signs; the shop's own webhooks"
                + " have one under Settings > Notifications > Webhooks")
        .urlIn("in the app's configuration (shopify.app.toml), as the subscription's uri")
        .build();
  }
}
