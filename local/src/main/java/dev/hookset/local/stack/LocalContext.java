package dev.hookset.local.stack;

import com.amazonaws.services.lambda.runtime.ClientContext;
import com.amazonaws.services.lambda.runtime.CognitoIdentity;
import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.LambdaLogger;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What Lambda tells a function about its invocation. */
final class LocalContext implements Context {
  private final String function;
  private final Instant startedAt;
  private final Instant deadline;
  private final InstantSource clock;
  private final String requestId = UUID.randomUUID().toString();

  LocalContext(String function, Duration timeout, InstantSource clock) {
    this.function = function;
    this.startedAt = clock.instant();
    this.deadline = startedAt.plus(timeout);
    this.clock = clock;
  }

  @Override
  public String getAwsRequestId() {
    return requestId;
  }

  /**
   * The trace as Lambda names it: what this invocation does, a receipt and a record can be joined
   * by it.
   */
  String traceId() {
    String id = requestId.replace("-", "");
    return String.format(
        "Root=1-%08x-%s;Parent=%s;Sampled=0",
        startedAt.getEpochSecond(), id.substring(0, 24), id.substring(16));
  }

  @Override
  public String getLogGroupName() {
    return "/aws/lambda/" + function;
  }

  @Override
  public String getLogStreamName() {
    return "local";
  }

  @Override
  public String getFunctionName() {
    return function;
  }

  @Override
  public String getFunctionVersion() {
    return "$LATEST";
  }

  @Override
  public String getInvokedFunctionArn() {
    return "arn:aws:lambda:us-east-1:000000000000:function:" + function;
  }

  @Override
  public @Nullable CognitoIdentity getIdentity() {
    return null;
  }

  @Override
  public @Nullable ClientContext getClientContext() {
    return null;
  }

  @Override
  public int getRemainingTimeInMillis() {
    return (int) Math.max(Duration.between(clock.instant(), deadline).toMillis(), 0);
  }

  @Override
  public int getMemoryLimitInMB() {
    return 1024;
  }

  @Override
  public @Nullable LambdaLogger getLogger() {
    return null;
  }
}
