package dev.hookset.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpServer;
import dev.hookset.local.embedded.EmbeddedDynamoDb;
import dev.hookset.local.embedded.EmbeddedS3;
import dev.hookset.local.embedded.EmbeddedSqs;
import dev.hookset.local.stack.Resources;
import dev.hookset.local.template.Template;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.sqs.SqsClient;

/**
 * DynamoDB Local, ElasticMQ, S3Proxy and what stands in for Secrets Manager behind TLS, in a
 * process of their own: what all contenders talk to. It prints where they are, and takes commands
 * from standard input: {@code cut} closes all connections.
 */
final class Backend implements AutoCloseable {
  private static final String TABLE = "benchmark";
  private static final String QUEUE = "benchmark";
  private static final String BUCKET = "benchmark";

  private final Process process;
  private final BufferedReader out;
  private final Map<String, String> variables;

  private Backend(Process process, BufferedReader out, Map<String, String> variables) {
    this.process = process;
    this.out = out;
    this.variables = variables;
  }

  /** Starts the process. */
  static Backend start(Path checkout, Path keyStore) throws IOException {
    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "--enable-native-access=ALL-UNNAMED",
                    "--sun-misc-unsafe-memory-access=allow",
                    // It would tell of every condition that does not hold.
                    "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
                    "-Xmx2g",
                    "-XX:+UseSerialGC",
                    "-cp",
                    System.getProperty("java.class.path"),
                    Backend.class.getName(),
                    checkout.toString(),
                    keyStore.toString()))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    BufferedReader out = process.inputReader(UTF_8);
    String line = out.readLine();
    if (line == null) {
      throw new IOException("the back end did not start");
    }
    String[] parts = line.split(" ", 5);
    return new Backend(
        process,
        out,
        Map.of(
            "AWS_ENDPOINT_URL_DYNAMODB", parts[0],
            "AWS_ENDPOINT_URL_SQS", parts[1],
            "INBOX_TABLE", TABLE,
            "OVERFLOW_BUCKET", BUCKET,
            "AWS_ENDPOINT_URL_S3", parts[2],
            "WORK_QUEUE_URL", parts[3],
            "AWS_ENDPOINT_URL_SECRETS_MANAGER", parts[4]));
  }

  /** Returns the variables that lead a function here. */
  Map<String, String> variables() {
    return variables;
  }

  /** Cuts all connections. */
  void cut() throws IOException {
    process.getOutputStream().write("cut\n".getBytes(UTF_8));
    process.getOutputStream().flush();
    if (out.readLine() == null) {
      throw new IOException("the back end is gone");
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }

  /** The process: a checkout, for its template, and a key store. */
  public static void main(String[] arguments) throws IOException, GeneralSecurityException {
    Template template = Template.read(Path.of(arguments[0], "template.yaml"));
    SSLContext tls = Certificates.serverContext(Path.of(arguments[1]));
    EmbeddedDynamoDb dynamoDbServer = EmbeddedDynamoDb.start(null, 0);
    EmbeddedSqs sqsServer = EmbeddedSqs.start(null, 0);
    EmbeddedS3 s3Server = EmbeddedS3.start(null, 0);
    StaticCredentialsProvider credentials =
        StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "secret"));
    String queueUrl;
    try (SdkHttpClient http = Apache5HttpClient.create();
        DynamoDbClient dynamoDb =
            DynamoDbClient.builder()
                .httpClient(http)
                .credentialsProvider(credentials)
                .region(Region.of(EmbeddedSqs.REGION))
                .endpointOverride(dynamoDbServer.endpoint())
                .build();
        SqsClient sqs =
            SqsClient.builder()
                .httpClient(http)
                .credentialsProvider(credentials)
                .region(Region.of(EmbeddedSqs.REGION))
                .endpointOverride(sqsServer.endpoint())
                .build();
        S3Client s3 =
            S3Client.builder()
                .httpClient(http)
                .credentialsProvider(credentials)
                .region(Region.of(EmbeddedSqs.REGION))
                .endpointOverride(s3Server.endpoint())
                .forcePathStyle(true)
                .build()) {
      new Resources(template).createTable(dynamoDb, TABLE);
      Resources.createBucket(s3, BUCKET);
      queueUrl = sqs.createQueue(create -> create.queueName(QUEUE)).queueUrl();
    }
    HttpServer secretsServer = Secrets.start();
    try (TlsProxy dynamoDbDoor = TlsProxy.open(tls, dynamoDbServer.endpoint());
        TlsProxy sqsDoor = TlsProxy.open(tls, sqsServer.endpoint());
        TlsProxy s3Door = TlsProxy.open(tls, s3Server.endpoint());
        TlsProxy secretsDoor =
            TlsProxy.open(
                tls, URI.create("http://127.0.0.1:" + secretsServer.getAddress().getPort()));
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, UTF_8))) {
      System.out.println(
          dynamoDbDoor.endpoint()
              + " "
              + sqsDoor.endpoint()
              + " "
              + s3Door.endpoint()
              + " "
              + sqsDoor.endpoint().resolve(URI.create(queueUrl).getPath())
              + " "
              + secretsDoor.endpoint());
      for (String command = in.readLine(); command != null; command = in.readLine()) {
        dynamoDbDoor.cut();
        sqsDoor.cut();
        s3Door.cut();
        secretsDoor.cut();
        System.out.println("done");
      }
    }
    System.exit(0);
  }
}
