package dev.hookset.aws;

import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.ContainerCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

/**
 * The credentials that Lambda gives: in variables, or, to a function that is restored from a
 * snapshot, at an address. The SDK's default chain would look into five more places, at the price
 * of their classes. Safe to share between threads.
 */
final class LambdaCredentials implements AwsCredentialsProvider {
  private final @Nullable AwsCredentialsProvider fromVariables;
  private volatile @Nullable ContainerCredentialsProvider fromAddress;

  LambdaCredentials(Environment environment) {
    String accessKey = environment.optional("AWS_ACCESS_KEY_ID");
    String secretKey = environment.optional("AWS_SECRET_ACCESS_KEY");
    String token = environment.optional("AWS_SESSION_TOKEN");
    this.fromVariables =
        accessKey == null || secretKey == null
            ? null
            : StaticCredentialsProvider.create(
                token == null
                    ? AwsBasicCredentials.create(accessKey, secretKey)
                    : AwsSessionCredentials.create(accessKey, secretKey, token));
  }

  @Override
  public AwsCredentials resolveCredentials() {
    AwsCredentialsProvider known = fromVariables;
    return (known == null ? fromAddress() : known).resolveCredentials();
  }

  /** Drops what was read from the address; it is read again when it is needed. */
  synchronized void forget() {
    ContainerCredentialsProvider old = fromAddress;
    if (old != null) {
      fromAddress = null;
      old.close();
    }
  }

  private ContainerCredentialsProvider fromAddress() {
    ContainerCredentialsProvider known = fromAddress;
    if (known != null) {
      return known;
    }
    synchronized (this) {
      known = fromAddress;
      if (known == null) {
        known = ContainerCredentialsProvider.builder().build();
        fromAddress = known;
      }
      return known;
    }
  }
}
