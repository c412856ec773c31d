package dev.hookset.payloads;

import static dev.hookset.payloads.Sample.LAMBA;
import static dev.hookset.payloads.Sample.LAMINA;
import static dev.hookset.payloads.Sample.LEMMA;
import static dev.hookset.payloads.Sample.LUCID;
import static dev.hookset.payloads.Sample.LYMNUS;
import static dev.hookset.payloads.Sample.event;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import dev.hookset.Event;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Every documented field of every view: read as sent, and null where it is not as documented. */
class DocumentedFieldsTest {
  private static final ObjectMapper MAPPER =
      new ObjectMapper().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

  /** What a field is documented to be. */
  enum Type {
    TEXT,
    TIME,
    INTEGER,
    BOOLEAN;

    /** Returns JSON values that are not of this type. */
    List<String> others() {
      return switch (this) {
        case TEXT -> List.of("null", "1", "1.5", "true", "{}", "[]", "[\"text\"]");
        case TIME ->
            List.of(
                "null",
                "1712413920",
                "true",
                "{}",
                "[]",
                "\"\"",
                "\"yesterday\"",
                "\"1712413920\"",
                "\"2026-02-30T10:30:00Z\"",
                "\"2026-02-24 10:30:00Z\"",
                "\"2026-02-24T10:30:00\"");
        case INTEGER ->
            List.of(
                "null",
                "\"150\"",
                "true",
                "{}",
                "[]",
                "[150]",
                "1.5",
                "1e-9",
                "9223372036854775808",
                "-9223372036854775809",
                "1e19",
                "1e99999",
                "1e99999999999");
        case BOOLEAN -> List.of("null", "\"true\"", "1", "0", "{}", "[]", "[true]");
      };
    }
  }

  /** A documented field of a sample, its value there, and how a view gives it back. */
  record Field(
      Sample sample,
      String pointer,
      Type type,
      Object value,
      Function<Event, ? extends @Nullable Object> read) {
    @Override
    public String toString() {
      return sample + " " + pointer;
    }
  }

  /** An object within a sample, and how a view gives it back. */
  record Part(Sample sample, String pointer, Function<Event, ? extends @Nullable Object> read) {
    @Override
    public String toString() {
      return sample + " " + pointer;
    }
  }

  static final List<Field> FIELDS =
      List.of(
          text(LAMINA, "/data/runId", "99ebc7c6-24f3-4fc2-9d53-2e3f49f3bec1", e -> run(e).runId()),
          text(LAMINA, "/data/workflowId", "80d4d454", e -> run(e).workflowId()),
          text(LAMINA, "/data/status", "completed", e -> run(e).status()),
          text(LAMINA, "/data/errorMessage", "none", e -> run(e).errorMessage()),
          time(LAMINA, "/data/startedAt", "2026-06-01T11:58:00Z", e -> run(e).startedAt()),
          time(LAMINA, "/data/completedAt", "2026-06-01T11:59:30Z", e -> run(e).completedAt()),
          time(LAMINA, "/data/createdAt", "2026-06-01T11:57:59Z", e -> run(e).createdAt()),
          text(LAMINA, "/data/outputs/0/id", "node-1", e -> output(e).id()),
          text(LAMINA, "/data/outputs/0/label", "Generated Image", e -> output(e).label()),
          text(LAMINA, "/data/outputs/0/type", "image", e -> output(e).type()),
          text(
              LAMINA,
              "/data/outputs/0/value",
              "https://cdn.example.com/result.png",
              e -> output(e).value()),
          text(LAMINA, "/data/outputs/0/status", "completed", e -> output(e).status()),
          text(LAMINA, "/data/outputs/0/error", "none", e -> output(e).error()),
          text(LEMMA, "/event", "incident.analyzed", e -> LemmaIncidentEvent.of(e).event()),
          time(
              LEMMA,
              "/timestamp",
              "2025-04-07T12:00:00Z",
              e -> LemmaIncidentEvent.of(e).timestamp()),
          text(LEMMA, "/projectId", "39e9c46a-...", e -> LemmaIncidentEvent.of(e).projectId()),
          text(LEMMA, "/incident/id", "abc123", e -> incident(e).id()),
          text(LEMMA, "/incident/status", "unresolved", e -> incident(e).status()),
          text(
              LEMMA,
              "/incident/metricName",
              "tool_call_success_rate",
              e -> incident(e).metricName()),
          text(
              LEMMA,
              "/incident/rootCause",
              "OpenAI tool call parsing fails when response contains nested JSON strings",
              e -> incident(e).rootCause()),
          time(LEMMA, "/incident/createdAt", "2025-04-07T11:58:00Z", e -> incident(e).createdAt()),
          text(LAMBA, "/id", "evt_...", e -> LambaEvent.of(e).id()),
          text(LAMBA, "/type", "user.created", e -> LambaEvent.of(e).type()),
          text(LAMBA, "/workspaceId", "wrk_...", e -> LambaEvent.of(e).workspaceId()),
          text(LAMBA, "/projectId", "prj_...", e -> LambaEvent.of(e).projectId()),
          text(LAMBA, "/environment", "test", e -> LambaEvent.of(e).environment()),
          time(LAMBA, "/createdAt", "2026-05-31T12:00:00Z", e -> LambaEvent.of(e).createdAt()),
          time(LAMBA, "/occurredAt", "2026-05-31T11:59:59Z", e -> LambaEvent.of(e).occurredAt()),
          text(LUCID, "/id", "evt_abc123", e -> LucidEvent.of(e).id()),
          text(LUCID, "/type", "receipt.created", e -> LucidEvent.of(e).type()),
          time(LUCID, "/timestamp", "2026-02-24T10:30:00Z", e -> LucidEvent.of(e).timestamp()),
          text(LUCID, "/data/receiptId", "rec_xyz789", e -> lucidData(e).receiptId()),
          text(LUCID, "/data/model", "gpt-4o", e -> lucidData(e).model()),
          integer(LUCID, "/data/inputTokens", 150, e -> lucidData(e).inputTokens()),
          integer(LUCID, "/data/outputTokens", 320, e -> lucidData(e).outputTokens()),
          bool(LUCID, "/data/signatureValid", true, e -> lucidData(e).signatureValid()),
          text(LYMNUS, "/id", "550e8400-e29b-41d4-a716-446655440000", e -> LymnusEvent.of(e).id()),
          text(LYMNUS, "/event", "extraction.completed", e -> LymnusEvent.of(e).event()),
          time(LYMNUS, "/created", "2025-04-06T14:32:00Z", e -> LymnusEvent.of(e).created()),
          bool(LYMNUS, "/livemode", true, e -> LymnusEvent.of(e).livemode()),
          text(LYMNUS, "/api_version", "v1", e -> LymnusEvent.of(e).apiVersion()),
          integer(LYMNUS, "/data/project_id", 42, e -> lymnusData(e).projectId()),
          text(LYMNUS, "/data/project_slug", "my-project-abc123", e -> lymnusData(e).projectSlug()),
          text(LYMNUS, "/data/project_name", "Q1 Invoices", e -> lymnusData(e).projectName()),
          text(LYMNUS, "/data/format", "json", e -> lymnusData(e).format()),
          integer(LYMNUS, "/data/total_records", 847, e -> lymnusData(e).totalRecords()));

  static final List<Part> RECORDS =
      List.of(
          new Part(LEMMA, "/incident", e -> LemmaIncidentEvent.of(e).incident()),
          new Part(LUCID, "/data", e -> LucidEvent.of(e).data()),
          new Part(LYMNUS, "/data", e -> LymnusEvent.of(e).data()));

  static final List<Part> TREES =
      List.of(
          new Part(LAMINA, "", e -> run(e).json()),
          new Part(LAMINA, "/data", e -> run(e).json().path("data")),
          new Part(LAMINA, "/data/outputs/0", e -> output(e).json()),
          new Part(LEMMA, "", e -> LemmaIncidentEvent.of(e).json()),
          new Part(LEMMA, "/incident", e -> incident(e).json()),
          new Part(LAMBA, "", e -> LambaEvent.of(e).json()),
          new Part(LAMBA, "/data", e -> LambaEvent.of(e).data()),
          new Part(LUCID, "", e -> LucidEvent.of(e).json()),
          new Part(LUCID, "/data", e -> lucidData(e).json()),
          new Part(LYMNUS, "", e -> LymnusEvent.of(e).json()),
          new Part(LYMNUS, "/data", e -> lymnusData(e).json()));

  @ParameterizedTest
  @FieldSource("FIELDS")
  void documentedField_asSent_readsAsItsValue(Field field) {
    assertEquals(field.value(), field.read().apply(field.sample().event()));
  }

  @ParameterizedTest
  @FieldSource("FIELDS")
  void documentedField_missing_readsAsNullAndLeavesTheOthers(Field field) {
    ObjectNode body = tree(field.sample().body());
    parent(body, field.pointer()).remove(name(field.pointer()));
    assertNullAlone(field, body, "missing");
  }

  @ParameterizedTest
  @FieldSource("FIELDS")
  void documentedField_ofAnotherType_readsAsNullAndLeavesTheOthers(Field field) {
    for (String other : field.type().others()) {
      assertNullAlone(field, with(field.sample(), field.pointer(), other), other);
    }
  }

  @ParameterizedTest
  @FieldSource("RECORDS")
  void documentedObject_missing_readsAsNull(Part part) {
    ObjectNode body = tree(part.sample().body());
    body.remove(name(part.pointer()));
    assertNull(part.read().apply(event(body.toString())));
  }

  @ParameterizedTest
  @FieldSource("RECORDS")
  void documentedObject_ofAnotherType_readsAsNull(Part part) {
    for (String other : List.of("null", "1", "true", "\"text\"", "[]", "[{}]")) {
      assertNull(part.read().apply(event(with(part.sample(), part.pointer(), other))), () -> other);
    }
  }

  @ParameterizedTest
  @FieldSource("TREES")
  void documentedObject_withUnknownFields_keepsThemBesideTheKnown(Part part) {
    String body = with(part.sample(), part.pointer() + "/new_field", "{\"deep\":[1,2.50,null]}");
    assertEquals(tree(body).at(part.pointer()), part.read().apply(event(body)));
    assertEquals(
        tree(part.sample().body()).at(part.pointer()), part.read().apply(part.sample().event()));
  }

  private static void assertNullAlone(Field field, Object body, String how) {
    Event event = event(body.toString());
    assertNull(field.read().apply(event), () -> field + " " + how);
    for (Field other : FIELDS) {
      if (other.sample() == field.sample() && !other.equals(field)) {
        assertEquals(
            other.value(), other.read().apply(event), () -> other + " beside " + field + " " + how);
      }
    }
  }

  /** Returns the sample with the field at {@code pointer} set to {@code json}. */
  private static String with(Sample sample, String pointer, String json) {
    ObjectNode body = tree(sample.body());
    parent(body, pointer).putRawValue(name(pointer), new RawValue(json));
    return body.toString();
  }

  private static ObjectNode parent(ObjectNode body, String pointer) {
    return (ObjectNode) body.at(requireNonNull(JsonPointer.compile(pointer).head()));
  }

  private static String name(String pointer) {
    return JsonPointer.compile(pointer).last().getMatchingProperty();
  }

  private static ObjectNode tree(String json) {
    try {
      return (ObjectNode) MAPPER.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(json, e);
    }
  }

  private static Field text(
      Sample sample, String pointer, String value, Function<Event, @Nullable String> read) {
    return new Field(sample, pointer, Type.TEXT, value, read);
  }

  private static Field time(
      Sample sample, String pointer, String value, Function<Event, @Nullable Instant> read) {
    return new Field(sample, pointer, Type.TIME, Instant.parse(value), read);
  }

  private static Field integer(
      Sample sample, String pointer, long value, Function<Event, @Nullable Long> read) {
    return new Field(sample, pointer, Type.INTEGER, value, read);
  }

  private static Field bool(
      Sample sample, String pointer, boolean value, Function<Event, @Nullable Boolean> read) {
    return new Field(sample, pointer, Type.BOOLEAN, value, read);
  }

  private static LaminaRun run(Event event) {
    return LaminaRun.of(event);
  }

  private static LaminaOutput output(Event event) {
    return run(event).outputs().getFirst();
  }

  private static LemmaIncident incident(Event event) {
    return requireNonNull(LemmaIncidentEvent.of(event).incident());
  }

  private static LucidData lucidData(Event event) {
    return requireNonNull(LucidEvent.of(event).data());
  }

  private static LymnusData lymnusData(Event event) {
    return requireNonNull(LymnusEvent.of(event).data());
  }
}
