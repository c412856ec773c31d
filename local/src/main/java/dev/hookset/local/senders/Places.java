package dev.hookset.local.senders;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hookset.Body;
import dev.hookset.Form;
import dev.hookset.Rfc3339;
import dev.hookset.signing.Scheme;
import dev.hookset.signing.TimestampForm;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Where a delivery has its event's ID, type and time, by the names that senders give them. A guess,
 * and told as one. A place is a member's path, or {@code header} and a header's name.
 *
 * @param id a place that is signed; null if there is none, so that the digest is the ID
 * @param type a place; null if there is none
 * @param timePath the member that tells when it happened; null if none does
 * @param timeForm how that is written; null if none does
 * @param sentPath a member that tells when the delivery was sent; null if none does
 * @param sentForm how that is written; null if none does
 * @param deliveryId a header that names the delivery; null if there is none
 * @param kind what the builder has to be told of the body, such as {@code form()}; null if it is a
 *     JSON object
 * @param numbers the paths of members that are numbers
 */
public record Places(
    @Nullable String id,
    @Nullable String type,
    @Nullable String timePath,
    @Nullable TimestampForm timeForm,
    @Nullable String sentPath,
    @Nullable TimestampForm sentForm,
    @Nullable String deliveryId,
    @Nullable String kind,
    Set<String> numbers) {
  /** What stands before a header's name. */
  static final String HEADER = "header ";

  private static final JsonMapper JSON = new JsonMapper();

  /** In the order of how sure they are; without case, hyphens and underscores. */
  private static final List<String> IDS =
      List.of(
          "eventid",
          "event.id",
          "event.eventid",
          "eventuuid",
          "event.uuid",
          "notificationid",
          "webhookeventid",
          "messageid",
          "id",
          "uuid",
          "meta.eventid",
          "metadata.eventid");

  private static final List<String> TYPES =
      List.of(
          "type",
          "eventtype",
          "event",
          "event.type",
          "event.eventtype",
          "eventname",
          "event.name",
          "topic",
          "subscriptiontype",
          "objectkind",
          "kind",
          "action",
          "command",
          "meta.eventname",
          "trigger");

  private static final List<String> TIMES =
      List.of(
          "occurredat",
          "eventtime",
          "eventts",
          "eventtimestamp",
          "createdat",
          "created",
          "createtime",
          "timestamp",
          "time",
          "date",
          "event.occurredat",
          "event.createdat",
          "event.timestamp",
          "event.time",
          "event.at",
          "triggeredat",
          "datecreated");

  /**
   * What tells the delivery's own time, and not the event's: it differs from one try to the next.
   */
  private static final List<String> SENT =
      List.of("webhooktimestamp", "webhooksentat", "deliverytimestamp");

  private static final Pattern TYPE = Pattern.compile("[A-Za-z][\\w.:/ -]{0,99}");
  private static final Pattern TYPE_HEADER = Pattern.compile(".*(?:event|topic|type)$");
  private static final Pattern DELIVERY_HEADER =
      Pattern.compile(
          ".*(?:delivery|delivery-?id|webhook-?id|request-?id|event-?id|message-?id|idempotency-key)");

  /** Copies the paths. */
  public Places {
    numbers = Set.copyOf(numbers);
  }

  /** Looks for the places in what a delivery holds. */
  public static Places of(Scheme scheme, Map<String, String> headers, Body body) {
    JsonNode json = json(body);
    Form form = json == null ? Form.read(body) : null;
    ObjectNode object = object(json, form);
    Map<String, JsonNode> members = new LinkedHashMap<>();
    if (object != null) {
      collect("", object, 0, members);
    }
    boolean isSigned = scheme.isSigned();
    String type = type(members, headers);
    String sent = isSigned ? path(members, SENT, Places::isTime) : null;
    String time = isSigned ? path(members, TIMES, Places::isTime) : null;
    return new Places(
        isSigned ? id(scheme, members, type) : null,
        type,
        time,
        time == null ? null : form(members.get(time)),
        sent,
        sent == null ? null : form(members.get(sent)),
        deliveryId(headers, scheme),
        kind(json, form),
        members.entrySet().stream()
            .filter(member -> member.getValue().isNumber())
            .map(Map.Entry::getKey)
            .collect(Collectors.toSet()));
  }

  private static @Nullable JsonNode json(Body body) {
    try {
      JsonNode json = JSON.readTree(body.toByteArray());
      return json == null || !json.isContainerNode() ? null : json;
    } catch (IOException e) {
      return null;
    }
  }

  private static @Nullable ObjectNode object(@Nullable JsonNode json, @Nullable Form form) {
    if (json != null) {
      JsonNode one = json.isArray() ? json.path(0) : json;
      return one instanceof ObjectNode object ? object : null;
    }
    if (form == null) {
      return null;
    }
    if (payload(form) instanceof ObjectNode payload) {
      return payload;
    }
    ObjectNode object = JSON.createObjectNode();
    form.parameters().forEach(each -> object.put(each.name(), each.value()));
    return object;
  }

  private static @Nullable JsonNode payload(Form form) {
    String payload = form.value("payload");
    return payload == null ? null : json(Body.ofUtf8(payload));
  }

  /** Two levels deep: what lies deeper is about the event's object, and not about the event. */
  private static void collect(
      String path, ObjectNode object, int depth, Map<String, JsonNode> members) {
    object
        .properties()
        .forEach(
            member -> {
              String name = member.getKey();
              if (name.indexOf('.') >= 0) {
                return; // A dot in a path means a member within.
              }
              String here = path.isEmpty() ? name : path + "." + name;
              if (member.getValue() instanceof ObjectNode inner && depth == 0) {
                collect(here, inner, depth + 1, members);
              } else {
                members.put(here, member.getValue());
              }
            });
  }

  private static @Nullable String path(
      Map<String, JsonNode> members, List<String> names, Predicate<JsonNode> fits) {
    for (String name : names) {
      for (Map.Entry<String, JsonNode> member : members.entrySet()) {
        if (plain(member.getKey()).equals(name) && fits.test(member.getValue())) {
          return member.getKey();
        }
      }
    }
    return null;
  }

  private static String plain(String path) {
    return path.toLowerCase(Locale.ROOT).replace("_", "").replace("-", "");
  }

  // --- Each of them

  private static @Nullable String id(
      Scheme scheme, Map<String, JsonNode> members, @Nullable String type) {
    for (String header : scheme.signedHeaders()) {
      if (plain(header).endsWith("id")) {
        return HEADER + header;
      }
    }
    List<String> names = new ArrayList<>(IDS);
    if (type == null || type.startsWith(HEADER)) {
      // Beside no type of an event, it is rather that of an order or a user.
      names.removeAll(List.of("id", "uuid"));
    }
    return path(members, names, Places::isId);
  }

  private static boolean isId(JsonNode value) {
    return value.isIntegralNumber()
        || (value.isTextual() && !value.textValue().isBlank() && value.textValue().length() <= 256);
  }

  private static @Nullable String type(Map<String, JsonNode> members, Map<String, String> headers) {
    String path =
        path(
            members,
            TYPES,
            value -> value.isTextual() && TYPE.matcher(value.textValue()).matches());
    if (path != null) {
      return path;
    }
    Optional<String> header =
        headers.keySet().stream()
            .filter(name -> !name.equalsIgnoreCase("content-type"))
            .filter(name -> TYPE_HEADER.matcher(name.toLowerCase(Locale.ROOT)).matches())
            .filter(name -> TYPE.matcher(String.valueOf(headers.get(name))).matches())
            .findFirst();
    return header.isPresent()
        ? HEADER + header.get()
        : path(members, List.of("object"), JsonNode::isTextual);
  }

  private static @Nullable String deliveryId(Map<String, String> headers, Scheme scheme) {
    return headers.keySet().stream()
        .filter(name -> scheme.signedHeaders().stream().noneMatch(name::equalsIgnoreCase))
        .filter(name -> DELIVERY_HEADER.matcher(name.toLowerCase(Locale.ROOT)).matches())
        .filter(name -> !name.toLowerCase(Locale.ROOT).startsWith("x-amz"))
        .findFirst()
        .map(HEADER::concat)
        .orElse(null);
  }

  private static boolean isTime(JsonNode value) {
    return form(value) != null;
  }

  private static @Nullable TimestampForm form(@Nullable JsonNode value) {
    if (value == null || !value.isValueNode()) {
      return null;
    }
    String text = value.asText();
    if (text.matches("1\\d{9}(\\.\\d+)?")) {
      return TimestampForm.UNIX_SECONDS;
    }
    if (text.matches("1\\d{12}")) {
      return TimestampForm.UNIX_MILLIS;
    }
    return value.isTextual() && Rfc3339.parse(text) != null ? TimestampForm.RFC3339 : null;
  }

  private static @Nullable String kind(@Nullable JsonNode json, @Nullable Form form) {
    if (json != null) {
      return json.isArray() ? "array()" : null;
    }
    if (form == null) {
      return "anyBytes()";
    }
    return payload(form) == null ? "form()" : "form(\"payload\")";
  }
}
