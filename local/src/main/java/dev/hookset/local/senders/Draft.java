package dev.hookset.local.senders;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hookset.Body;
import dev.hookset.signing.Scheme;
import dev.hookset.signing.TimestampForm;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A sender that is about to be described.
 *
 * @param name as it stands in the route
 * @param title as the sender writes it
 * @param scheme how it signs
 * @param places where its events' ID, type and time stand
 * @param keyIn where the secret is found
 */
public record Draft(String name, String title, Scheme scheme, Places places, String keyIn) {
  /** Returns the name of the class that describes a sender of that name. */
  public static String className(String name) {
    StringBuilder words = new StringBuilder();
    for (String word : name.split("-", -1)) {
      words.append(word.substring(0, 1).toUpperCase(Locale.ROOT)).append(word.substring(1));
    }
    String simple = words.toString();
    return isTaken(simple) ? simple + "Sender" : simple;
  }

  /** What every source sees under a simple name, or what stands in the room already. */
  private static boolean isTaken(String simple) {
    if (List.of(
            "Handlers", "Senders", "Provider", "Scheme", "Signed", "Shown", "TimestampForm", "List")
        .contains(simple)) {
      return true;
    }
    try {
      Class.forName("java.lang." + simple);
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  /** Returns the source of the class that describes it. */
  public String source() {
    String className = className(name);
    List<String> lines = new ArrayList<>();
    lines.add("return Provider.named(" + Code.quoted(name) + ")");
    List<String> signs = new ArrayList<>(Code.lines("            ", Code.scheme(timed())));
    signs.set(0, "    .signs(" + signs.getFirst());
    signs.set(signs.size() - 1, signs.getLast() + ")");
    lines.addAll(signs);
    if (!title.equals(name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1))) {
      lines.add("    .title(" + Code.quoted(title) + ")");
    }
    call(lines, "id", place(places.id()));
    call(lines, "type", place(places.type()));
    String timePath = places.timePath();
    TimestampForm timeForm = places.timeForm();
    if (timePath != null && timeForm != null) {
      call(lines, "occurredAt", Code.form(timeForm) + ", " + Code.quoted(timePath));
    }
    call(lines, "deliveryId", place(places.deliveryId()));
    if (places.kind() != null) {
      lines.add("    ." + places.kind());
    }
    call(lines, "keyIn", Code.quoted(keyIn));
    lines.add("    .build();");
    StringBuilder source = new StringBuilder("package app;\n\n");
    String body = String.join("\n    ", lines);
    imports(body).forEach(name -> source.append("import ").append(name).append(";\n"));
    return source
        + "\n/** What "
        + title.replace("*/", "")
        + " sends, and how it signs. */\n"
        + "final class "
        + className
        + " {\n  private "
        + className
        + "() {}\n\n  static Provider provider() {\n    "
        + body
        + "\n  }\n}\n";
  }

  /** Returns a body that has something at each of the places. */
  public static Body example(Places places, Instant now) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    put(body, places.id(), JsonNodeFactory.instance.textNode("evt_1"));
    put(body, places.type(), JsonNodeFactory.instance.textNode("example.created"));
    TimestampForm form = places.timeForm();
    if (form != null) {
      String time = form.write(now);
      put(
          body,
          places.timePath(),
          form.isNumber()
              ? JsonNodeFactory.instance.numberNode(Long.parseLong(time))
              : JsonNodeFactory.instance.textNode(time));
    }
    return Body.ofUtf8(body.toString());
  }

  private static void put(ObjectNode body, @Nullable String place, JsonNode value) {
    if (place == null || place.startsWith(Places.HEADER)) {
      return;
    }
    String[] names = place.split("\\.", -1);
    ObjectNode at = body;
    for (int i = 0; i < names.length - 1; i++) {
      at = at.get(names[i]) instanceof ObjectNode inner ? inner : at.putObject(names[i]);
    }
    at.set(names[names.length - 1], value);
  }

  /** Returns what a scheme is, in words. */
  public static String words(Scheme scheme) {
    return Code.words(scheme);
  }

  private @Nullable String place(@Nullable String place) {
    return place == null ? null : Code.place(place, places.numbers(), scheme);
  }

  /** A time in the body that is the delivery's own is held to the tolerance, as it is signed. */
  private Scheme timed() {
    String sent = places.sentPath();
    TimestampForm form = places.sentForm();
    if (!scheme.isSigned() || scheme.hasTimestamp() || sent == null || form == null) {
      return scheme;
    }
    return new Scheme(
        scheme.elements(),
        scheme.header(),
        scheme.separator(),
        scheme.encoding(),
        scheme.message(),
        new Scheme.Timestamp(Scheme.Timestamp.Place.MEMBER, sent, form),
        scheme.tolerance(),
        scheme.secretPrefix(),
        scheme.condition(),
        scheme.alternative());
  }

  private static void call(List<String> lines, String name, @Nullable String argument) {
    if (argument != null) {
      lines.add("    ." + name + "(" + argument + ")");
    }
  }

  private static TreeSet<String> imports(String code) {
    TreeSet<String> imports = new TreeSet<>();
    for (String name :
        List.of(
            "dev.hookset.receive.Provider",
            "dev.hookset.receive.Shown",
            "dev.hookset.receive.Signed",
            "dev.hookset.signing.Scheme",
            "dev.hookset.signing.TimestampForm")) {
      if (code.contains(name.substring(name.lastIndexOf('.') + 1) + ".")) {
        imports.add(name);
      }
    }
    return imports;
  }
}
