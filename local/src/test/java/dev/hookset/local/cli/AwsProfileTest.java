package dev.hookset.local.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Profiles of the AWS CLI that are missing or wrong: the message names them, and what to do. */
final class AwsProfileTest {
  @TempDir
  @SuppressWarnings("NullAway.Init") // JUnit sets it.
  private Path home;

  @SuppressWarnings("NullAway.Init") // JUnit has it set.
  private Path config;

  @BeforeEach
  void folder() throws IOException {
    config = Files.createDirectories(home.resolve(".aws")).resolve("config");
  }

  @Test
  void profile_thatIsNotThere_isNamedWithWhereItWasLookedFor() throws IOException {
    // "no AWS credentials were found", or "no region is known": a slip in AWS_PROFILE was not told.
    Files.writeString(config, "[profile prod]\nregion = eu-central-1\n");

    String message = message(Map.of("AWS_PROFILE", "nope"));

    assertEquals(
        "hookset: there is no AWS profile 'nope', which AWS_PROFILE names, in "
            + config
            + " or "
            + config.resolveSibling("credentials")
            + "; `aws configure list-profiles` says which there are",
        message);
  }

  @Test
  void configuration_thatIsBroken_isNamedAndIsNoFaultOfOurs() throws IOException {
    // It ended with 70, "a fault of Hookset's own".
    Files.writeString(config, "region = eu-central-1\n[profile prod\n");

    String message = message(Map.of("AWS_PROFILE", "prod"));

    assertTrue(message.startsWith("hookset: cannot read " + config + ", the config"), message);
    assertTrue(message.contains("line 1"), message);
  }

  @Test
  void role_whoseSourceIsMissing_saysWhich() throws IOException {
    Files.writeString(
        config,
        """
        [profile prod]
        region = eu-central-1
        role_arn = arn:aws:iam::123456789012:role/operator
        source_profile = gone
        """);

    String message = message(Map.of("AWS_PROFILE", "prod"));

    assertTrue(
        message.startsWith("hookset: the AWS profile 'prod' gives no credentials: "), message);
    assertTrue(message.contains("gone"), message);
    assertTrue(message.endsWith("; `aws sts get-caller-identity --profile prod` tries the same"));
  }

  @Test
  void sso_thatHasExpiredOrNeverWas_saysHowToSignIn() throws IOException {
    Files.writeString(
        config,
        """
        [profile prod]
        region = eu-central-1
        sso_session = corp
        sso_account_id = 123456789012
        sso_role_name = operator

        [sso-session corp]
        sso_region = eu-central-1
        sso_start_url = https://corp.example/start
        """);

    String message = message(Map.of("AWS_PROFILE", "prod"));

    assertTrue(
        message.startsWith("hookset: the AWS profile 'prod' gives no credentials: "), message);
    assertTrue(message.endsWith("; `aws sso login --profile prod` signs in anew"), message);
  }

  @Test
  void profile_withoutKeys_saysHowToGiveItSome() throws IOException {
    Files.writeString(config, "[profile prod]\nregion = eu-central-1\n");

    String message = message(Map.of("AWS_PROFILE", "prod"));

    assertTrue(message.endsWith("; `aws configure --profile prod` gives it some"), message);
    assertFalse(message.contains("ProfileFile("), message);
    assertTrue(message.length() < 300, message);
  }

  @Test
  void profile_withoutARegion_saysHowToGiveItOne() throws IOException {
    Files.writeString(config, "[profile prod]\naws_access_key_id = a\naws_secret_access_key = b\n");

    String message = message(Map.of("AWS_PROFILE", "prod"));

    assertTrue(message.startsWith("hookset: no region is known; say --region, "), message);
    assertTrue(message.endsWith("`aws configure set region REGION --profile prod`"), message);
  }

  @Test
  void profile_withKeysAndARegion_isUsed() throws Exception {
    Files.writeString(
        config,
        "[profile prod]\nregion = eu-central-1\naws_access_key_id = a\naws_secret_access_key = b\n");

    String message =
        message(Map.of("AWS_PROFILE", "prod", "AWS_ENDPOINT_URL", "http://127.0.0.1:1"));

    assertTrue(message.startsWith("hookset: AWS does not answer: "), message);
  }

  @Test
  void keys_thatAreRefused_areNamedByWhereTheyComeFrom() throws Exception {
    // "The security token included in the request is expired": whose, of several, nobody said.
    HttpServer aws =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    aws.createContext(
        "/",
        exchange -> {
          byte[] answer =
              ("<ErrorResponse><Error><Type>Sender</Type><Code>ExpiredToken</Code><Message>The"
                      + " security token included in the request is expired</Message></Error>"
                      + "<RequestId>r</RequestId></ErrorResponse>")
                  .getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().set("Content-Type", "text/xml");
          exchange.sendResponseHeaders(403, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    aws.start();
    try {
      Files.writeString(
          config,
          "[profile prod]\nregion = eu-central-1\naws_access_key_id = a\naws_secret_access_key ="
              + " b\n");
      String url = "http://127.0.0.1:" + aws.getAddress().getPort();

      String ofAProfile = message(Map.of("AWS_PROFILE", "prod", "AWS_ENDPOINT_URL", url));
      String ofVariables =
          message(
              Map.of(
                  "AWS_REGION", "eu-central-1",
                  "AWS_ACCESS_KEY_ID", "a",
                  "AWS_SECRET_ACCESS_KEY", "b",
                  "AWS_ENDPOINT_URL", url));

      assertTrue(
          ofAProfile.endsWith("; the credentials are those of the AWS profile 'prod'"), ofAProfile);
      assertTrue(ofAProfile.contains("is expired"), ofAProfile);
      assertTrue(
          ofVariables.endsWith("; the credentials are those of AWS_ACCESS_KEY_ID"), ofVariables);
    } finally {
      aws.stop(0);
    }
  }

  private String message(Map<String, String> variables) {
    Map<String, String> environment = new HashMap<>(variables);
    environment.put("HOME", home.toString());
    Shell.Run run = new Shell(home, environment).run("urls", "--stack", "shop");
    assertEquals(Hookset.IN_THE_WAY, run.code(), run::err);
    List<String> lines = run.errorLines();
    assertEquals(1, lines.size(), run::err);
    return lines.getFirst();
  }
}
