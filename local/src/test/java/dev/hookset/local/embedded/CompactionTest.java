package dev.hookset.local.embedded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hookset.local.stack.LocalClients;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;

/** What was erased from a table still stood in its file, in places that were free. */
final class CompactionTest {
  private static final String MARKER = "zoe.marker@example.org";

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void compact_whileItServes_ridsTheFilesOfWhatWasErased(boolean writeAhead, @TempDir Path dir)
      throws IOException {
    try (EmbeddedDynamoDb server = EmbeddedDynamoDb.start(dir, 0);
        LocalClients clients =
            new LocalClients(server.endpoint(), server.endpoint(), server.endpoint())) {
      DynamoDbClient client = clients.dynamoDb();
      client.createTable(
          create ->
              create
                  .tableName("inbox")
                  .billingMode(BillingMode.PAY_PER_REQUEST)
                  .attributeDefinitions(
                      AttributeDefinition.builder()
                          .attributeName("pk")
                          .attributeType(ScalarAttributeType.S)
                          .build())
                  .keySchema(
                      KeySchemaElement.builder()
                          .attributeName("pk")
                          .keyType(KeyType.HASH)
                          .build()));
      if (writeAhead) {
        server.writeAhead();
      }
      Map<String, AttributeValue> key = Map.of("pk", AttributeValue.fromS("k"));
      for (int i = 0; i < 50; i++) {
        String id = i == 25 ? "k" : "other" + i;
        String text = i == 25 ? MARKER : "nobody" + i;
        client.putItem(
            put ->
                put.tableName("inbox")
                    .item(
                        Map.of(
                            "pk",
                            AttributeValue.fromS(id),
                            "note",
                            AttributeValue.fromS(text),
                            "body",
                            AttributeValue.fromB(SdkBytes.fromUtf8String(text)))));
      }
      assertFalse(holding(dir).isEmpty(), "it is there at first");
      assertEquals(writeAhead, Files.exists(dir.resolve("shared-local-instance.db-wal")));
      client.updateItem(
          update -> update.tableName("inbox").key(key).updateExpression("REMOVE body, note"));

      server.compact();

      assertEquals(List.of(), holding(dir));
      assertTrue(client.getItem(get -> get.tableName("inbox").key(key)).hasItem(), "it goes on");
      client.putItem(put -> put.tableName("inbox").item(key));
      assertEquals(50, client.scan(scan -> scan.tableName("inbox")).count());
    }
    assertEquals(List.of(), holding(dir));
  }

  private static List<String> holding(Path dir) throws IOException {
    List<String> found = new ArrayList<>();
    try (Stream<Path> files = Files.walk(dir)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String text = Files.readString(file, StandardCharsets.ISO_8859_1);
        if (text.contains(MARKER) || text.contains("em9lLm1hcmtlckBleGFtcGxlLm9y")) {
          found.add(dir.relativize(file).toString());
        }
      }
    }
    return found;
  }
}
