package dev.hookset.local.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.hookset.local.cli.terminal.TestTerminal;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URLConnection;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code dev} as a process of its own, as it stays up until it is stopped. */
final class DevCommandTest {
  private static final String X = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
  private static final Map<String, String> ODD =
      Map.of(
          "LEMMA", "quotes",
          "LAMBA", "line break",
          "LUCID", "byte-order mark",
          "LYMNUS", "NAME=value");

  @Test
  void dev_untilItIsStopped_showsALineForEachDelivery(@TempDir Path home) throws Exception {
    Shell.checkOutInto(home);
    Process process = start(home);
    try {
      BlockingQueue<String> lines = new LinkedBlockingQueue<>();
      Thread.ofVirtual().start(() -> read(process, lines));
      String row = await(lines, line -> line.startsWith("lamina "));
      assertTrue(row.endsWith("  development key"), row);
      String url = List.of(row.split(" +")).get(1);
      assertTrue(await(lines, line -> line.startsWith("Records")).contains(".hookset"));
      // Each of these refused every delivery, and dev started without a word.
      for (String odd : List.of("LEMMA", "LAMBA", "LUCID", "LYMNUS")) {
        String look =
            await(lines, line -> line.startsWith("Warning: " + odd + "_WEBHOOK_SECRET: "));
        assertTrue(look.contains(ODD.get(odd)), look);
        assertFalse(look.contains("4f2a9c"), "the secret");
      }
      String page = await(lines, line -> line.startsWith("See every delivery at "));
      URI address = URI.create(page.substring("See every delivery at ".length()));

      assertEquals(0, new Shell(home).run("send", "lamina", "--url", url).code());
      String verified = await(lines, line -> line.contains("Verified"));
      assertTrue(
          verified.matches(
              "\\d\\d:\\d\\d:\\d\\d  Verified webhook 1 for execution [0-9a-f-]{36}"
                  + " \\(completed\\)"),
          verified);
      await(lines, line -> line.contains("  done lamina#"));
      // A port given to `dev` had to be given to every other command again.
      assertEquals(0, new Shell(home).run("send", "lamina", "--tamper").code());
      String refused = await(lines, line -> line.contains("Refused"));
      assertTrue(
          refused.endsWith("  Refused webhook 2 for lamina: invalid_signature (401)"), refused);

      assertEquals(List.of("ACCEPTED", "invalid_signature"), seenOnThePage(address));
      String keys = new Shell(home).run("secret").out();
      assertTrue(
          keys.lines()
              .anyMatch(line -> line.matches("lamina +[0-9a-f]{8}  development key +1 +\\S+Z")),
          keys);

      assertTrue(new Shell(home).run("list", "lamina").out().contains(" done "));
      assertTrue(new Shell(home).run("urls").out().contains(url));
      assertEquals(401, withManyHeaders(URI.create(url)));
      await(lines, line -> line.contains("Refused webhook 3 for lamina: missing_signature"));
      // What `doctor` asks was counted as deliveries, and refused.
      Shell.Run doctor = new Shell(home).run("doctor");
      assertTrue(doctor.out().contains("lamina's URL: it has a key"), doctor.out());
      String counted =
          new Shell(home)
              .run("stats", "--json")
              .out()
              .lines()
              .filter(line -> line.contains("\"provider\":\"lamina\""))
              .findFirst()
              .orElseThrow();
      assertTrue(counted.contains("\"refused\":2,"), counted);

      // What `secret` kept was taken with the next start, and nothing said so.
      String key = "{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"" + X + "\"}]}";
      TestTerminal typing = new TestTerminal(true, false).answering(key);
      assertEquals(0, new Shell(home).run(typing, "secret", "lamina").code());
      await(lines, line -> line.endsWith("  the secret of lamina is another from now on"));

      requirePrivate(home.resolve(".hookset"));
      Shell.Run clear = new Shell(home).run("clear", "--records");
      assertEquals(3, clear.code());
      assertEquals(
          List.of("hookset: `./hookset dev` is running here; stop it first"), clear.errorLines());
    } finally {
      process.destroy();
      if (!process.waitFor(2, TimeUnit.MINUTES)) {
        process.destroyForcibly();
      }
    }
    assertTrue(new Shell(home).run("status").out().contains("Records and messages are kept in"));
    assertEquals(0, new Shell(home).run("clear", "--records").code());
  }

  /** Bodies, signatures and keys in {@code .hookset} could be read by every account. */
  private static void requirePrivate(Path state) throws IOException {
    Set<String> open = new TreeSet<>();
    Set<String> seen = new TreeSet<>();
    // What the databases create later is behind this folder, and private by the launcher's umask.
    try (Stream<Path> own = Files.list(state)) {
      for (Path each : own.toList()) {
        seen.add(each.getFileName().toString());
        if (!isPrivate(each)) {
          open.add(each.toString());
        }
      }
    }
    assertTrue(isPrivate(state), state::toString);
    assertTrue(seen.containsAll(List.of("ports.properties", "page-secret", "log")), seen::toString);
    assertTrue(isPrivate(state.resolve("log/hookset.jsonl")), "the log");
    assertEquals(Set.of(), open);
  }

  private static boolean isPrivate(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path)).endsWith("------");
  }

  /** The JDK's server dropped the connection at the 201st, without an answer or a line. */
  private static int withManyHeaders(URI url) throws Exception {
    HttpRequest.Builder post = HttpRequest.newBuilder(url);
    for (int i = 0; i < 250; i++) {
      post.header("X-Header-" + i, "v");
    }
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(
              post.POST(HttpRequest.BodyPublishers.ofString("{}")).build(),
              HttpResponse.BodyHandlers.discarding())
          .statusCode();
    }
  }

  /** What the page is told of the first two deliveries. */
  private static List<String> seenOnThePage(URI address) throws IOException {
    List<String> seen = new ArrayList<>();
    HttpURLConnection first = (HttpURLConnection) address.toURL().openConnection();
    first.setInstanceFollowRedirects(false);
    String cookie = first.getHeaderField("Set-Cookie").split(";", -1)[0];
    URLConnection feed = address.resolve("/api/feed").toURL().openConnection();
    feed.setRequestProperty("Cookie", cookie);
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(feed.getInputStream(), StandardCharsets.UTF_8))) {
      while (seen.size() < 2) {
        String line = lines.readLine();
        if (line.startsWith("data: ")) {
          JsonNode data = new JsonMapper().readTree(line.substring("data: ".length()));
          data.path("deliveries").forEach(delivery -> seen.add(outcome(delivery)));
          if (data.has("answer")) {
            seen.add(outcome(data));
          }
        }
      }
    }
    return seen;
  }

  private static String outcome(JsonNode delivery) {
    return delivery.hasNonNull("detail")
        ? delivery.path("detail").asText()
        : delivery.path("outcome").asText();
  }

  private static Process start(Path home) throws IOException {
    ProcessBuilder builder =
        new HooksetProcess(home)
            .command("dev", "--port=0", "--dynamodb-port=0", "--sqs-port=0", "--s3-port=0");
    builder
        .environment()
        .putAll(
            Map.of(
                "LEMMA_WEBHOOK_SECRET", "\"whsec_4f2a9c1b7d\"",
                "LAMBA_WEBHOOK_SECRET", "whsec_4f2a9c1b7d\n",
                "LUCID_WEBHOOK_SECRET", "\uFEFFwhsec_4f2a9c1b7d",
                "LYMNUS_WEBHOOK_SECRET", "LYMNUS_WEBHOOK_SECRET=whsec_4f2a9c1b7d"));
    return builder.redirectErrorStream(true).start();
  }

  private static void read(Process process, BlockingQueue<String> lines) {
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      out.lines().forEach(lines::add);
    } catch (IOException e) {
      lines.add("cannot read on: " + e);
    }
  }

  private static String await(BlockingQueue<String> lines, Predicate<String> wanted)
      throws InterruptedException {
    StringBuilder others = new StringBuilder();
    while (true) {
      String line = lines.poll(30, TimeUnit.SECONDS);
      if (line == null) {
        throw new AssertionError("it never came; what came: " + others);
      }
      if (wanted.test(line)) {
        return line;
      }
      others.append(line).append('\n');
    }
  }
}
