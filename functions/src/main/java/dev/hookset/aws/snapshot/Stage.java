package dev.hookset.aws.snapshot;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpFullResponse;

/**
 * Answers in the place of DynamoDB and SQS while a start is rehearsed; nothing leaves the process.
 */
public final class Stage implements SdkHttpClient {
  private static final String TARGET = "X-Amz-Target";
  private static final String SENT = "{\"MessageId\":\"rehearsal\"}";

  private @Nullable String recorded;

  /**
   * Says what DynamoDB has from now on.
   *
   * @param digest the digest of the body that is recorded; null if none is
   */
  void has(@Nullable String digest) {
    recorded = digest;
  }

  @Override
  public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
    return new ExecutableHttpRequest() {
      @Override
      public HttpExecuteResponse call() {
        String target = request.httpRequest().firstMatchingHeader(TARGET).orElse("");
        if (target.endsWith(".SendMessage")) {
          return answer(200, SENT);
        }
        String digest = recorded;
        return digest == null ? answer(200, "{}") : answer(400, conditionFailed(digest));
      }

      @Override
      public void abort() {
        // It has answered by then.
      }
    };
  }

  @Override
  public String clientName() {
    return "Stage";
  }

  @Override
  public void close() {
    // It holds nothing.
  }

  private static String conditionFailed(String digest) {
    return """
    {"__type":"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException",\
    "message":"The conditional request failed",\
    "Item":{"status":{"S":"DONE"},"digest":{"S":"%s"}}}\
    """
        .formatted(digest);
  }

  /** DynamoDB sends it, and the SDK reckons it again. */
  private static long checksum(byte[] bytes) {
    CRC32 crc = new CRC32();
    crc.update(bytes);
    return crc.getValue();
  }

  private static HttpExecuteResponse answer(int status, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    AbortableInputStream body = AbortableInputStream.create(new ByteArrayInputStream(bytes));
    return HttpExecuteResponse.builder()
        .response(
            SdkHttpFullResponse.builder()
                .statusCode(status)
                .putHeader("Content-Type", List.of("application/x-amz-json-1.0"))
                .putHeader("Content-Length", Integer.toString(bytes.length))
                .putHeader("x-amzn-RequestId", "rehearsal")
                .putHeader("x-amz-crc32", Long.toString(checksum(bytes)))
                .content(body)
                .build())
        .responseBody(body)
        .build();
  }
}
