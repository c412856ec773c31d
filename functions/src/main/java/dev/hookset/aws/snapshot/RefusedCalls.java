package dev.hookset.aws.snapshot;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.sqs.model.SendMessageRequest;

/**
 * Has a client ask the real service only for what it must refuse, and takes each answer for a
 * success, so that what reads one is primed as well.
 */
public final class RefusedCalls implements ExecutionInterceptor {
  /** Holds for no item; and under the empty ID below no event is kept. */
  private static final String NEVER = "attribute_exists(pk) AND attribute_not_exists(pk)";

  /** More seconds of delay than SQS allows, and a character that it does not. */
  private static final int TOO_LONG = 100_000;

  private static final String NO_TEXT = "\u0000";

  private static final byte[] SUCCESS = {'{', '}'};
  private static final String CRC_OF_SUCCESS = "2745614147";

  private final String provider;

  /** Creates what refuses a client's calls, whose puts go to the keys of {@code provider}. */
  public RefusedCalls(String provider) {
    this.provider = provider;
  }

  @Override
  public SdkRequest modifyRequest(Context.ModifyRequest context, ExecutionAttributes attributes) {
    return switch (context.request()) {
      case PutItemRequest put -> {
        Map<String, AttributeValue> item = new HashMap<>(put.item());
        item.put("pk", AttributeValue.fromS(provider + "#"));
        yield put.toBuilder().item(item).conditionExpression(NEVER).build();
      }
      case SendMessageRequest send ->
          send.toBuilder().messageBody(NO_TEXT).delaySeconds(TOO_LONG).build();
      case SdkRequest other -> throw new IllegalStateException(other.toString());
    };
  }

  @Override
  public SdkHttpResponse modifyHttpResponse(
      Context.ModifyHttpResponse context, ExecutionAttributes attributes) {
    return context
        .httpResponse()
        .copy(answer -> answer.statusCode(200).putHeader("x-amz-crc32", CRC_OF_SUCCESS));
  }

  @Override
  public Optional<InputStream> modifyHttpResponseContent(
      Context.ModifyHttpResponse context, ExecutionAttributes attributes) {
    // A connection is kept only if the answer was read.
    context.responseBody().ifPresent(RefusedCalls::drain);
    return Optional.of(new ByteArrayInputStream(SUCCESS));
  }

  private static void drain(InputStream body) {
    try (body) {
      body.transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
