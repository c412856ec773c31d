package dev.hookset.local.listen;

import dev.hookset.inbox.InboxUnavailable;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * Says of what went wrong whether it passes, and how long to wait for that: twice as long each
 * time, up to half a minute. Not safe to share between threads.
 */
public final class Waits {
  private static final Duration FIRST = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofSeconds(30);

  /** What AWS calls credentials that have run out, or are not known any more. */
  private static final Set<String> SIGN_IN =
      Set.of(
          "ExpiredToken",
          "ExpiredTokenException",
          "InvalidAccessKeyId",
          "InvalidClientTokenId",
          "InvalidToken",
          "RequestExpired",
          "TokenRefreshRequired",
          "UnauthorizedException",
          "UnrecognizedClientException");

  private static final String CREDENTIALS =
      "credentials that work: those that it has are refused (%s); sign in again, such as by `aws sso"
          + " login`";

  private Duration next = FIRST;

  /** Returns how long to wait now. */
  public Duration next() {
    Duration now = next;
    Duration doubled = next.multipliedBy(2);
    next = doubled.compareTo(LONGEST) > 0 ? LONGEST : doubled;
    return now;
  }

  /** All is well again. */
  public void reset() {
    next = FIRST;
  }

  /**
   * Returns what is waited for; null if it is of no use to ask the same again.
   *
   * @throws RuntimeException never: what it does not know, it does not wait for
   */
  public static @Nullable String forWhat(RuntimeException e) {
    return switch (e) {
      case LocalStackAway away ->
          "the local stack; is `./hookset dev` running? (" + said(away) + ")";
      case InboxUnavailable unavailable when unavailable.getCause() instanceof SdkException sdk ->
          forWhat(sdk);
      case AwsServiceException service -> ofService(service);
      case SdkClientException client -> ofClient(client);
      default -> null;
    };
  }

  private static @Nullable String ofService(AwsServiceException e) {
    String code = e.awsErrorDetails() == null ? "" : e.awsErrorDetails().errorCode();
    if (SIGN_IN.contains(code)) {
      return String.format(CREDENTIALS, code);
    }
    if (e.isThrottlingException()) {
      return "AWS, which asks to be asked more slowly (" + code + ")";
    }
    if (e.isClockSkewException()) {
      return "this machine's clock to be set right (" + code + ")";
    }
    return e.statusCode() >= 500 ? "AWS, which answers " + e.statusCode() : null;
  }

  /** The call did not come through, or there were no credentials to sign it with. */
  private static String ofClient(SdkClientException e) {
    String message = String.valueOf(e.getMessage());
    return message.contains("credentials") || message.contains("SSO") || message.contains("oken")
        ? String.format(CREDENTIALS, "none are found")
        : "the network (" + said(e) + ")";
  }

  private static String said(RuntimeException e) {
    Throwable innermost = e;
    while (innermost.getCause() != null) {
      innermost = innermost.getCause();
    }
    return String.valueOf(innermost.getMessage()).lines().findFirst().orElse("no reason given");
  }
}
