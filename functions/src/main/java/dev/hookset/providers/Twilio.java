package dev.hookset.providers;

import static dev.hookset.receive.Signed.member;

import dev.hookset.receive.Provider;
import dev.hookset.receive.Shown;
import dev.hookset.signing.Scheme;

/**
 * Twilio tells about messages and calls, mostly as forms. It signs the address and the form's
 * parameters, so the address must be the one that Twilio was given. A message and its status are an
 * event; a call asks many times under one ID, so there the digest is the ID. Nothing says when.
 */
final class Twilio {
  private Twilio() {}

  static Provider provider() {
    return Provider.named("twilio")
        .signs(
            Scheme.hmacSha256("{url}{form}")
                .in("X-Twilio-Signature")
                .base64()
                .when("X-Twilio-Webhooks-Signature-Settings", "algorithm=HMAC_SHA256")
                .or(Scheme.hmacSha1("{url}{form}").in("X-Twilio-Signature").base64()))
        .id(member("MessageSid").then("/", member("MessageStatus")), member("MessageSid"))
        .type(
            member("MessageStatus", "SmsStatus").after("message."),
            member("CallStatus").after("call."))
        .deliveryId(Shown.header("I-Twilio-Idempotency-Token"))
        .workspace(member("AccountSid"))
        .form()
        .anyBytes()
        .answers(204, 401)
        .keyIn("Twilio's Console shows the account's Auth Token under Account Info")
        .urlIn("in Twilio's Console at the number or messaging service, as its webhook")
        .build();
  }
}
