package dev.hookset.providers;

import dev.hookset.Origin;
import dev.hookset.receive.Facts;
import dev.hookset.receive.Fields;
import dev.hookset.receive.Provider;
import dev.hookset.signing.Scheme;
import dev.hookset.signing.Verified;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Lemma tells about incidents.
 *
 * <p>It names no event. What makes one is the project, the incident, what happened to it and when,
 * so these four together are the ID; that a retry repeats the time is an assumption, as it is the
 * event's time and not the delivery's.
 */
final class Lemma implements Provider {
  private static final String PROJECT = "projectId";
  private static final List<String> ID_PARTS =
      List.of(PROJECT, "incident.id", "event", "timestamp");

  @Override
  public String name() {
    return "lemma";
  }

  @Override
  public Scheme scheme() {
    return new Scheme.SignedBody(Scheme.Algorithm.HMAC_SHA256, "X-Lemma-Signature", "sha256=");
  }

  @Override
  public Set<String> fields() {
    return new LinkedHashSet<>(ID_PARTS);
  }

  @Override
  public Facts read(Fields fields, Verified verified) {
    return new Facts(
        id(fields),
        fields.string("event"),
        fields.instant("timestamp"),
        null,
        new Origin(null, null, fields.string(PROJECT)));
  }

  @Override
  public List<String> types() {
    return List.of(
        "incident.created", "incident.analyzed", "incident.resolved", "incident.dismissed");
  }

  @Override
  public String whereToFindTheKey() {
    return "Lemma shows the signing secret once, when the endpoint is added under Settings >"
        + " Developer > Webhooks; the endpoint's edit dialog makes a new one";
  }

  private static @Nullable String id(Fields fields) {
    StringBuilder id = new StringBuilder();
    for (String path : ID_PARTS) {
      String part = fields.string(path);
      if (part == null || part.isEmpty()) {
        return null;
      }
      id.append(id.isEmpty() ? "" : "/").append(part.replace("%", "%25").replace("/", "%2F"));
    }
    return id.toString();
  }
}
