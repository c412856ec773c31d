package dev.hookset.work;

import java.net.http.HttpClient;
import java.time.InstantSource;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;

/**
 * Hands over, once and when the worker starts, what handlers need. In a test, {@code TestSetup}
 * takes its place.
 */
public interface Setup {
  /**
   * Returns the value of an environment variable. If it is not set, the worker does not start and
   * its log names this one and all others that are missing; until {@link Application#routes}
   * returns, an empty text stands in.
   */
  String setting(String variable);

  /** Returns the value of an environment variable, or {@code fallback} if it is not set. */
  String setting(String variable, String fallback);

  /**
   * Returns a secret, which is fetched when it is first read. The variable {@code
   * <NAME>_SECRET_ARN} names it in AWS Secrets Manager; {@code <NAME>_SECRET} holds it in plain
   * text, for a laptop. If neither is set, the worker does not start, as with {@link
   * #setting(String)}.
   *
   * @param name lower-case letters, digits, {@code -} and {@code _}; {@code pager} is {@code
   *     PAGER_SECRET_ARN}
   */
  Secret secret(String name);

  /** Returns the clock. */
  InstantSource clock();

  /**
   * Returns an HTTP client to share between handlers. A connection may take 3 s, and an answer 10 s
   * unless the request has a timeout of its own; a handler's deadline interrupts both.
   */
  HttpClient http();

  /**
   * Gives the builder of an AWS client the worker's region, credentials, connections, timeouts and
   * retries, and returns it: {@code setup.aws(SnsClient.builder()).build()}. The permission is to
   * be granted in the template.
   */
  <B extends AwsClientBuilder<B, C>, C> B aws(B builder);

  /**
   * Returns the handler that comes with the engine: it logs that an event came and, when the stack
   * names an EventBridge bus, forwards the event to it.
   */
  Handler logAndForward();
}
