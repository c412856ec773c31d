package dev.hookset.aws.clients;

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
public final class LambdaCredentials implements AwsCredentialsProvider {
  private final @Nullable AwsCredentialsProvider fromVariables;
  private volatile @Nullable ContainerCredentialsProvider fromAddress;

  /**
   * Creates credentials of what the variables hold; without a key or its secret, they are read from
   * the address that the SDK's own variables name.
   */
  public LambdaCredentials(
      @Nullable String accessKey, @Nullable String secretKey, @Nullable String token) {
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
