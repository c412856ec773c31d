package dev.hookset.providers;

import static dev.hookset.receive.Signed.member;

import dev.hookset.receive.Handshake;
import dev.hookset.receive.Provider;
import dev.hookset.signing.Scheme;
import java.time.Duration;

/**
 * Meta tells about pages, accounts and messages; one delivery may carry several entries. Nothing in
 * it names the delivery, so the body's digest is the ID, and no time is signed but those of the
 * entries.
 */
final class Meta {
  private Meta() {}

  static Provider provider() {
    return described("meta", "Meta").build();
  }

  static Provider whatsapp() {
    return described("whatsapp", "WhatsApp").build();
  }

  private static Provider.Builder described(String name, String title) {
    return Provider.named(name)
        .signs(Scheme.hmacSha256("{body}").in("X-Hub-Signature-256", "sha256="))
        .title(title)
        .type(member("object"))
        .handshake(Handshake.subscription("hub.mode", "hub.verify_token", "hub.challenge"))
        .answerWithin(Duration.ofSeconds(20))
        .keyIn("The app's settings show the App Secret under Basic")
        .urlIn("in the app's dashboard under Webhooks, as the Callback URL, with the Verify Token");
  }
}
