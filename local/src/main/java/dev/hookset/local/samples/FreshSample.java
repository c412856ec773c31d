package dev.hookset.local.samples;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.hookset.Body;
import dev.hookset.Form;
import dev.hookset.Rfc3339;
import dev.hookset.receive.Provider;
import dev.hookset.signing.Scheme;
import dev.hookset.signing.TimestampForm;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Makes of a sample an event of its own that happens now. What it has to change it reads off the
 * sender's description:
 *
 * <ul>
 *   <li>The members that make the ID get a fresh one, behind the prefix that they have; where the
 *       old one stands elsewhere in the body, as in an address, the fresh one comes in its place.
 *       If neither a member nor a signed header names the event, the body's digest does, and a
 *       member of ours, {@value #OURS}, makes it another.
 *   <li>The members that say the time say now. The other times of RFC 3339 move along with them.
 *   <li>The member that says the environment says test.
 *   <li>The members that make the type say another one, if the sample is to stand for it.
 * </ul>
 */
final class FreshSample {
  /** What a sample has that nothing signed names; no sender's body has such a member. */
  static final String OURS = "hookset_sample";

  private static final Pattern UUIDS =
      Pattern.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}");

  /** What stands before the ID proper: {@code evt_}, or {@code SM} before digits. */
  private static final Pattern PREFIX = Pattern.compile("^(?:.*_|[A-Za-z]{1,3}(?=[0-9]))");

  /** The time of RFC 3339 as it is mostly written, so that what is moved looks as it did. */
  private static final Pattern TIME =
      Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}(\\.[0-9]{1,9})?Z");

  /** A shorter text than this may stand elsewhere by chance. */
  private static final int SHORTEST_REPLACED = 8;

  /** Of fewer there are so few that two events would soon have the same. */
  private static final int FEWEST_DIGITS = 9;

  private static final int MOST_DIGITS = 18;
  private static final String TEST = "test";

  private final Provider provider;
  private final SampleBody sample;

  /**
   * Creates it.
   *
   * @param written the body as it stands in the file; it is not changed
   */
  FreshSample(Provider provider, JsonNode written) {
    this.provider = provider;
    this.sample = SampleBody.of(written);
  }

  /**
   * Returns the body. Call it once.
   *
   * @param like the type of the sample
   * @param type the type of the event
   * @throws IllegalArgumentException if the sample cannot be made one of that type
   */
  Body body(String like, String type, String id, Instant now) {
    for (ObjectNode object : sample.objects()) {
      if (!type.equals(like) && provider.typeHeader() == null) {
        retype(object, like, type);
      }
      Duration passed = passed(object, now);
      if (passed != null) {
        replaceTexts(object, text -> moved(text, passed));
      }
      setTimes(object, now);
      setEnvironment(object);
    }
    if (!hasFreshId(id) && !isNamedByHeader()) {
      sample.add(OURS, id);
    }
    return sample.body();
  }

  /**
   * Returns a body as that of another event, with nothing else changed, but that JSON is written
   * without white space; null if nothing in it names its event.
   */
  static @Nullable Body renamed(Provider provider, Body body, String id) {
    JsonNode written =
        Form.read(body) == null ? Json.readExactly(body) : TextNode.valueOf(body.utf8());
    if (!written.isContainerNode() && !written.isTextual()) {
      return null;
    }
    FreshSample fresh = new FreshSample(provider, written);
    return fresh.hasFreshId(id) ? fresh.sample.body() : null;
  }

  /** Returns {@code old} as that of another event, with what stands before the ID proper. */
  static String renamed(String old, String id) {
    int start = start(old);
    return old.substring(0, start) + renewed(old.substring(start), id);
  }

  private static int start(String old) {
    Matcher prefix = PREFIX.matcher(old);
    return UUIDS.matcher(old).matches() || !prefix.find() ? 0 : prefix.end();
  }

  // the type

  private void retype(ObjectNode object, String like, String type) {
    for (String path : provider.typeMembers()) {
      String said = SampleBody.text(object, path);
      int at = said == null || said.isEmpty() ? -1 : like.lastIndexOf(said);
      if (said == null || at < 0) {
        continue;
      }
      String before = like.substring(0, at);
      String after = like.substring(at + said.length());
      if (type.length() > before.length() + after.length()
          && type.startsWith(before)
          && type.endsWith(after)) {
        String other = type.substring(before.length(), type.length() - after.length());
        SampleBody.set(object, path, old -> likeIt(old, other));
        return;
      }
    }
    throw new IllegalArgumentException(
        provider.title()
            + " can have no event of type '"
            + type
            + "', or its sample has to be added; one like "
            + like
            + " is expected");
  }

  // times

  /** Returns how long ago the sample happened; null if it does not say. */
  private @Nullable Duration passed(ObjectNode object, Instant now) {
    TimestampForm form = provider.timeForm();
    for (String path : provider.timePaths()) {
      String text = SampleBody.text(object, path);
      Instant time = text == null || form == null ? null : form.parse(text);
      if (time != null) {
        return Duration.between(time, now);
      }
    }
    return null;
  }

  private void setTimes(ObjectNode object, Instant now) {
    TimestampForm form = provider.timeForm();
    for (String path : provider.timePaths()) {
      String text = SampleBody.text(object, path);
      if (text != null
          && form != null
          && !TIME.matcher(text).matches()
          && form.parse(text) != null) {
        SampleBody.set(object, path, old -> likeIt(old, form.write(now)));
      }
    }
    for (Scheme scheme : provider.scheme().all()) {
      Scheme.Timestamp timestamp = scheme.timestamp();
      if (timestamp != null && timestamp.place() == Scheme.Timestamp.Place.MEMBER) {
        SampleBody.set(object, timestamp.name(), old -> likeIt(old, timestamp.form().write(now)));
      }
    }
  }

  /** Returns {@code text} moved on, with as many digits as it has; as it is if it is no time. */
  private static String moved(String text, Duration passed) {
    Matcher time = TIME.matcher(text);
    Instant then = time.matches() ? Rfc3339.parse(text) : null;
    if (then == null) {
      return text;
    }
    Instant at = then.plus(passed);
    String seconds = Instant.ofEpochSecond(at.getEpochSecond()).toString();
    String fraction = time.group(1) == null ? "" : time.group(1);
    return seconds.substring(0, seconds.length() - 1)
        + (fraction.isEmpty()
            ? ""
            : String.format(Locale.ROOT, ".%09d", at.getNano()).substring(0, fraction.length()))
        + "Z";
  }

  // the environment

  private void setEnvironment(ObjectNode object) {
    Provider.EnvironmentSetting setting = provider.environmentSetting();
    if (setting == null) {
      return;
    }
    for (Map.Entry<String, String> value : setting.values().entrySet()) {
      if (value.getValue().equals(TEST)) {
        for (String path : provider.environmentMembers()) {
          SampleBody.set(object, path, old -> likeIt(old, value.getKey()));
        }
      }
    }
  }

  // the ID

  /** Returns whether the body names its event, by an ID that is fresh now. */
  private boolean hasFreshId(String id) {
    boolean fresh = false;
    int nth = 0;
    for (ObjectNode object : sample.objects()) {
      String own = nth++ == 0 ? id : id + nth;
      for (String path : provider.idMembers()) {
        String old = SampleBody.text(object, path);
        if (old == null || old.isEmpty()) {
          continue;
        }
        fresh = true;
        int start = start(old);
        String core = old.substring(start);
        String renewed = renewed(core, own);
        SampleBody.set(object, path, node -> likeIt(node, old.substring(0, start) + renewed));
        if (core.length() >= SHORTEST_REPLACED) {
          String bare = core.replace("-", "");
          replaceTexts(
              object, text -> text.replace(core, renewed).replace(bare, renewed.replace("-", "")));
        }
      }
    }
    return fresh;
  }

  private static String renewed(String core, String id) {
    if (UUIDS.matcher(core).matches()) {
      return id;
    }
    if (!core.isEmpty() && core.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return digits(id, Math.clamp(core.length(), FEWEST_DIGITS, MOST_DIGITS));
    }
    return id.replace("-", "");
  }

  private static String digits(String id, int length) {
    long number =
        UUID.nameUUIDFromBytes(id.getBytes(StandardCharsets.UTF_8)).getMostSignificantBits() >>> 1;
    String text = String.format(Locale.ROOT, "%019d", number);
    // No number begins with a nought.
    return "1" + text.substring(text.length() - length + 1);
  }

  private boolean isNamedByHeader() {
    return provider.scheme().all().stream().noneMatch(each -> each.signedHeaders().isEmpty());
  }

  // in common

  /** Returns {@code text} as a node of the kind of {@code old}. */
  private static JsonNode likeIt(JsonNode old, String text) {
    if (old.isNumber() && text.matches("[0-9]{1,18}")) {
      return LongNode.valueOf(Long.parseLong(text));
    }
    if (old.isBoolean() && (text.equals("true") || text.equals("false"))) {
      return BooleanNode.valueOf(text.equals("true"));
    }
    return TextNode.valueOf(text);
  }

  private static void replaceTexts(JsonNode node, UnaryOperator<String> change) {
    if (node instanceof ObjectNode object) {
      List<Map.Entry<String, JsonNode>> members = new ArrayList<>(object.properties());
      for (Map.Entry<String, JsonNode> member : members) {
        if (member.getValue().isTextual()) {
          object.put(member.getKey(), change.apply(member.getValue().textValue()));
        } else {
          replaceTexts(member.getValue(), change);
        }
      }
    } else if (node instanceof ArrayNode array) {
      for (int i = 0; i < array.size(); i++) {
        if (array.get(i).isTextual()) {
          array.set(i, change.apply(array.get(i).textValue()));
        } else {
          replaceTexts(array.get(i), change);
        }
      }
    }
  }
}
