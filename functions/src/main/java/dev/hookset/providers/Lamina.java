package dev.hookset.providers;

import dev.hookset.Origin;
import dev.hookset.receive.Facts;
import dev.hookset.receive.Fields;
import dev.hookset.receive.Provider;
import dev.hookset.signing.Scheme;
import dev.hookset.signing.TimestampForm;
import dev.hookset.signing.Verified;
import java.net.URI;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Lamina tells that a run has finished: the body is the run's status document.
 *
 * <p>It names no event; the run and its status together do, so that a run which fails and later
 * completes is two events. The header with the request's ID is not signed, so it names nothing:
 * with it, a captured delivery could be sent again under another run's ID, and that run's own event
 * would then look like a duplicate.
 */
final class Lamina implements Provider {
  private static final List<String> RUN_IDS =
      List.of("data.runId", "data.executionId", "runId", "executionId", "data.id", "id");
  private static final List<String> STATUSES = List.of("data.status", "status");
  private static final List<String> COMPLETION_TIMES = List.of("data.completedAt", "completedAt");

  @Override
  public String name() {
    return "lamina";
  }

  @Override
  public Scheme scheme() {
    return new Scheme.SignedTimestampAndBody(
        Scheme.Algorithm.ED25519,
        "X-Lamina-Webhook-Signature",
        "",
        "X-Lamina-Webhook-Timestamp",
        TimestampForm.UNIX_SECONDS);
  }

  @Override
  public Set<String> fields() {
    Set<String> fields = new LinkedHashSet<>(RUN_IDS);
    fields.addAll(STATUSES);
    fields.addAll(COMPLETION_TIMES);
    return fields;
  }

  @Override
  public Facts read(Fields fields, Verified verified) {
    String run = firstString(fields, RUN_IDS);
    String status = firstString(fields, STATUSES);
    Instant completedAt =
        COMPLETION_TIMES.stream()
            .map(fields::instant)
            .filter(Objects::nonNull)
            .findFirst()
            .orElse(null);
    return new Facts(
        run == null || status == null ? run : run + "/" + status,
        status == null ? null : "run." + status,
        completedAt,
        null,
        Origin.UNKNOWN);
  }

  @Override
  public List<String> types() {
    return List.of("run.completed", "run.failed", "run.error", "run.cancelled");
  }

  @Override
  public String whereToFindTheKey() {
    return "Lamina's API key, lma_…, is the one that `lamina login --api-key` takes; with it GET"
        + " /v1/webhooks/signing-key gives the public key";
  }

  @Override
  public URI publishedKeys() {
    return URI.create("https://app.uselamina.ai/v1/webhooks/signing-key");
  }

  @Override
  public List<String> keptHeaders() {
    return List.of("X-Lamina-Webhook-Request-Id", "X-Lamina-Webhook-User-Id");
  }

  private static @Nullable String firstString(Fields fields, List<String> paths) {
    return paths.stream()
        .map(fields::string)
        .flatMap(Stream::ofNullable)
        .filter(value -> !value.isEmpty())
        .findFirst()
        .orElse(null);
  }
}
