package app;

import dev.hookset.receive.Provider;
import java.util.List;

/** Your own senders, each described once. This is the file to edit. */
public final class Senders implements dev.hookset.receive.Senders {
  @Override
  public List<Provider> senders() {
    return List.of(
        // Provider.named("acme")
        //     .signs(Scheme.hmacSha256("{timestamp}.{body}")
        //         .in("X-Acme-Signature", "v1=")
        //         .timestamp("X-Acme-Timestamp", TimestampForm.UNIX_SECONDS))
        //     .id(Signed.member("id"))
        //     .type(Signed.member("type"))
        //     .occurredAt(TimestampForm.RFC3339, "created_at")
        //     .keyIn("Acme's console shows the signing secret under Webhooks")
        //     .build()
        );
  }
}
