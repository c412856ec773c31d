package dev.hookset.local.cli;

import static dev.hookset.local.samples.CheckoutSamples.SAMPLES;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hookset.EventKey;
import dev.hookset.inbox.InboxRecord;
import dev.hookset.inbox.Status;
import dev.hookset.local.history.LogFile;
import dev.hookset.local.history.LogLine;
import dev.hookset.local.samples.Deliveries;
import dev.hookset.local.samples.DeliveryRequest;
import dev.hookset.local.samples.DevelopmentKeys;
import dev.hookset.local.stack.LocalStack;
import dev.hookset.local.stack.StackListener;
import dev.hookset.local.template.Template;
import dev.hookset.providers.Providers;
import dev.hookset.receive.Provider;
import dev.hookset.work.Handler;
import dev.hookset.work.PermanentFailure;
import dev.hookset.work.Report;
import dev.hookset.work.Routes;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Does what {@code docs/runbook.md} says, in its order, and sees what it says: every command that
 * stands there is run, but for {@code dev}, which {@code DevCommandTest} runs as a process, and the
 * drill that kills it, which takes as long as a lease.
 */
final class RunbookTest {
  private static final Handler NOTHING = (_, _) -> {};

  @TempDir
  @SuppressWarnings("NullAway.Init") // JUnit sets it.
  private Path home;

  private final Set<String> commands = new TreeSet<>();
  private final Set<String> notRun = new TreeSet<>();
  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

  /** Lines that came and were not waited for yet: functions print in no order among them. */
  private final List<String> others = new ArrayList<>();

  @SuppressWarnings("NullAway.Init") // The first step starts it.
  private Running running;

  /** The stack, as {@code ./hookset dev} has it. */
  private record Running(LocalStack stack, PrintStream log) implements AutoCloseable {
    @Override
    public void close() {
      stack.close();
      log.close();
    }
  }

  @Test
  void runbook_asItStands_doesWhatItSays() throws Exception {
    readCommands();
    Shell.checkOutInto(home);
    try {
      start(NOTHING, Map.of());
      EventKey duplicated = duplicateIsHandledOnce();
      forgedAndStaleAreRefused();
      failureForGoodIsHadBack();
      outageOfAHandlerNeedsNoReplay();
      deadLettersGoBack(duplicated);
      wrongSecretIsSeen();
      alarmsCommandsAnswer();
      secretsCanBeGiven();
      anHourIsHadBack();
    } finally {
      running.close();
    }
    assertEquals(Set.of("dev"), notRun, "commands of the runbook that nothing here has run");
  }

  private void readCommands() throws IOException {
    boolean inBlock = false;
    for (String line : Files.readAllLines(Shell.REPOSITORY.resolve("docs/runbook.md"))) {
      if (line.startsWith("```")) {
        inBlock = !inBlock;
      } else if (inBlock) {
        commands.addAll(Calls.in(line));
      } else {
        Matcher inline = Pattern.compile("`\\./hookset ([^`]+)`").matcher(line);
        while (inline.find()) {
          commands.add(inline.group(1));
        }
      }
    }
    notRun.addAll(commands);
  }

  private EventKey duplicateIsHandledOnce() throws InterruptedException {
    Shell.Run run = send("send lucid --duplicate");

    assertEquals(Hookset.OK, run.code(), run::err);
    String first = await("Verified webhook 1 for lucid event ");
    await("seen before");
    EventKey key = new EventKey("lucid", first.replaceFirst(".* event (\\S+) .*", "$1"));
    await("  done " + key);
    assertEquals(1, record(key).history().entries().size());
    return key;
  }

  private void forgedAndStaleAreRefused() throws Exception {
    assertEquals(Hookset.OK, send("send lymnus --tamper").code());
    await("lymnus: invalid_signature (401)");
    assertEquals(Hookset.OK, send("send lamba --stale").code());
    await("lamba: timestamp_out_of_tolerance (400)");

    assertEquals(
        List.of("invalid_signature", "timestamp_out_of_tolerance"),
        new LogFile(home.resolve(".hookset"))
            .read().stream()
                .filter(line -> line.outcome().equals("refused"))
                .map(LogLine::reason)
                .toList());
  }

  private void failureForGoodIsHadBack() throws Exception {
    restart(
        (_, _) -> {
          throw new PermanentFailure("drill");
        });
    assertEquals(Hookset.OK, unlisted("send lemma").code());
    EventKey key = key(await("  gave up lemma#"), "gave up ");
    restart(NOTHING);

    assertTrue(operate("list --status failed --wide").out().contains(key.eventId()));
    Shell.Run shown = operate("show lemma ID", "ID", key.eventId());
    assertTrue(shown.out().contains("attempt 1 failed for good"), shown::out);
    assertEquals(
        "would replay " + key + "\n1 would be replayed.\n",
        operate("replay --failed --dry-run").out());
    assertEquals(Status.FAILED, record(key).status());
    assertEquals("replayed " + key + "\n1 replayed.\n", operate("replay --failed").out());
    await("  done " + key);
    assertEquals(1, record(key).replays());
  }

  private void outageOfAHandlerNeedsNoReplay() throws Exception {
    restart(
        (_, _) -> {
          throw new IOException("drill");
        });
    assertEquals(Hookset.OK, unlisted("send lamba").code());
    String failed = await("  failed lamba#");
    assertTrue(failed.contains("; attempt 2 at "), failed);
    EventKey key = key(failed, "failed ");
    restart(NOTHING);

    await("  done " + key);
    assertEquals(0, record(key).replays());
    assertEquals(2, record(key).attempts());
  }

  private void deadLettersGoBack(EventKey done) throws InterruptedException {
    LocalStack stack = running.stack();
    InboxRecord before = record(done);
    stack
        .sqs()
        .sendMessage(
            send ->
                send.queueUrl(stack.deadLetterQueueUrl())
                    .messageBody(
                        "{\"provider\":\"lucid\",\"eventId\":\"" + done.eventId() + "\"}"));

    assertTrue(operate("redrive --dry-run").out().endsWith("about 1 messages.\n"));
    assertEquals("1 messages moved back, 0 events replayed.\n", operate("redrive").out());
    await("finished " + done);
    assertEquals(before, record(done), "what is done already is dropped");
  }

  private void wrongSecretIsSeen() throws Exception {
    running.close();
    start(NOTHING, Map.of("LEMMA_WEBHOOK_SECRET", "whsec_wrong"));
    assertEquals(Hookset.NOT_AS_IT_SHOULD, unlisted("send lemma").code());
    await("lemma: invalid_signature (401)");

    DeliveryRequest request = genuine("lemma");
    Path headers = home.resolve("headers.txt");
    Path body = home.resolve("body.json");
    StringBuilder text = new StringBuilder();
    request.headers().forEach((name, value) -> text.append(name + ": " + value + "\n"));
    Files.writeString(headers, text);
    Files.write(body, request.body().toByteArray());
    String command = "verify lemma --headers FILE --body FILE";
    String[] arguments = {
      "verify", "lemma", "--headers", headers.toString(), "--body", body.toString()
    };
    ran(command);
    Shell.Run wrong = new Shell(home, Map.of("LEMMA_WEBHOOK_SECRET", "whsec_wrong")).run(arguments);
    assertEquals(Hookset.NOT_AS_IT_SHOULD, wrong.code());
    assertTrue(wrong.out().contains("lemma's development key"), wrong::out);
    assertEquals(Hookset.OK, new Shell(home).run(arguments).code());

    restart(NOTHING);
    assertEquals(Hookset.OK, unlisted("send lemma").code());
    await("  done lemma#");
  }

  private void alarmsCommandsAnswer() throws Exception {
    Path odd = home.resolve("odd");
    Files.writeString(odd, "[]");
    assertEquals(Hookset.OK, unlisted("send lemma --body " + odd).code());
    await("quarantined: the body is not a JSON object");
    assertEquals(Hookset.OK, operate("list --status quarantined").code());
    Shell.Run quarantined = new Shell(home).run(ports("list", "--status", "quarantined", "--json"));
    String id = quarantined.out().replaceFirst("(?s).*\"eventId\":\"([^\"]+)\".*", "$1");
    assertTrue(id.startsWith("sha256:"), quarantined::out);
    assertTrue(operate("list --status failed,quarantined").out().contains(id.substring(0, 8)));
    assertEquals("There is none.\n", operate("list --status unfinished").out());
    assertTrue(operate("show lemma ID --body", "ID", id).out().contains("not a JSON object"));
    assertEquals(
        "replayed lemma#" + id + "\n1 replayed.\n", operate("replay lemma ID", "ID", id).out());
    await("  done lemma#" + id);

    ran("doctor");
    Shell.Run doctor = new Shell(Shell.REPOSITORY).run(ports("doctor", "--port=" + port()));
    assertEquals(Hookset.OK, doctor.code(), doctor::out);
  }

  /** They need a deployed stack: here they are only parsed, and SecretCommandTest runs them. */
  private void secretsCanBeGiven() {
    for (String command : List.of("secret lemma --stack hookset", "secret lucid --stack hookset")) {
      Calls.parse(new Shell(home).commandLine(), command);
      ran(command);
    }
  }

  private void anHourIsHadBack() {
    Shell.Run none = operate("replay lemma --from 2h --to 1h");
    assertEquals("0 replayed.\n", none.out());
  }

  // what the runbook's reader does

  private void restart(Handler handler) throws IOException {
    running.close();
    start(handler, Map.of());
  }

  private void start(Handler handler, Map<String, String> own) throws IOException {
    Map<String, String> variables = new HashMap<>();
    DevelopmentKeys keys = new DevelopmentKeys(own);
    Providers.deployed()
        .forEach(provider -> variables.putAll(keys.verificationVariables(provider)));
    PrintStream log = new LogFile(home.resolve(".hookset")).open();
    DeliveryLines printed =
        new DeliveryLines(
            new PrintWriter(new LineWriter(), true), InstantSource.system(), ZoneOffset.UTC);
    running =
        new Running(
            LocalStack.start(
                Template.read(Shell.REPOSITORY.resolve("template.yaml")),
                new LocalStack.Settings(
                    home.resolve(".hookset"),
                    0,
                    0,
                    0,
                    0,
                    variables,
                    Routes.builder().otherwise(handler).build()),
                InstantSource.system(),
                new Listeners(new KeptLog(printed, log, InstantSource.system()), finished())),
            log);
  }

  /** A second pointer to what is done has no line, so that it is heard here. */
  private StackListener finished() {
    return new StackListener() {
      @Override
      public void worked(Report report) {
        if (report.outcome() == Report.Outcome.FINISHED) {
          lines.add("finished " + report.key());
        }
      }
    };
  }

  private final class LineWriter extends Writer {
    private final StringBuilder line = new StringBuilder();

    @Override
    public void write(char[] characters, int from, int count) {
      for (int i = from; i < from + count; i++) {
        if (characters[i] == '\n') {
          lines.add(line.toString());
          line.setLength(0);
        } else {
          line.append(characters[i]);
        }
      }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }

  private String await(String part) throws InterruptedException {
    while (true) {
      for (String line : others) {
        if (line.contains(part)) {
          others.remove(line);
          return line;
        }
      }
      String line = lines.poll(30, TimeUnit.SECONDS);
      if (line == null) {
        throw new AssertionError("no line with '" + part + "'; what came: " + others);
      }
      others.add(line);
    }
  }

  private static EventKey key(String line, String before) {
    return EventKey.parse(line.replaceFirst(".*" + before + "(\\S+?)(: .*| by .*|$)", "$1"));
  }

  private InboxRecord record(EventKey key) {
    return running.stack().inbox().find(key).orElseThrow();
  }

  private static DeliveryRequest genuine(String name) {
    Provider provider = Providers.named(name).orElseThrow();
    return new Deliveries(new DevelopmentKeys(Map.of()), SAMPLES)
        .genuine(provider, SAMPLES.defaultType(provider), "drill", Instant.now());
  }

  private void ran(String command) {
    assertTrue(commands.contains(command), () -> "not in the runbook: " + command);
    notRun.remove(command);
  }

  private Shell.Run send(String command) {
    ran(command);
    return unlisted(command);
  }

  /** What the runbook asks for in words. */
  private Shell.Run unlisted(String command) {
    List<String> arguments = new ArrayList<>(List.of(command.split(" ", -1)));
    arguments.add("--url=" + running.stack().url(arguments.get(1)));
    return new Shell(home).run(arguments.toArray(String[]::new));
  }

  private Shell.Run operate(String command) {
    return operate(command, "", null);
  }

  private Shell.Run operate(String command, String placeholder, @Nullable String value) {
    ran(command);
    String[] arguments = command.split(" ", -1);
    for (int i = 0; i < arguments.length; i++) {
      if (arguments[i].equals(placeholder)) {
        arguments[i] = Objects.requireNonNull(value);
      }
    }
    Shell.Run run = new Shell(home).run(ports(arguments));
    assertEquals(Hookset.OK, run.code(), () -> command + ": " + run);
    return run;
  }

  private int port() {
    return running.stack().url("lemma").getPort();
  }

  private String[] ports(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.add("--dynamodb-port=" + running.stack().dynamoDbEndpoint().getPort());
    all.add("--sqs-port=" + running.stack().sqsEndpoint().getPort());
    all.add("--s3-port=" + running.stack().s3Endpoint().getPort());
    return all.toArray(String[]::new);
  }
}
