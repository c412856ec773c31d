package dev.hookset.local.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What only shows in a process: its standard output, its environment, its JVM's properties. */
final class ProcessTest {
  private static final Path FULL = Path.of("/dev/full");

  @TempDir
  @SuppressWarnings("NullAway.Init") // JUnit sets it.
  private Path home;

  // `list --json > /dev/full` ended with 0, as if the list had been written.
  @Test
  void output_thatCannotBeWritten_endsTheCommandWithASentence() throws Exception {
    assumeTrue(Files.exists(FULL), "only Linux has /dev/full");
    Process process =
        new HooksetProcess(home).command("secret").redirectOutput(FULL.toFile()).start();

    List<String> err = lines(process.errorReader(StandardCharsets.UTF_8));

    assertEquals(3, process.waitFor(), err::toString);
    assertEquals(1, err.size(), err::toString);
    assertTrue(err.getFirst().startsWith("hookset: the output cannot be written: "), err::toString);
  }

  // picocli printed the exception's name for help that could not be written, and ended with 1.
  @Test
  void help_thatCannotBeWritten_endsWithASentenceToo() throws Exception {
    assumeTrue(Files.exists(FULL), "only Linux has /dev/full");
    for (List<String> command : List.of(List.of("--version"), List.of("list", "--help"))) {
      Process process =
          new HooksetProcess(home)
              .command(command.toArray(String[]::new))
              .redirectOutput(FULL.toFile())
              .start();

      List<String> err = lines(process.errorReader(StandardCharsets.UTF_8));

      assertEquals(3, process.waitFor(), err::toString);
      assertEquals(1, err.size(), err::toString);
      assertTrue(
          err.getFirst().startsWith("hookset: the output cannot be written: "), err::toString);
    }
  }

  // A secret that nobody saw was in use: it was stored before it was printed.
  @Test
  void generatedSecret_thatCannotBePrinted_isNotKept() throws Exception {
    assumeTrue(Files.exists(FULL), "only Linux has /dev/full");
    Process process =
        new HooksetProcess(home)
            .command("secret", "lucid", "--generate")
            .redirectOutput(FULL.toFile())
            .start();

    List<String> err = lines(process.errorReader(StandardCharsets.UTF_8));

    assertEquals(3, process.waitFor(), err::toString);
    Shell.Run listed = new Shell(home).run("secret");
    assertTrue(listed.out().lines().anyMatch(line -> line.startsWith("lucid ")), listed::out);
    assertTrue(
        listed
            .out()
            .lines()
            .noneMatch(line -> line.startsWith("lucid ") && line.contains("./hookset secret")),
        listed::out);
  }

  // `tail --json | head -1` ran on for ever: it learned of the closed pipe with the next line only.
  @Test
  void pipe_thatNobodyReads_endsEvenWhatPrintsNothing() throws Exception {
    Process process = new HooksetProcess(home).command("tail", "--json").start();
    process.getInputStream().close();

    List<String> err = lines(process.errorReader(StandardCharsets.UTF_8));

    assertEquals(141, process.waitFor());
    assertEquals(List.of(), err);
  }

  // With HTTP_PROXY or ALL_PROXY set, bodies for this machine went to the proxy. The JVM's own
  // properties did the same where they name no exceptions.
  @Test
  void demo_behindAProxy_sendsNothingThere() throws Exception {
    Shell.checkOutInto(home);
    try (RecordingProxy proxy = new RecordingProxy()) {
      String port = Integer.toString(proxy.port());
      ProcessBuilder builder =
          new HooksetProcess(home)
              .with(
                  "-Dhttp.proxyHost=127.0.0.1",
                  "-Dhttp.proxyPort=" + port,
                  "-Dhttp.nonProxyHosts=none.example",
                  "-DsocksProxyHost=127.0.0.1",
                  "-DsocksProxyPort=" + port,
                  "-DsocksNonProxyHosts=none.example")
              .command("demo")
              .redirectErrorStream(true);
      for (String name : List.of("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY")) {
        builder.environment().put(name, "http://127.0.0.1:" + port);
      }
      Process process = builder.start();

      List<String> out = lines(process.inputReader(StandardCharsets.UTF_8));

      assertEquals(0, process.waitFor(), out::toString);
      assertEquals(List.of(), List.copyOf(proxy.seen()));
    }
  }

  @Test
  void deployedStack_behindAProxy_isAskedThroughIt() throws Exception {
    try (RecordingProxy proxy = new RecordingProxy()) {
      ProcessBuilder builder = new HooksetProcess(home).command("list", "--stack", "prod");
      builder
          .environment()
          .putAll(
              Map.of(
                  "HTTPS_PROXY", "http://127.0.0.1:" + proxy.port(),
                  "AWS_REGION", "eu-central-1",
                  "AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE",
                  "AWS_SECRET_ACCESS_KEY", "none"));
      Process process = builder.start();

      List<String> err = lines(process.errorReader(StandardCharsets.UTF_8));

      assertEquals(3, process.waitFor(), err::toString);
      assertEquals(
          "CONNECT cloudformation.eu-central-1.amazonaws.com:443 HTTP/1.1", proxy.seen().peek());
    }
  }

  // The SDK's chain of credentials printed 1,300 characters of causes.
  @Test
  void deployedStack_withoutCredentials_saysSoInASentence() throws Exception {
    ProcessBuilder builder =
        new HooksetProcess(home).with("-Duser.home=" + home).command("list", "--stack", "prod");
    builder
        .environment()
        .putAll(
            Map.of(
                "AWS_REGION", "eu-central-1",
                "AWS_EC2_METADATA_DISABLED", "true",
                "HOME", home.toString()));
    Process process = builder.start();

    List<String> err = lines(process.errorReader(StandardCharsets.UTF_8));

    assertEquals(3, process.waitFor());
    assertEquals(1, err.size(), err::toString);
    assertTrue(
        err.getFirst().startsWith("hookset: no AWS credentials were found; "), err::toString);
    assertTrue(err.getFirst().length() < 250, err::toString);
  }

  private static List<String> lines(BufferedReader reader) throws IOException {
    List<String> lines = new ArrayList<>();
    for (String line = reader.readLine(); line != null; line = reader.readLine()) {
      lines.add(line);
    }
    return lines;
  }

  /** Notes the first line of what it is sent, and hangs up. */
  private static final class RecordingProxy implements AutoCloseable {
    private final ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final BlockingQueue<String> seen = new LinkedBlockingQueue<>();

    RecordingProxy() throws IOException {
      Thread.ofVirtual().start(this::accept);
    }

    int port() {
      return socket.getLocalPort();
    }

    BlockingQueue<String> seen() {
      return seen;
    }

    private void accept() {
      while (!socket.isClosed()) {
        try (Socket connection = socket.accept();
            BufferedReader in =
                new BufferedReader(
                    new InputStreamReader(
                        connection.getInputStream(), StandardCharsets.ISO_8859_1))) {
          seen.add(String.valueOf(in.readLine()));
        } catch (IOException e) {
          // It is closed, or the other side has hung up first.
        }
      }
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
