package dev.hookset.providers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.hookset.Body;
import dev.hookset.Delivery;
import dev.hookset.receive.Provider;
import dev.hookset.signing.Encoding;
import dev.hookset.signing.KeysUnavailable;
import dev.hookset.signing.Reason;
import dev.hookset.signing.Refusal;
import dev.hookset.signing.Scheme;
import dev.hookset.signing.VerificationKey;
import dev.hookset.signing.Verifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Each good vector, changed by machine in every place that counts and judged by the verifier as
 * {@link SecondJudge} says; where the change alone tells the reason, that is asserted too. How many
 * changes of each kind were tried is left in {@code target/mutations.md}.
 */
final class MutationTest {
  /** A body that is longer has only some of its bits flipped, a prime number apart. */
  private static final int ALL_BITS_UP_TO = 4096;

  private static final int STEP_BEYOND = 1009;

  /** A build flips every eleventh bit of the others, so that each bit of a byte has its turn. */
  private static final int STEP = System.getProperty("proof") == null ? 11 : 1;

  private static final int FIFTH = 5;

  /** As lengths and blanks are what a header may pick up on its way. */
  private static final List<String> PADDINGS = List.of(" ", "\t", "\r\n", "\0", ",", "0", "00");

  private static final Map<String, Map<String, Integer>> TRIED = new ConcurrentHashMap<>();

  @TestFactory
  Stream<DynamicContainer> verify_anyBitOfTheBodyFlipped_isInvalid() {
    return eachGood(
        vector -> {
          byte[] body = vector.body().toByteArray();
          Map<String, String> headers = vector.headers();
          int bits = body.length * 8;
          int step = body.length <= ALL_BITS_UP_TO ? STEP : STEP_BEYOND;
          Trial trial = new Trial(vector, "a bit of the body flipped");
          for (int bit = 0; bit < bits; bit += step) {
            byte[] flipped = body.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            // No second judge: there is but one answer, and hundreds of thousands of bits.
            assertEquals(
                isToken(vector) ? null : Reason.INVALID_SIGNATURE,
                hasForm(vector)
                    ? invalidUnlessSame(trial, headers, Body.wrap(flipped))
                    : trial.judgeAlone(headers, Body.wrap(flipped)));
          }
        });
  }

  /** A form may be written in several ways, of which the second judge says that they are one. */
  private static Reason invalidUnlessSame(Trial trial, Map<String, String> headers, Body body) {
    Reason reason = trial.judge(headers, body);
    return reason == null ? Reason.INVALID_SIGNATURE : reason;
  }

  private static boolean hasForm(Vector vector) {
    return String.valueOf(vector.scheme().message()).contains("{form}");
  }

  @TestFactory
  Stream<DynamicContainer> verify_anyBitOfAHeaderFlipped_isJudgedAsTheSecondJudgeDoes() {
    return eachGood(
        vector -> {
          Trial trial = new Trial(vector, "a bit of signature or timestamp flipped");
          Body body = vector.body();
          for (String name : judged(vector)) {
            String value = Objects.requireNonNull(vector.headers().get(name));
            Map<String, String> headers = vector.headers();
            for (int bit = 0; bit < value.length() * 8; bit++) {
              StringBuilder flipped = new StringBuilder(value);
              flipped.setCharAt(bit / 8, (char) (value.charAt(bit / 8) ^ (1 << bit % 8)));
              headers.put(name, flipped.toString());
              trial.judge(headers, body);
            }
          }
        });
  }

  @TestFactory
  Stream<DynamicContainer> verify_anyByteAddedToTheBodyOrDropped_isInvalid() {
    return eachGood(
        vector -> {
          Trial trial = new Trial(vector, "the body longer or shorter");
          byte[] body = vector.body().toByteArray();
          for (boolean inFront : List.of(true, false)) {
            for (byte added : new byte[] {0, ' ', '\n', '}', (byte) 0xFF}) {
              byte[] longer = new byte[body.length + 1];
              System.arraycopy(body, 0, longer, inFront ? 1 : 0, body.length);
              longer[inFront ? 0 : body.length] = added;
              Reason reason = trial.judge(vector.headers(), Body.wrap(longer));
              assertEquals(
                  longer.length > vector.maxBodyBytes()
                      ? Reason.BODY_TOO_LARGE
                      : isToken(vector) ? null : Reason.INVALID_SIGNATURE,
                  reason);
            }
          }
          if (body.length > 0) {
            for (int from : List.of(0, 1)) {
              byte[] shorter = new byte[body.length - 1];
              System.arraycopy(body, from, shorter, 0, shorter.length);
              assertEquals(
                  isToken(vector) ? null : Reason.INVALID_SIGNATURE,
                  trial.judge(vector.headers(), Body.wrap(shorter)));
            }
          }
        });
  }

  @TestFactory
  Stream<DynamicContainer> verify_headerDropped_isMissingWhereItIsNeeded() {
    return eachGood(
        vector -> {
          Trial trial = new Trial(vector, "a header dropped or emptied");
          for (String name : vector.headers().keySet()) {
            Map<String, String> without = vector.headers();
            without.remove(name);
            Reason reason =
                !judged(vector).contains(name)
                    ? null
                    : isTimestamp(vector, name)
                        ? Reason.MISSING_TIMESTAMP
                        : Reason.MISSING_SIGNATURE;
            assertEquals(reason, trial.judge(without, vector.body()), name);
            assertEquals(reason, trial.judge(with(vector, name, ""), vector.body()), name);
          }
        });
  }

  @TestFactory
  Stream<DynamicContainer> verify_headerDoubled_isMalformedUnlessTheSchemeIsAList() {
    return eachGood(
        vector -> {
          Trial trial = new Trial(vector, "a header doubled");
          for (String name : vector.headers().keySet()) {
            String value = Objects.requireNonNull(vector.headers().get(name));
            Map<String, String> inAnotherCase = vector.headers();
            inAnotherCase.put(
                name.equals(name.toLowerCase(Locale.ROOT))
                    ? name.toUpperCase(Locale.ROOT)
                    : name.toLowerCase(Locale.ROOT),
                value);
            Reason reason =
                !judged(vector).contains(name) || (isSignature(vector, name) && isList(vector))
                    ? null
                    : isSignature(vector, name)
                        ? isToken(vector) ? Reason.INVALID_SIGNATURE : Reason.MALFORMED_SIGNATURE
                        : isTimestamp(vector, name)
                            ? Reason.MALFORMED_TIMESTAMP
                            : Reason.INVALID_SIGNATURE;
            for (Map<String, String> doubled :
                List.of(inAnotherCase, with(vector, name, value + "," + value))) {
              Reason given = trial.judge(doubled, vector.body());
              // Of a list with semicolons two of the four elements are still whole.
              if (!isSignature(vector, name) || !";".equals(vector.scheme().separator())) {
                assertEquals(reason, given, name);
              }
            }
          }
        });
  }

  @TestFactory
  Stream<DynamicContainer> verify_headerPadded_isJudgedAsTheSecondJudgeDoes() {
    return eachGood(
        vector -> {
          Trial trial = new Trial(vector, "a header padded");
          for (String name : vector.headers().keySet()) {
            String value = Objects.requireNonNull(vector.headers().get(name));
            for (String padding : PADDINGS) {
              for (String padded : List.of(padding + value, value + padding)) {
                Reason reason = trial.judge(with(vector, name, padded), vector.body());
                if (!judged(vector).contains(name)) {
                  assertNull(reason, name);
                } else if (vector.scheme().separator() == null
                    && !isToken(vector)
                    && isSignature(vector, name)) {
                  assertEquals(Reason.MALFORMED_SIGNATURE, reason);
                }
              }
            }
          }
        });
  }

  @TestFactory
  Stream<DynamicContainer> verify_hexInEitherCase_isAcceptedAndAPrefixIsNot() {
    return eachGood(
        vector -> {
          if (vector.scheme().encoding() != Encoding.HEX || isToken(vector)) {
            return;
          }
          Trial trial = new Trial(vector, "hex in another case");
          String name = signatureHeader(vector);
          String value = Objects.requireNonNull(vector.headers().get(name));
          for (boolean upper : List.of(true, false)) {
            StringBuilder changed = new StringBuilder(value);
            for (int[] run : runs(vector, value)) {
              for (int i = run[0]; i < run[1]; i++) {
                char digit = value.charAt(i);
                changed.setCharAt(
                    i, upper ? Character.toUpperCase(digit) : Character.toLowerCase(digit));
              }
            }
            assertNull(trial.judge(with(vector, name, changed.toString()), vector.body()));
          }
          assertEquals(
              vector.scheme().prefix().isEmpty() ? null : Reason.MALFORMED_SIGNATURE,
              trial.judge(with(vector, name, value.toUpperCase(Locale.ROOT)), vector.body()),
              "a prefix in another case");
        });
  }

  @TestFactory
  Stream<DynamicContainer> verify_signatureOfAnotherLength_isMalformed() {
    return eachGood(
        vector -> {
          if (isToken(vector)) {
            return;
          }
          Trial trial = new Trial(vector, "a signature of another length");
          String name = signatureHeader(vector);
          String value = Objects.requireNonNull(vector.headers().get(name));
          for (int change : List.of(-64, -32, -4, -2, -1, 1, 2, 4, 32, 64)) {
            StringBuilder changed = new StringBuilder(value);
            for (int[] run : runs(vector, value).reversed()) {
              if (change < 0) {
                changed.delete(Math.max(run[0], run[1] + change), run[1]);
              } else {
                changed.insert(run[1], "0".repeat(change));
              }
            }
            Reason reason = trial.judge(with(vector, name, changed.toString()), vector.body());
            if (changed.isEmpty()) {
              assertEquals(Reason.MISSING_SIGNATURE, reason);
            } else {
              assertEquals(Reason.MALFORMED_SIGNATURE, reason, change + ": " + changed);
            }
          }
        });
  }

  @TestFactory
  Stream<DynamicContainer> verify_clockAtTheEdgeAndASecondPastIt_isInsideAndOutside() {
    return eachGood(
        vector -> {
          Instant time = timestamp(vector);
          if (time == null) {
            return;
          }
          Trial trial = new Trial(vector, "the clock moved");
          Duration tolerance = vector.tolerance();
          for (Duration edge : List.of(tolerance, tolerance.negated())) {
            Duration second = Duration.ofSeconds(edge.isNegative() ? -1 : 1);
            assertNull(trial.judge(vector.headers(), vector.body(), time.plus(edge)));
            assertNull(trial.judge(vector.headers(), vector.body(), time.plus(edge).minus(second)));
            for (Instant outside :
                List.of(
                    time.plus(edge).plus(second),
                    time.plus(edge).plusNanos(second.toSeconds()),
                    time.plus(edge.multipliedBy(1000)))) {
              assertEquals(
                  Reason.TIMESTAMP_OUT_OF_TOLERANCE,
                  trial.judge(vector.headers(), vector.body(), outside));
            }
          }
        });
  }

  @TestFactory
  Stream<DynamicContainer> verify_keyRetiredOrAnother_isInvalidAndBesideItIsAccepted() {
    return eachGood(
        vector -> {
          Trial trial = new Trial(vector, "the key retired");
          List<VerificationKey> own = vector.keys();
          List<VerificationKey> others = otherKeys(vector);
          List<VerificationKey> both = new ArrayList<>(others);
          both.addAll(own);

          assertEquals(Reason.INVALID_SIGNATURE, trial.judgeWith(others));
          if (vector.provider().scheme().alternative() == null) {
            assertEquals(Reason.INVALID_SIGNATURE, trial.judgeWith(List.of()));
          } else {
            assertNotNull(trial.judgeWith(List.of()), "no scheme is without a key");
          }
          assertNull(trial.judgeWith(both));
          assertNull(trial.judgeWith(both.reversed()));
        });
  }

  @AfterAll
  static void report() throws IOException {
    Set<String> kinds = new TreeSet<>();
    TRIED.values().forEach(tried -> kinds.addAll(tried.keySet()));
    StringBuilder table = new StringBuilder("| change |");
    List<String> names = Providers.all().stream().map(Provider::name).toList();
    names.forEach(name -> table.append(' ').append(name).append(" |"));
    table.append(" all |\n|---|").append("---|".repeat(names.size() + 1)).append('\n');
    for (String kind : kinds) {
      table.append("| ").append(kind).append(" |");
      int all = 0;
      for (String name : names) {
        int count = TRIED.getOrDefault(name, Map.of()).getOrDefault(kind, 0);
        all += count;
        table.append(' ').append(count).append(" |");
      }
      table.append(' ').append(all).append(" |\n");
    }
    Files.writeString(Path.of("target", "mutations.md"), table);
  }

  /** A changed vector before both judges. */
  private static final class Trial {
    private final Vector vector;
    private final SecondJudge second;
    private final Map<String, Integer> tried;
    private final String kind;
    private final List<VerificationKey> keys;
    private final Instant now;
    private final Duration tolerance;
    private final int maxBodyBytes;
    private final Delivery delivery;

    Trial(Vector vector, String kind) {
      this.vector = vector;
      this.second = new SecondJudge(vector);
      this.kind = kind;
      this.keys = vector.keys();
      this.now = vector.now();
      this.tolerance = vector.tolerance();
      this.maxBodyBytes = vector.maxBodyBytes();
      this.delivery = vector.delivery();
      this.tried = TRIED.computeIfAbsent(vector.provider().name(), _ -> new ConcurrentHashMap<>());
    }

    /** Returns why it is refused, on which both judges must agree; null if it is verified. */
    @Nullable Reason judge(Map<String, String> headers, Body body) {
      return judge(headers, body, now);
    }

    @Nullable Reason judgeAlone(Map<String, String> headers, Body body) {
      return judge(keys, headers, body, now);
    }

    @Nullable Reason judge(Map<String, String> headers, Body body, Instant now) {
      Reason reason = judge(keys, headers, body, now);
      if (reason != Reason.BODY_TOO_LARGE) {
        assertEquals(second.judge(headers, body, now), reason, () -> headers + " at " + now);
      }
      return reason;
    }

    @Nullable Reason judgeWith(List<VerificationKey> keys) {
      return judge(keys, vector.headers(), vector.body(), now);
    }

    private @Nullable Reason judge(
        List<VerificationKey> keys, Map<String, String> headers, Body body, Instant now) {
      tried.merge(kind, 1, Integer::sum);
      Verifier verifier =
          new Verifier(
              vector.provider().scheme(),
              () -> keys,
              tolerance,
              maxBodyBytes,
              InstantSource.fixed(now));
      try {
        verifier.verify(new Delivery(delivery.method(), delivery.url(), headers, body, now));
        return null;
      } catch (Refusal e) {
        return e.reason();
      } catch (KeysUnavailable e) {
        throw new AssertionError(e);
      }
    }
  }

  private static Stream<DynamicContainer> eachGood(Consumer<Vector> test) {
    return Providers.all().stream()
        .map(
            provider ->
                DynamicContainer.dynamicContainer(
                    provider.name(),
                    some(provider)
                        .map(
                            vector ->
                                DynamicTest.dynamicTest(
                                    vector.name(), () -> test.accept(vector)))));
  }

  /** All good ones of those that a stack has by itself, and every fifth of the others. */
  private static Stream<Vector> some(Provider provider) {
    List<Vector> good =
        Vector.of(provider).stream()
            .filter(
                vector ->
                    !Set.of("refused", "answered")
                        .contains(String.valueOf(vector.expected("outcome"))))
            .toList();
    int step = Providers.deployed().contains(provider) ? 1 : FIFTH;
    return IntStream.range(0, good.size()).filter(i -> i % step == 0).mapToObj(good::get);
  }

  /** The names of the headers that decide, as they stand in the vector. */
  private static Set<String> judged(Vector vector) {
    Set<String> names = new TreeSet<>();
    for (String name : vector.headers().keySet()) {
      if (isSignature(vector, name)
          || isTimestamp(vector, name)
          || vector.scheme().signedHeaders().stream().anyMatch(name::equalsIgnoreCase)) {
        names.add(name);
      }
    }
    return names;
  }

  private static boolean isSignature(Vector vector, String name) {
    return name.equalsIgnoreCase(vector.scheme().header());
  }

  private static boolean isTimestamp(Vector vector, String name) {
    Scheme.Timestamp timestamp = vector.scheme().timestamp();
    return timestamp != null
        && timestamp.place() == Scheme.Timestamp.Place.HEADER
        && name.equalsIgnoreCase(timestamp.name());
  }

  /** Returns whether what API Gateway makes of a repeated header is still a list. */
  private static boolean isList(Vector vector) {
    return ",".equals(vector.scheme().separator());
  }

  private static boolean isToken(Vector vector) {
    return !vector.scheme().isSigned();
  }

  private static String signatureHeader(Vector vector) {
    return judged(vector).stream()
        .filter(name -> isSignature(vector, name))
        .findFirst()
        .orElseThrow();
  }

  /** Where the well-formed signatures stand in the header's value: from, to. */
  private static List<int[]> runs(Vector vector, String value) {
    Scheme scheme = vector.scheme();
    List<int[]> runs = new ArrayList<>();
    for (Scheme.Element kind : scheme.elements()) {
      int bytes = SecondJudge.bytes(kind.algorithm());
      String signature =
          scheme.encoding() == Encoding.HEX
              ? "[0-9a-fA-F]{" + 2 * bytes + "}"
              : "[A-Za-z0-9+/=]{" + (bytes + 2) / 3 * 4 + "}";
      String between = scheme.separator() == null ? "" : "|" + Pattern.quote(scheme.separator());
      Matcher matcher =
          Pattern.compile(
                  "(?:^"
                      + between
                      + ")\\s*"
                      + Pattern.quote(kind.prefix())
                      + "("
                      + signature
                      + ")"
                      + "(?=\\s*(?:$"
                      + between
                      + "))")
              .matcher(value);
      while (matcher.find()) {
        runs.add(new int[] {matcher.start(1), matcher.end(1)});
      }
    }
    runs.sort(Comparator.comparingInt(run -> run[0]));
    return runs;
  }

  private static @Nullable Instant timestamp(Vector vector) {
    Scheme.Timestamp timestamp = vector.scheme().timestamp();
    if (timestamp == null) {
      return null;
    }
    return switch (timestamp.place()) {
      case HEADER ->
          SecondJudge.time(
              Objects.requireNonNull(
                  new Delivery(vector.headers(), vector.body(), vector.now())
                      .header(timestamp.name())),
              timestamp.form());
      case ELEMENT -> {
        String value = Objects.requireNonNull(vector.headers().get(signatureHeader(vector)));
        String separator = Pattern.quote(String.valueOf(vector.scheme().separator()));
        yield Stream.of(value.split(separator, -1))
            .map(String::strip)
            .filter(element -> element.startsWith(timestamp.name()))
            .map(
                element ->
                    SecondJudge.time(
                        element.substring(timestamp.name().length()), timestamp.form()))
            .findFirst()
            .orElseThrow();
      }
      case MEMBER -> null; // The receiver's business.
    };
  }

  private static List<VerificationKey> otherKeys(Vector vector) {
    Scheme scheme = vector.scheme();
    return scheme.readKeys(
        scheme.hasPublicKey()
            ? "MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
            : scheme.secretPrefix() == null
                ? "[\"whsec_retired\",\"whsec_another\"]"
                : "[\"whsec_cmV0aXJlZCByZXRpcmVkIHJldGlyZWQ=\"]");
  }

  private static Map<String, String> with(Vector vector, String name, String value) {
    Map<String, String> headers = new LinkedHashMap<>(new TreeMap<>(vector.headers()));
    headers.put(name, value);
    return headers;
  }
}
