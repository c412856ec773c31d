package dev.hookset.providers;

import static dev.hookset.receive.Handshake.when;
import static dev.hookset.receive.Signed.member;
import static dev.hookset.receive.Signed.number;
import static dev.hookset.signing.TimestampForm.RFC3339;
import static dev.hookset.signing.TimestampForm.UNIX_SECONDS;

import dev.hookset.receive.Provider;
import dev.hookset.signing.Scheme;
import java.time.Duration;

/**
 * Discord tells about an application's events and interactions. It sends bad signatures on purpose,
 * and takes the URL out of use if one is accepted. Interactions are recorded as events are; whoever
 * answers to them has to call Discord's API.
 */
final class Discord {
  private Discord() {}

  static Provider provider() {
    return Provider.named("discord")
        .signs(
            Scheme.ed25519("{timestamp}{body}")
                .in("X-Signature-Ed25519")
                .timestamp("X-Signature-Timestamp", UNIX_SECONDS))
        .id(member("id"))
        .type(member("event.type"), number("type").after("interaction."))
        .occurredAt(RFC3339, "event.timestamp")
        .workspace(member("guild_id"))
        .project(member("application_id"))
        .anyBytes()
        .handshake(
            when("type", "1").without("event.type").answers(200, "{\"type\":1}"),
            when("type", "0").answers(204, ""))
        .answers(204, 401)
        .answerWithin(Duration.ofSeconds(3))
        .retriesFor(Duration.ofMinutes(10))
        .keyIn("The application's General Information shows its Public Key")
        .urlIn("in the application's General Information or Webhooks, as its endpoint URL")
        .build();
  }
}
