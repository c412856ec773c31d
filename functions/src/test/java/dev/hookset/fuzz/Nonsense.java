package dev.hookset.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_16LE;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import dev.hookset.Body;
import dev.hookset.receive.Provider;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A body that a provider may sign in all honesty and that nobody expects.
 *
 * @param body what comes
 * @param readable whether it is one JSON object in UTF-8 within the limits
 * @param id the ID as it stands in it; null where there is none that could be kept
 */
public record Nonsense(String name, Body body, boolean readable, @Nullable String id) {
  private static final int FOUR_MEBIBYTES = 4 << 20;
  private static final int LONGEST_ID = 256;

  /** Returns those that a receiver takes as it is deployed: at most 4 MiB each. */
  public static List<Nonsense> deliverable() {
    List<Nonsense> all = new ArrayList<>();
    all.add(unreadable("nothing", ""));
    all.add(unreadable("no JSON", "id=evt_1&type=a.b"));
    all.add(unreadable("null", "null"));
    all.add(unreadable("an array", "[{\"id\":\"evt_1\"}]"));
    all.add(unreadable("two objects", "{\"id\":\"evt_1\"}{\"id\":\"evt_2\"}"));
    all.add(unreadable("cut off", "{\"id\":\"evt_1\""));
    all.add(unreadable("a comment", "{\"id\":\"evt_1\"/**/}"));
    all.add(unreadable("NaN", "{\"id\":\"evt_1\",\"n\":NaN}"));
    all.add(unreadable("1,001 deep", nested(1001)));
    all.add(unreadable("deep without an end", "{\"data\":".repeat(400_000)));
    all.add(unreadable("arrays without an end", "[".repeat(FOUR_MEBIBYTES)));
    all.add(unreadable("1,001 digits", "{\"id\":\"evt_1\",\"n\":" + "9".repeat(1001) + "}"));
    all.add(unreadable("4 MiB of digits", "9".repeat(FOUR_MEBIBYTES)));
    all.add(unreadable("4 MiB of blanks", " ".repeat(FOUR_MEBIBYTES)));
    all.add(unreadable("a byte-order mark", "\uFEFF{\"id\":\"evt_1\"}"));
    all.add(unreadable("UTF-16", "{\"id\":\"evt_1\"}".getBytes(UTF_16)));
    all.add(unreadable("UTF-16 without a mark", "{\"id\":\"evt_1\"}".getBytes(UTF_16LE)));
    all.add(unreadable("Latin-1", "{\"id\":\"evt_\u00E9\"}".getBytes(ISO_8859_1)));
    all.add(unreadable("overlong", "{\"id\":\"\u00C0\u00AF\"}".getBytes(ISO_8859_1)));
    all.add(unreadable("a surrogate in bytes", "\u00ED\u00A0\u0080".getBytes(ISO_8859_1)));
    all.add(unreadable("NUL in a string", "{\"id\":\"evt\0\"}"));
    all.add(unreadable("NUL after the object", "{\"id\":\"evt_1\"}\0"));

    all.add(readable("an empty object", "{}", null));
    all.add(readable("1,000 deep", nested(1000), null));
    all.add(readable("blanks around it", blanks() + "{\"id\":\"evt_b\"}" + blanks(), "evt_b"));
    all.add(readable("the ID twice", "{\"id\":\"first\",\"id\":\"last\"}", "last"));
    all.add(readable("the ID and then none", "{\"id\":\"first\",\"id\":null}", null));
    all.add(readable("a name twice, often", "{" + "\"a\":0,".repeat(500_000) + "\"a\":1}", null));
    all.add(readable("1,000 digits", "{\"id\":\"evt_n\",\"n\":" + "9".repeat(1000) + "}", "evt_n"));
    all.add(readable("a huge exponent", "{\"id\":\"evt_e\",\"n\":1e999999999}", "evt_e"));
    all.add(readable("a number for an ID", "{\"id\":1}", null));
    all.add(readable("an object for an ID", "{\"id\":{\"id\":\"x\"}}", null));
    all.add(readable("half a character for an ID", "{\"id\":\"evt_\\ud800\"}", null));
    all.add(readable("both halves, swapped", "{\"id\":\"\\udc00\\ud800\"}", null));
    all.add(
        readable(
            "half a character for a type", "{\"id\":\"evt_t\",\"type\":\"\\udfff\"}", "evt_t"));
    for (String id :
        List.of(
            "#",
            "a#b#c",
            "lemma#evt",
            "/",
            "../../etc/passwd",
            "~",
            " ",
            "\0",
            "evt\0",
            "a\r\nb",
            "\u001B[31mred\u001B[2J",
            "\u0007\b\u007F\u0085\u009B",
            "\u202Eevt\u2066\u200B\uFEFF",
            "\u2028\u2029",
            "\uFFFE\uFFFF\uE000",
            "\"\\{}%s${x}",
            "\uD83D\uDE00".repeat(LONGEST_ID / 2),
            "x".repeat(LONGEST_ID),
            "x".repeat(LONGEST_ID + 1),
            "\u0000".repeat(10_000),
            "x".repeat(10_000))) {
      String written = new String(JsonStringEncoder.getInstance().quoteAsString(id));
      all.add(
          readable(
              "ID " + (written.length() > 60 ? written.substring(0, 60) : written),
              "{\"id\":\"" + written + "\",\"type\":\"" + written + "\"}",
              id));
    }
    return List.copyOf(all);
  }

  /** Returns all, those too that are longer than a function is invoked with. */
  public static List<Nonsense> all() {
    List<Nonsense> all = new ArrayList<>(deliverable());
    StringBuilder names = new StringBuilder("{");
    for (int i = 0; i < 1_000_000; i++) {
      names.append("\"name ").append(i).append("\":").append(i).append(',');
    }
    all.add(readable("a million names", names + "\"id\":\"evt_m\"}", "evt_m"));
    return List.copyOf(all);
  }

  /** Returns whether it takes no time worth saving. */
  public boolean isShort() {
    return body.size() < 100_000;
  }

  /** Returns the ID under which {@code provider}'s event is to be found. */
  public String eventId(Provider provider) {
    // Lemma makes its ID of four parts, and not all of them are here.
    String known = readable && !provider.name().equals("lemma") ? id : null;
    if (known == null) {
      return "sha256:" + body.sha256();
    }
    return known.length() <= LONGEST_ID ? known : "sha256:" + Body.ofUtf8(known).sha256();
  }

  @Override
  public String toString() {
    return name;
  }

  private static String nested(int depth) {
    return "{\"data\":" + "[".repeat(depth - 1) + "]".repeat(depth - 1) + "}";
  }

  private static String blanks() {
    return " \n\t\r".repeat(1 << 17);
  }

  private static Nonsense readable(String name, String body, @Nullable String id) {
    return new Nonsense(name, Body.ofUtf8(body), true, id);
  }

  private static Nonsense unreadable(String name, String body) {
    return new Nonsense(name, Body.ofUtf8(body), false, null);
  }

  private static Nonsense unreadable(String name, byte[] body) {
    return new Nonsense(name, Body.wrap(body), false, null);
  }
}
