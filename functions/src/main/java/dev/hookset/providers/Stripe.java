package dev.hookset.providers;

import static dev.hookset.receive.Signed.flag;
import static dev.hookset.receive.Signed.member;
import static dev.hookset.signing.TimestampForm.UNIX_SECONDS;
import static dev.hookset.signing.TimestampForm.UNIX_SECONDS_OR_RFC3339;

import dev.hookset.receive.Provider;
import dev.hookset.signing.Scheme;
import java.time.Duration;
import java.util.Map;

/**
 * Stripe tells about payments, customers, invoices and all else of an account. Its secret looks
 * like one of Standard Webhooks, but its characters are the key. It does not publish how long it
 * waits for an answer.
 */
final class Stripe {
  private Stripe() {}

  static Provider provider() {
    return Provider.named("stripe")
        .signs(
            Scheme.hmacSha256("{timestamp}.{body}")
                .in("Stripe-Signature", "v1=")
                .list(",")
                .timestampInList("t=", UNIX_SECONDS))
        .id(member("id"))
        .type(member("type"))
        .occurredAt(UNIX_SECONDS_OR_RFC3339, "created")
        .environment("LIVEMODE", flag("livemode"), Map.of("true", "live", "false", "test"))
        .subject(member("data.object.id", "related_object.id"))
        .workspace(member("account"))
        .retriesFor(Duration.ofDays(3))
        .keyIn("The endpoint's page in Stripe's Dashboard under Webhooks shows the signing secret")
        .urlIn("in Stripe's Dashboard under Webhooks > Add destination")
        .build();
  }
}
