package dev.hookset.fuzz;

import com.amazonaws.services.lambda.runtime.ClientContext;
import com.amazonaws.services.lambda.runtime.CognitoIdentity;
import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.LambdaLogger;
import org.jspecify.annotations.Nullable;

/** The same for every invocation: an hour of time, and no trace. */
@SuppressWarnings("NullAway") // the interface says nothing of null, but gives it
enum FuzzedInvocation implements Context {
  CONTEXT;

  @Override
  public String getAwsRequestId() {
    return "invocation";
  }

  @Override
  public int getRemainingTimeInMillis() {
    return 3_600_000;
  }

  @Override
  public @Nullable String getXrayTraceId() {
    return null;
  }

  @Override
  public @Nullable String getLogGroupName() {
    return null;
  }

  @Override
  public @Nullable String getLogStreamName() {
    return null;
  }

  @Override
  public @Nullable String getFunctionName() {
    return null;
  }

  @Override
  public @Nullable String getFunctionVersion() {
    return null;
  }

  @Override
  public @Nullable String getInvokedFunctionArn() {
    return null;
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
  public int getMemoryLimitInMB() {
    return 512;
  }

  @Override
  public @Nullable LambdaLogger getLogger() {
    return null;
  }
}
