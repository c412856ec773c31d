package dev.hookset.local.samples;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Lamba: one envelope, and data that differ from type to type.
 *
 * <p>Its documentation names {@code user.created} and {@code campaign.sent}, and otherwise only
 * families; each of these has one type here. The data, but those of {@code user.created}, are what
 * one would expect.
 */
final class LambaSamples implements ProviderSamples {
  private static final String EMAIL = "customer@example.com";
  private static final String WORKSPACE = "wrk_7f3a91c2";

  @Override
  public List<String> types() {
    return List.of(
        "user.created",
        "profile.updated",
        "membership.created",
        "invitation.accepted",
        "role.assigned",
        "session.created",
        "identity.linked",
        "security.mfa_enabled",
        "application.created",
        "domain.verified",
        "webhook.endpoint.created",
        "campaign.sent",
        "sms.sent",
        "loyalty.points_earned",
        "notification.sent",
        "audit.entry");
  }

  @Override
  public ObjectNode body(String type, String id, Instant now) {
    String suffix = suffix(id);
    ObjectNode body =
        Json.object()
            .put("id", "evt_" + suffix)
            .put("type", type)
            .put("workspaceId", WORKSPACE)
            .put("projectId", "prj_4b8e20d6")
            .put("environment", "test")
            .put("createdAt", Json.seconds(now));
    body.set("data", data(type, suffix, now));
    return body;
  }

  /** The delivery's header names the attempt, never the event. */
  @Override
  public Map<String, String> headers(JsonNode body, String id) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("X-Lamba-Event", body.path("type").asText());
    headers.put("X-Lamba-Delivery", "dlv_" + suffix(id));
    headers.put("X-Lamba-Tenant", body.path("workspaceId").asText());
    return headers;
  }

  private static String suffix(String id) {
    return id.replace("-", "");
  }

  private static ObjectNode data(String type, String suffix, Instant now) {
    ObjectNode data = Json.object();
    String user = "usr_" + suffix;
    return switch (type) {
      case "user.created" -> data.put("userId", user).put("email", EMAIL);
      case "profile.updated" -> {
        data.put("userId", user).putArray("changedFields").add("displayName").add("locale");
        yield data;
      }
      case "membership.created" ->
          data.put("membershipId", "mem_" + suffix).put("userId", user).put("role", "member");
      case "invitation.accepted" ->
          data.put("invitationId", "inv_" + suffix).put("userId", user).put("email", EMAIL);
      case "role.assigned" ->
          data.put("userId", user).put("role", "admin").put("assignedBy", "usr_owner");
      case "session.created" ->
          data.put("sessionId", "ses_" + suffix)
              .put("userId", user)
              .put("expiresAt", Json.seconds(now.plus(Duration.ofHours(12))));
      case "identity.linked" -> data.put("userId", user).put("provider", "google");
      case "security.mfa_enabled" -> data.put("userId", user).put("method", "totp");
      case "application.created" ->
          data.put("applicationId", "app_" + suffix).put("name", "Storefront");
      case "domain.verified" ->
          data.put("domainId", "dom_" + suffix).put("domain", "shop.example.com");
      case "webhook.endpoint.created" ->
          data.put("endpointId", "whe_" + suffix).put("url", "https://example.com/webhooks/lamba");
      case "campaign.sent" ->
          data.put("campaignId", "cmp_" + suffix)
              .put("name", "Summer sale")
              .put("channel", "email")
              .put("recipients", 1280);
      case "sms.sent" ->
          data.put("messageId", "sms_" + suffix).put("to", "+15005550006").put("segments", 1);
      case "loyalty.points_earned" ->
          data.put("userId", user).put("points", 120).put("balance", 1840);
      case "notification.sent" ->
          data.put("notificationId", "ntf_" + suffix).put("userId", user).put("channel", "push");
      case "audit.entry" ->
          data.put("actorId", "usr_owner")
              .put("action", "project.settings.updated")
              .put("targetId", "prj_4b8e20d6");
      default -> data;
    };
  }
}
