package dev.hookset.local.cli;

import dev.hookset.local.cli.terminal.Problem;
import dev.hookset.local.files.FileFailure;
import dev.hookset.local.files.PrivateFiles;
import dev.hookset.local.stack.LocalStack;
import dev.hookset.receive.Provider;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.stream.Collectors;

/**
 * Where the local stack listens, and to whom. {@code dev} keeps it, so that no other command has to
 * be told.
 *
 * @param http the port of the webhook URLs
 * @param dynamoDb the port of the embedded DynamoDB
 * @param sqs the port of the embedded SQS
 * @param s3 the port of the embedded S3
 * @param providers the names of those whose deliveries it receives; none if that is not known
 */
record Ports(int http, int dynamoDb, int sqs, int s3, List<String> providers) {
  static final int HTTP = 8788;
  static final int DYNAMODB = 8000;
  static final int SQS = 9324;
  static final int S3 = 9090;

  /** The file in the folder of the local stack. */
  static final String FILE = "ports.properties";

  /** Returns those of the last {@code dev}; the usual ones if there was none. */
  static Ports of(Path state) {
    Path file = state.resolve(FILE);
    if (!Files.exists(file)) {
      return new Ports(HTTP, DYNAMODB, SQS, S3, List.of());
    }
    Properties kept = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      kept.load(reader);
      String providers = kept.getProperty("providers", "");
      return new Ports(
          port(kept, "http"),
          port(kept, "dynamodb"),
          port(kept, "sqs"),
          port(kept, "s3"),
          providers.isEmpty() ? List.of() : List.of(providers.split(",", -1)));
    } catch (IOException | IllegalArgumentException e) {
      throw new Problem("cannot read " + file + "; `./hookset dev` writes it anew");
    }
  }

  /** Keeps those of a stack that has started. */
  static void save(Path state, LocalStack stack) {
    Properties kept = new Properties();
    kept.setProperty("http", Integer.toString(stack.page().getPort()));
    kept.setProperty("dynamodb", Integer.toString(stack.dynamoDbEndpoint().getPort()));
    kept.setProperty("sqs", Integer.toString(stack.sqsEndpoint().getPort()));
    kept.setProperty("s3", Integer.toString(stack.s3Endpoint().getPort()));
    kept.setProperty(
        "providers",
        stack.providers().stream().map(Provider::name).collect(Collectors.joining(",")));
    Path file = state.resolve(FILE);
    try {
      PrivateFiles.replace(file, kept);
    } catch (IOException e) {
      throw new Problem("cannot write " + FileFailure.said(file, e));
    }
  }

  private static int port(Properties kept, String name) {
    return Integer.parseInt(kept.getProperty(name, ""));
  }
}
