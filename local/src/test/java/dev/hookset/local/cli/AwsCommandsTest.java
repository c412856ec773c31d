package dev.hookset.local.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hookset.local.embedded.EmbeddedDynamoDb;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.protocol.MarshallingType;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.utils.builder.SdkBuilder;

/**
 * Holds the commands of AWS's own command line that the documents name to AWS's API, as the SDK
 * describes it: an option that is misspelt would be found on the night on which it is needed. Those
 * for the table are run, on DynamoDB Local.
 */
final class AwsCommandsTest {
  private static final Pattern COMMAND = Pattern.compile("(?m)^aws .+$|`aws [^`]+`");

  /** Of the command line itself, not of an operation. */
  private static final Set<String> GENERAL = Set.of("query", "max-items");

  /** {@code s3 rb} is made of several operations, and no other command is. */
  private static final String COMPOSED = "aws s3 rb --force s3://BUCKET";

  /** One command: a service, an operation in kebab case, and its options. */
  private record Command(String service, String operation, Map<String, @Nullable String> options) {
    static Command parse(String line) {
      List<String> words = new ArrayList<>(Arrays.asList(line.replace("'", "").split(" +")));
      Map<String, @Nullable String> options = new LinkedHashMap<>();
      for (int i = 3; i < words.size(); i++) {
        if (words.get(i).startsWith("--")) {
          boolean hasValue = i + 1 < words.size() && !words.get(i + 1).startsWith("--");
          options.put(words.get(i).substring(2), hasValue ? words.get(i + 1) : null);
        }
      }
      return new Command(words.get(1), words.get(2), options);
    }

    String pascal() {
      return Arrays.stream(operation.split("-"))
          .map(word -> word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1))
          .collect(Collectors.joining());
    }

    Class<?> requestClass() throws ClassNotFoundException {
      return Class.forName(
          "software.amazon.awssdk.services." + service + ".model." + pascal() + "Request");
    }

    SdkPojo builder() throws ReflectiveOperationException {
      SdkPojo builder = (SdkPojo) requestClass().getMethod("builder").invoke(null);
      for (SdkField<?> field : builder.sdkFields()) {
        String option = field.memberName().replaceAll("([a-z])([A-Z])", "$1-$2");
        String name = option.toLowerCase(Locale.ROOT);
        if (options.containsKey(name)) {
          field.set(builder, value(field.marshallingType(), options.get(name)));
        } else if (options.containsKey("no-" + name)) {
          field.set(builder, false);
        }
      }
      return builder;
    }

    private static @Nullable Object value(MarshallingType<?> type, @Nullable String text) {
      if (type.equals(MarshallingType.BOOLEAN)) {
        return true;
      }
      if (type.equals(MarshallingType.LONG)) {
        return Long.valueOf(text);
      }
      return type.equals(MarshallingType.INTEGER) ? (Object) Integer.valueOf(text) : text;
    }
  }

  @Test
  void awsCommands_ofTheDocuments_nameOperationsAndOptionsOfTheApi() throws Exception {
    List<String> commands = commands();
    assertTrue(commands.contains(COMPOSED));
    for (String line : commands) {
      Command command = Command.parse(line);
      if (line.equals(COMPOSED)) {
        continue;
      }
      if (command.operation().equals("wait")) {
        assertEquals("aws dynamodb wait table-exists --table-name hookset-drill", line);
        continue;
      }
      Set<String> known = new HashSet<>(GENERAL);
      for (SdkField<?> field : command.builder().sdkFields()) {
        String kebab = field.memberName().replaceAll("([a-z])([A-Z])", "$1-$2");
        known.add(kebab.toLowerCase(Locale.ROOT));
        if (field.marshallingType().equals(MarshallingType.BOOLEAN)) {
          known.add("no-" + kebab.toLowerCase(Locale.ROOT));
        }
      }
      assertTrue(known.containsAll(command.options().keySet()), line);
    }
  }

  @Test
  void awsCommands_forTheTable_doWhatTheDocumentsSay() throws Exception {
    try (EmbeddedDynamoDb server = EmbeddedDynamoDb.start(null, 0);
        DynamoDbClient client = client(server)) {
      create(client, "hookset-drill", false); // DynamoDB Local restores nothing.
      create(client, "TABLE", true);
      List<String> run = new ArrayList<>();
      for (String line : commands()) {
        Command command = Command.parse(line);
        if (command.service().equals("dynamodb")
            && !command.operation().equals("wait")
            && !command.operation().startsWith("restore")) {
          Object request = ((SdkBuilder<?, ?>) command.builder()).build();
          String method = command.pascal().substring(0, 1).toLowerCase(Locale.ROOT);
          assertNotNull(
              DynamoDbClient.class
                  .getMethod(method + command.pascal().substring(1), command.requestClass())
                  .invoke(client, request));
          run.add(command.operation());
        }
      }
      assertEquals(List.of("scan", "delete-table", "update-table", "delete-table"), run);
      assertEquals(List.of(), client.listTables().tableNames());
    }
  }

  private static List<String> commands() throws IOException {
    List<String> commands = new ArrayList<>();
    Path docs = Path.of("..", "docs");
    try (Stream<Path> files = Files.list(docs)) {
      for (Path file : (Iterable<Path>) files.sorted()::iterator) {
        if (file.toString().endsWith(".md")) {
          COMMAND
              .matcher(Files.readString(file))
              .results()
              .map(MatchResult::group)
              .map(found -> found.replace("`", ""))
              .forEach(commands::add);
        }
      }
    }
    return commands;
  }

  private static DynamoDbClient client(EmbeddedDynamoDb server) {
    return DynamoDbClient.builder()
        .endpointOverride(server.endpoint())
        .region(Region.EU_CENTRAL_1)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local")))
        .build();
  }

  private static void create(DynamoDbClient client, String table, boolean isProtected) {
    client.createTable(
        request ->
            request
                .tableName(table)
                .billingMode(BillingMode.PAY_PER_REQUEST)
                .deletionProtectionEnabled(isProtected)
                .keySchema(
                    KeySchemaElement.builder().attributeName("pk").keyType(KeyType.HASH).build())
                .attributeDefinitions(
                    AttributeDefinition.builder()
                        .attributeName("pk")
                        .attributeType(ScalarAttributeType.S)
                        .build()));
  }
}
