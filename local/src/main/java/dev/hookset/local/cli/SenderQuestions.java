package dev.hookset.local.cli;

import dev.hookset.local.senders.Draft;
import dev.hookset.local.senders.Places;
import dev.hookset.signing.MessageTemplate;
import dev.hookset.signing.Scheme;
import dev.hookset.signing.SchemeBuilder;
import dev.hookset.signing.TimestampForm;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What has to be known of a sender, asked of whoever reads its documentation. */
final class SenderQuestions {
  private static final String NOTHING = "-";
  private static final String HEADER = "header ";
  private static final Pattern HEADER_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,99}");
  private static final Pattern PATH = Pattern.compile("[^.\\s\"]+(?:\\.[^.\\s\"]+)*");

  private static final Map<String, Scheme.Algorithm> ALGORITHMS =
      Map.of(
          "hmac-sha256", Scheme.Algorithm.HMAC_SHA256,
          "hmac-sha1", Scheme.Algorithm.HMAC_SHA1,
          "hmac-sha512", Scheme.Algorithm.HMAC_SHA512,
          "ed25519", Scheme.Algorithm.ED25519,
          "token", Scheme.Algorithm.TOKEN);

  private static final Map<String, TimestampForm> FORMS =
      Map.of(
          "seconds", TimestampForm.UNIX_SECONDS,
          "millis", TimestampForm.UNIX_MILLIS,
          "rfc3339", TimestampForm.RFC3339);

  private final Interview interview;
  private final String name;

  SenderQuestions(Interview interview, String name) {
    this.interview = interview;
    this.name = name;
  }

  /** Asks how it writes its own name. */
  String title() {
    return interview.ask(
        "Its name, as it writes it itself",
        word(),
        answer -> answer.contains("*/") || answer.length() > 80 ? "that is no name" : null);
  }

  /** Asks where the secret is found. */
  String keyIn(String title) {
    return interview.ask(
        "Where its secret is found, for whoever sets it up",
        title + "'s console shows the signing secret where the webhook is added",
        answer -> answer.length() > 300 ? "a sentence is enough" : null);
  }

  private String word() {
    StringBuilder words = new StringBuilder();
    for (String word : name.split("-", -1)) {
      words
          .append(words.isEmpty() ? "" : " ")
          .append(word.substring(0, 1).toUpperCase(Locale.ROOT))
          .append(word.substring(1));
    }
    return words.toString();
  }

  // --- How it signs

  /** Asks how it signs. */
  Scheme scheme() {
    String header = "X-" + word().replace(' ', '-') + "-";
    Scheme.Algorithm algorithm =
        Objects.requireNonNull(
            ALGORITHMS.get(
                interview.ask(
                    "What signs: hmac-sha256, hmac-sha1, hmac-sha512, ed25519; or token, if a secret"
                        + " just comes along",
                    "hmac-sha256",
                    oneOf(ALGORITHMS.keySet()))));
    boolean isToken = algorithm == Scheme.Algorithm.TOKEN;
    String in =
        interview.ask(
            "The header that holds the " + (isToken ? "token" : "signature"),
            header + (isToken ? "Token" : "Signature"),
            SenderQuestions::headerFlaw);
    String prefix =
        orNothing(
            interview.ask(
                "What stands before it there, such as sha256= or v1=; - for nothing",
                NOTHING,
                _ -> null));
    if (prefix.matches("[A-Za-z]+")) {
      prefix = prefix + " "; // A word of its own, such as Bearer.
    }
    if (isToken) {
      return Scheme.token(in, prefix).build();
    }
    boolean isBase64 =
        interview
            .ask("The signature is written in hex or base64", "hex", oneOf(Set.of("hex", "base64")))
            .equals("base64");
    String message =
        interview.ask(
            "What is signed, of {body}, {timestamp}, {url}, {method}, {form} and headers as"
                + " {x-acme-id}, with what stands between",
            "{body}",
            SenderQuestions::messageFlaw);
    SchemeBuilder scheme = Scheme.signed(algorithm, message).in(in, prefix);
    if (isBase64) {
      scheme.base64();
    }
    if (message.contains("{timestamp}")) {
      timestamp(scheme, header, prefix);
    }
    if (algorithm != Scheme.Algorithm.ED25519) {
      String secret =
          interview.ask(
              "The secret is text; or base64, then what stands before it, such as whsec_ (base64 if"
                  + " nothing does)",
              "text",
              _ -> null);
      if (!secret.equals("text")) {
        scheme.base64Secret(secret.equals("base64") ? "" : secret);
      }
    }
    return scheme.build();
  }

  private void timestamp(SchemeBuilder scheme, String header, String prefix) {
    String answer =
        interview.ask(
            "The timestamp's header, or what stands before it beside the signature, such as t=; and"
                + " how it is written: seconds, millis or rfc3339",
            header + "Timestamp seconds",
            given -> {
              String[] words = given.split("\\s+", -1);
              if (words.length != 2 || !FORMS.containsKey(words[1])) {
                return "two words are expected, such as X-Acme-Timestamp seconds";
              }
              if (words[0].endsWith("=") && prefix.isEmpty()) {
                return "beside a timestamp the signature needs something before it to be known by";
              }
              return words[0].endsWith("=") ? null : headerFlaw(words[0]);
            });
    String[] words = answer.split("\\s+", -1);
    TimestampForm form = Objects.requireNonNull(FORMS.get(words[1]));
    if (words[0].endsWith("=")) {
      scheme.list(",").timestampInList(words[0], form);
    } else {
      scheme.timestamp(words[0], form);
    }
  }

  // --- Where its events' ID, type and time stand

  /**
   * Asks where ID, type and time stand.
   *
   * @param found what a captured delivery suggests; null without one
   */
  Places places(Scheme scheme, @Nullable Places found) {
    String id =
        scheme.isSigned()
            ? place(
                "The event's ID, another one for each event: a member of the body; - for none",
                found == null ? "id" : found.id(),
                scheme,
                true)
            : null;
    String type =
        place(
            "The event's type: a member of the body, or header and a header's name; - for none",
            found == null ? "type" : found.type(),
            scheme,
            false);
    String timePath = null;
    TimestampForm timeForm = null;
    if (scheme.isSigned()) {
      String usual =
          found == null
              ? "created_at rfc3339"
              : found.timePath() == null
                  ? NOTHING
                  : found.timePath() + " " + wordOf(Objects.requireNonNull(found.timeForm()));
      String answer =
          interview.ask(
              "When the event happened: a member of the body, and seconds, millis or rfc3339; - for"
                  + " none",
              usual,
              given -> {
                String[] words = given.split("\\s+", -1);
                return given.equals(NOTHING)
                        || (words.length == 2
                            && PATH.matcher(words[0]).matches()
                            && FORMS.containsKey(words[1]))
                    ? null
                    : "two words are expected, such as created_at rfc3339";
              });
      if (!answer.equals(NOTHING)) {
        timePath = answer.split("\\s+", -1)[0];
        timeForm = FORMS.get(answer.split("\\s+", -1)[1]);
      }
    }
    return new Places(
        id,
        type,
        timePath,
        timeForm,
        found == null ? null : found.sentPath(),
        found == null ? null : found.sentForm(),
        found == null ? null : found.deliveryId(),
        found == null ? null : found.kind(),
        found == null ? Set.of() : found.numbers());
  }

  private @Nullable String place(
      String question, @Nullable String usual, Scheme scheme, boolean mustBeSigned) {
    String answer =
        interview.ask(
            question,
            usual == null ? NOTHING : usual,
            given -> {
              if (given.equals(NOTHING)) {
                return null;
              }
              if (!given.startsWith(HEADER)) {
                return PATH.matcher(given).matches()
                    ? null
                    : "a member's name is expected, or several with points, such as data.id";
              }
              String header = given.substring(HEADER.length()).strip();
              return mustBeSigned
                      && scheme.signedHeaders().stream().noneMatch(header::equalsIgnoreCase)
                  ? "nobody signs " + header + ", so it can be shown, but is no event's ID"
                  : headerFlaw(header);
            });
    return answer.equals(NOTHING) ? null : answer;
  }

  // --- Answers

  private static String wordOf(TimestampForm form) {
    return switch (form) {
      case UNIX_SECONDS, UNIX_SECONDS_OR_RFC3339 -> "seconds";
      case UNIX_MILLIS -> "millis";
      case RFC3339 -> "rfc3339";
    };
  }

  private static String orNothing(String answer) {
    return answer.equals(NOTHING) ? "" : answer;
  }

  private static Function<String, @Nullable String> oneOf(Set<String> answers) {
    return answer ->
        answers.contains(answer)
            ? null
            : "one of " + String.join(", ", answers.stream().sorted().toList()) + " is expected";
  }

  private static @Nullable String headerFlaw(String name) {
    return HEADER_NAME.matcher(name).matches() ? null : "that is no header's name";
  }

  private static @Nullable String messageFlaw(String message) {
    try {
      return MessageTemplate.parse(message).toString().isEmpty() ? "nothing is signed" : null;
    } catch (IllegalArgumentException e) {
      return e.getMessage();
    }
  }

  /** Says what stands where, in a line. */
  static List<String> summary(Draft draft) {
    Places places = draft.places();
    return List.of(
        "ID: " + (places.id() == null ? "none is signed, so the body's digest" : places.id()),
        "type: " + (places.type() == null ? "none" : places.type()),
        "time: " + (places.timePath() == null ? "none" : places.timePath()));
  }
}
