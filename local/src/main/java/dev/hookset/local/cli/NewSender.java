package dev.hookset.local.cli;

import dev.hookset.Body;
import dev.hookset.Delivery;
import dev.hookset.Event;
import dev.hookset.local.captures.CapturedRequest;
import dev.hookset.local.cli.terminal.Printable;
import dev.hookset.local.cli.terminal.Problem;
import dev.hookset.local.files.FileFailure;
import dev.hookset.local.reload.HandlerSources;
import dev.hookset.local.reload.SenderSources;
import dev.hookset.local.senders.Draft;
import dev.hookset.local.senders.Places;
import dev.hookset.local.senders.SenderFiles;
import dev.hookset.local.senders.TestVector;
import dev.hookset.local.troubleshooting.Case;
import dev.hookset.local.troubleshooting.Diagnosis;
import dev.hookset.local.troubleshooting.KeyRing;
import dev.hookset.local.troubleshooting.SchemeFinder;
import dev.hookset.local.troubleshooting.TextBytes;
import dev.hookset.local.troubleshooting.Troubleshooter;
import dev.hookset.providers.Providers;
import dev.hookset.receive.Provider;
import dev.hookset.receive.Receipt;
import dev.hookset.receive.Subscription;
import dev.hookset.signing.Scheme;
import dev.hookset.signing.TimestampForm;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Describes a sender of the user's own: asks or finds out, compiles, judges, writes. */
final class NewSender {
  private static final Duration ALWAYS = Duration.ofDays(36_500);

  private final Hookset hookset;
  private final PrintWriter out;
  private final String name;
  private final List<String> from;
  private final @Nullable String secretFile;
  private final @Nullable String url;
  private final SenderFiles files;

  NewSender(
      Hookset hookset,
      PrintWriter out,
      String name,
      List<String> from,
      @Nullable String secretFile,
      @Nullable String url) {
    this.hookset = hookset;
    this.out = out;
    this.name = name;
    this.from = from;
    this.secretFile = secretFile;
    this.url = url;
    this.files = new SenderFiles(hookset.home(), name);
  }

  int write() {
    requireFree();
    SenderQuestions questions = new SenderQuestions(new Interview(hookset.terminal(), out), name);
    return from.isEmpty() ? asked(questions) : found(questions);
  }

  private void requireFree() {
    try {
      Provider.named(name).signs(Scheme.hmacSha256("{body}").in("x")).keyIn("there").build();
    } catch (IllegalArgumentException e) {
      throw Problem.ofTheCommandLine(Printable.of(String.valueOf(e.getMessage())));
    }
    if (Providers.isInTheCatalogue(name)) {
      throw Problem.ofTheCommandLine(
          "the catalogue has "
              + ProviderNames.named(name).title()
              + " already: `./hookset provider "
              + name
              + "` shows it");
    }
    if (!Files.isDirectory(files.room())) {
      throw new Problem("there is no " + files.room() + " to write it into");
    }
    List<Path> existing = files.existing();
    if (!existing.isEmpty()) {
      throw new Problem(
          shown(existing.getFirst())
              + " is there already; choose another name, or delete it first");
    }
    if (Providers.named(name).isPresent()) {
      throw new Problem("app.Senders names '" + name + "' already");
    }
    if (from.isEmpty() && (secretFile != null || url != null)) {
      throw Problem.ofTheCommandLine("--secret and --url belong to --from HEADERS BODY");
    }
  }

  // --- By questions

  private int asked(SenderQuestions questions) {
    String title = questions.title();
    Scheme scheme = questions.scheme();
    Places places = questions.places(scheme, null);
    Draft draft = new Draft(name, title, scheme, places, questions.keyIn(title));
    Instant now = hookset.clock().instant().truncatedTo(ChronoUnit.SECONDS);
    String address = signsUrl(scheme) ? "https://example.com/" + name : "";
    Delivery example =
        new Delivery(
            "POST",
            address,
            Map.of("Content-Type", "application/json"),
            Draft.example(places, now),
            now);
    return written(draft, example);
  }

  // --- By a captured delivery

  private int found(SenderQuestions questions) {
    if (from.contains("-")) {
      throw Problem.ofTheCommandLine("the captured delivery is in two files, not standard input");
    }
    CapturedRequest request = InputFile.readRequest(from.getFirst());
    Body body = Body.wrap(InputFile.read(from.getLast(), "body"));
    String given = url == null ? request.url() : Addresses.required(url);
    Instant now = hookset.clock().instant();
    Delivery captured =
        new Delivery(
            Objects.requireNonNullElse(request.method(), "POST").toUpperCase(Locale.ROOT),
            Objects.requireNonNullElse(given, ""),
            request.headers(),
            body,
            now);
    String secret = secret();
    SchemeFinder.Found found = SchemeFinder.find(captured, secret);
    if (found.schemes().isEmpty()) {
      printNothing(found, given);
      return Hookset.NOT_AS_IT_SHOULD;
    }
    Scheme scheme = found.schemes().getFirst();
    printFound(found, scheme);
    Instant sent = SchemeFinder.time(captured, scheme);
    Delivery whole =
        new Delivery(
            captured.method(),
            signsUrl(scheme) ? captured.url() : "",
            captured.headers(),
            found.body(),
            sent == null ? now : sent);
    String title = questions.title();
    Places places = questions.places(scheme, Places.of(scheme, whole.headers(), whole.body()));
    Draft draft = new Draft(name, title, scheme, places, questions.keyIn(title));
    return written(draft, whole);
  }

  private static boolean signsUrl(Scheme scheme) {
    return scheme.message() != null && scheme.message().hasUrl();
  }

  private String secret() {
    byte[] bytes =
        secretFile == null
            ? hookset.terminal().secret("Secret of " + name + " (not shown): ")
            : InputFile.readSecret(secretFile, "--secret");
    String text = bytes == null ? "" : TextBytes.decoded(bytes).replaceFirst("(?:\r\n|\n|\r)$", "");
    if (text.isBlank()) {
      throw new Problem("no secret was given, so nothing can be tried");
    }
    return text;
  }

  private void printFound(SchemeFinder.Found found, Scheme scheme) {
    out.println(
        "Found, after " + found.tried() + " guesses: " + Printable.of(Draft.words(scheme)) + ".");
    for (Scheme other : found.schemes().subList(1, found.schemes().size())) {
      out.println("It fits as well: " + Printable.of(Draft.words(other)) + ".");
    }
    if (found.schemes().size() > 1) {
      out.println(
          "The first is taken, as it is the safest: by its algorithm, and by what it covers.");
    }
    if (found.mistake() != null) {
      out.println(
          "But the body in " + from.getLast() + " is not as it was sent: " + found.mistake());
    }
    out.println(
        "One delivery does not tell"
            + (scheme.separator() == null && scheme.algorithm() != Scheme.Algorithm.TOKEN
                ? " whether the header may list several signatures,"
                : "")
            + (scheme.hasTimestamp() ? " how old a timestamp may be (five minutes are taken)," : "")
            + " when it tries again, nor whether an event keeps its ID then: see its documentation.");
    out.println();
  }

  private void printNothing(SchemeFinder.Found found, @Nullable String given) {
    out.println("Nothing fits, after " + found.tried() + " guesses; nothing is written.");
    if (found.seen().isEmpty()) {
      out.println("No header holds what looks like a signature, and none the secret itself.");
    } else {
      out.println("What looks like a signature:");
      found.seen().forEach(seen -> out.println("  " + Printable.of(seen)));
      out.println(
          "Tried over it: HMAC and Ed25519 by that length; the body alone, with each time, ID,"
              + (given == null ? "" : " address")
              + " and version in front or behind; the secret as text and as base64; the body as an"
              + " editor or a parser changes it.");
    }
    if (found.nearest() != null) {
      out.println("Nearest: " + Printable.of(found.nearest()) + ".");
    }
    if (given == null) {
      out.println("The address was not tried, as nothing says it: give it with --url URL.");
    }
    out.println("Else it is another secret, or the body is not as it was sent, byte for byte.");
    out.flush();
  }

  // --- Compiled, judged and written

  private int written(Draft draft, Delivery delivery) {
    String source = draft.source();
    Provider provider = compiled(draft, source);
    TestVector vector = TestVector.of(provider, at(delivery, eventTime(draft, delivery)));
    Diagnosis judged = judged(provider, vector);
    Receipt receipt = judged.receipt();
    if (receipt.outcome() != Receipt.Outcome.ACCEPTED) {
      throw new Problem(
          "the description refuses its own delivery ("
              + receipt.outcome().word()
              + ", "
              + receipt.detail()
              + "), so nothing is written");
    }
    String type = Objects.requireNonNullElse(receipt.type(), Event.UNKNOWN_TYPE);
    Scheme scheme = provider.scheme();
    boolean isTypeOfTheBody =
        draft.places().type() != null && !draft.places().type().startsWith("header ");
    boolean kit =
        isTypeOfTheBody
            && draft.places().kind() == null
            && draft.places().sentPath() == null
            && scheme.isSigned();
    String wiring;
    try {
      files.write(
          source,
          SenderFiles.sample(type, delivery.body()),
          vector.json(scheme, receipt, null),
          files.testSource(draft.title(), type, kit));
      wiring = files.wire();
    } catch (IOException e) {
      throw new Problem("cannot write " + FileFailure.said(e));
    }
    printWritten(draft, provider, wiring);
    return Hookset.OK;
  }

  /** An event is young when it comes, however long ago that was. */
  private static @Nullable Instant eventTime(Draft draft, Delivery delivery) {
    String path = draft.places().timePath();
    TimestampForm form = draft.places().timeForm();
    return path == null || form == null ? null : SchemeFinder.time(delivery.body(), path, form);
  }

  private static Delivery at(Delivery delivery, @Nullable Instant time) {
    return time == null
        ? delivery
        : new Delivery(
            delivery.method(), delivery.url(), delivery.headers(), delivery.body(), time);
  }

  /** What is written must compile as it stands. */
  private Provider compiled(Draft draft, String source) {
    SenderSources sources = hookset.senderSources();
    HandlerSources.Compiled compiled = sources.compileDraft(Draft.className(name), source);
    if (!compiled.succeeded()) {
      throw new IllegalStateException("the description does not compile:\n" + compiled.said());
    }
    try {
      Method method =
          compiled
              .loader(NewSender.class.getClassLoader(), sources.resources())
              .loadClass("app." + Draft.className(draft.name()))
              .getDeclaredMethod("provider");
      method.setAccessible(true);
      return (Provider) method.invoke(null);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("the description cannot be used: " + e.getCause(), e);
    }
  }

  private static Diagnosis judged(Provider provider, TestVector vector) {
    Delivery delivery = vector.delivery();
    return Troubleshooter.examine(
        new Case(
            provider,
            new Case.Address(delivery.method(), delivery.url(), List.of()),
            delivery.headers(),
            delivery.body(),
            delivery.receivedAt(),
            KeyRing.empty().withActive("the test's key", provider.scheme(), vector.key()),
            new Case.Terms(
                provider.scheme().tolerance(),
                Integer.MAX_VALUE,
                ALWAYS,
                new Subscription("", null),
                null)));
  }

  private void printWritten(Draft draft, Provider provider, @Nullable String wiring) {
    SenderQuestions.summary(draft).forEach(line -> out.println("  " + Printable.of(line)));
    out.println();
    out.println("Written:");
    for (Path file : List.of(files.description(), files.sample(), files.vector(), files.test())) {
      out.println("  " + shown(file));
    }
    out.println(
        wiring == null
            ? "and named in " + shown(files.senders()) + "."
            : "Add it to the list in " + shown(files.senders()) + " yourself: " + wiring);
    if (!from.isEmpty()) {
      out.println(
          "Sample and vector hold the body as it came: look for what is personal before you share"
              + " them.");
    }
    out.println();
    out.println("What a capture is good for: " + provider.replay() + ".");
    out.println("Next: ./hookset test");
    out.println("      ./hookset secret " + name);
    out.println(
        "      ./hookset verify "
            + name
            + (from.isEmpty()
                ? " --headers FILE --body FILE"
                : " --headers " + from.getFirst() + " --body " + from.getLast()));
    out.flush();
  }

  private String shown(Path file) {
    return Printable.of(hookset.home().relativize(file).toString());
  }
}
