package dev.hookset.aws.snapshot;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.URI;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.sqs.model.SendMessageRequest;
import software.amazon.awssdk.utils.IoUtils;

/**
 * Has a client ask the real service only for what it must refuse, and takes each answer for a
 * success, so that what reads one is primed as well.
 */
public final class RefusedCalls implements ExecutionInterceptor {
  private volatile @Nullable URI service;

  @Override
  public SdkRequest modifyRequest(Context.ModifyRequest context, ExecutionAttributes attributes) {
    return switch (context.request()) {
      case PutItemRequest put ->
          put.toBuilder()
              .conditionExpression("attribute_exists(pk) AND attribute_not_exists(pk)")
              .build();
      // SQS allows neither this character nor as many seconds.
      case SendMessageRequest send ->
          send.toBuilder().messageBody("\u0000").delaySeconds(100_000).build();
      case SdkRequest other -> throw new IllegalStateException(other.toString());
    };
  }

  @Override
  public void beforeTransmission(
      Context.BeforeTransmission context, ExecutionAttributes attributes) {
    service = context.httpRequest().getUri().resolve("/");
  }

  /** Returns where the calls went; throws {@link NullPointerException} if there was none. */
  public URI service() {
    return Objects.requireNonNull(service, "no call was made");
  }

  @Override
  public SdkHttpResponse modifyHttpResponse(
      Context.ModifyHttpResponse context, ExecutionAttributes attributes) {
    return context
        .httpResponse()
        .copy(answer -> answer.statusCode(200).putHeader("x-amz-crc32", "2745614147"));
  }

  @Override
  public Optional<InputStream> modifyHttpResponseContent(
      Context.ModifyHttpResponse context, ExecutionAttributes attributes) {
    // A connection is kept only if the answer was read; the CRC above is that of this one.
    context.responseBody().ifPresent(IoUtils::drainInputStream);
    return Optional.of(new ByteArrayInputStream(new byte[] {'{', '}'}));
  }
}
