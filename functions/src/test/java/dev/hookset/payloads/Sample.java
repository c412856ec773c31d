package dev.hookset.payloads;

import dev.hookset.Body;
import dev.hookset.Event;
import dev.hookset.EventKey;

/** The bodies that the providers' documentation shows. */
enum Sample {
  LAMINA(
      """
      {"data":{"runId":"99ebc7c6-24f3-4fc2-9d53-2e3f49f3bec1","workflowId":"80d4d454",
      "status":"completed","outputs":[{"id":"node-1","label":"Generated Image","type":"image",
      "value":"https://cdn.example.com/result.png","status":"completed","error":"none"}],
      "errorMessage":"none","startedAt":"2026-06-01T11:58:00.000Z",
      "completedAt":"2026-06-01T11:59:30.000Z","createdAt":"2026-06-01T11:57:59.000Z"}}
      """),

  LEMMA(
      """
      {
        "event": "incident.analyzed",
        "timestamp": "2025-04-07T12:00:00.000Z",
        "projectId": "39e9c46a-...",
        "incident": {
          "id": "abc123",
          "status": "unresolved",
          "metricName": "tool_call_success_rate",
          "rootCause": "OpenAI tool call parsing fails when response contains nested JSON strings",
          "createdAt": "2025-04-07T11:58:00.000Z"
        }
      }
      """),

  /** As documented, with {@code occurredAt} of Lamba's event reference besides. */
  LAMBA(
      """
      {
      "id": "evt_...",
      "type": "user.created",
      "workspaceId": "wrk_...",
      "projectId": "prj_...",
      "environment": "test",
      "createdAt": "2026-05-31T12:00:00Z",
      "occurredAt": "2026-05-31T11:59:59Z",
      "data": {
      "userId": "usr_...",
      "email": "customer@example.com"
      }
      }
      """),

  LUCID(
      """
      {
        "id": "evt_abc123",
        "type": "receipt.created",
        "timestamp": "2026-02-24T10:30:00Z",
        "data": {
          "receiptId": "rec_xyz789",
          "model": "gpt-4o",
          "inputTokens": 150,
          "outputTokens": 320,
          "signatureValid": true
        }
      }
      """),

  LYMNUS(
      """
      {
      "id": "550e8400-e29b-41d4-a716-446655440000",
      "event": "extraction.completed",
      "created": "2025-04-06T14:32:00Z",
      "livemode": true,
      "api_version": "v1",
      "data": {
      "project_id": 42,
      "project_slug": "my-project-abc123",
      "project_name": "Q1 Invoices",
      "format": "json",
      "total_records": 847
      }
      }
      """);

  private final String body;

  Sample(String body) {
    this.body = body;
  }

  String body() {
    return body;
  }

  Event event() {
    return event(body);
  }

  /** Returns an event of any provider with the given body. */
  static Event event(String body) {
    return event(Body.ofUtf8(body));
  }

  /** Returns an event of any provider with the given body. */
  static Event event(Body body) {
    return new Event(new EventKey("any", "1"), Event.UNKNOWN_TYPE, null, null, body);
  }
}
