package dev.hookset.providers;

import static dev.hookset.receive.Signed.member;
import static dev.hookset.receive.Signed.number;
import static dev.hookset.signing.TimestampForm.UNIX_MILLIS;

import dev.hookset.receive.Provider;
import dev.hookset.signing.Scheme;

/**
 * HubSpot tells about CRM objects, up to a hundred events in one array. It signs the method and the
 * address too, so the address must be the one that HubSpot was given. An array of one event has
 * that event's ID; of several, the body's digest is the ID.
 */
final class HubSpot {
  private HubSpot() {}

  static Provider provider() {
    return Provider.named("hubspot")
        .signs(
            Scheme.hmacSha256("{method}{url}{body}{timestamp}")
                .in("X-HubSpot-Signature-v3")
                .base64()
                .timestamp("X-HubSpot-Request-Timestamp", UNIX_MILLIS))
        .title("HubSpot")
        .id(number("eventId"))
        .type(member("subscriptionType"))
        .occurredAt(UNIX_MILLIS, "occurredAt")
        .workspace(number("portalId"))
        .project(number("appId"))
        .array()
        .keyIn("The app's Auth page shows its client secret")
        .urlIn("in the app's Webhooks page, as the target URL")
        .build();
  }
}
