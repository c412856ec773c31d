package dev.hookset.local.cloud;

import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.ProfileCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.profiles.Profile;
import software.amazon.awssdk.profiles.ProfileFile;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;

/**
 * Who we are to AWS, and where: from variables or, as the AWS CLI has it, from a profile. A profile
 * that {@code AWS_PROFILE} names is the only one that is asked. What is missing or wrong is a
 * {@link CloudProblem} that names the profile or the file, and what to do.
 */
final class AwsSettings {
  /** How the SDK's default chain begins when none of its sources has any. */
  private static final String NONE_FOUND = "Unable to load credentials from any of the providers";

  private static final int LONGEST_REASON = 200;
  private static final String USUAL_PROFILE = "default";

  private final Map<String, String> environment;
  private final ProfileFile profiles;

  /**
   * Reads the files of the AWS CLI, if they are there.
   *
   * @param environment the process's variables
   */
  AwsSettings(Map<String, String> environment) {
    this.environment = environment;
    this.profiles =
        ProfileFile.aggregator()
            .addFile(file("AWS_SHARED_CREDENTIALS_FILE", ProfileFile.Type.CREDENTIALS))
            .addFile(file("AWS_CONFIG_FILE", ProfileFile.Type.CONFIGURATION))
            .build();
  }

  /** Returns the region that was given, or else the one that the environment or a profile names. */
  Region region(@Nullable String given) {
    for (String name :
        List.of(
            given == null ? "" : given, variable("AWS_REGION"), variable("AWS_DEFAULT_REGION"))) {
      if (!name.isEmpty()) {
        return Region.of(name);
      }
    }
    Profile profile = profile();
    String ofTheProfile = profile == null ? null : profile.properties().get("region");
    if (ofTheProfile != null) {
      return Region.of(ofTheProfile);
    }
    try {
      return Objects.requireNonNull(new DefaultAwsRegionProviderChain().getRegion(), "region");
    } catch (SdkClientException e) {
      throw new CloudProblem(
          "no region is known; say --region, or set AWS_REGION"
              + (profile == null
                  ? ""
                  : ", or give the profile one: `aws configure set region REGION --profile "
                      + profile.name()
                      + "`"));
    }
  }

  /** Says whose credentials they are, for who is refused with them. */
  String origin() {
    Profile profile = hasKeys() ? null : profile();
    return hasKeys()
        ? "those of AWS_ACCESS_KEY_ID"
        : profile == null
            ? "those that `aws sts get-caller-identity` tells"
            : "those of the AWS profile '" + profile.name() + "'";
  }

  private boolean hasKeys() {
    return !variable("AWS_ACCESS_KEY_ID").isEmpty() && !variable("AWS_SECRET_ACCESS_KEY").isEmpty();
  }

  /** Returns where the credentials come from, once there are any. */
  AwsCredentialsProvider credentials() {
    if (hasKeys()) {
      String accessKey = variable("AWS_ACCESS_KEY_ID");
      String secretKey = variable("AWS_SECRET_ACCESS_KEY");
      String token = variable("AWS_SESSION_TOKEN");
      return StaticCredentialsProvider.create(
          token.isEmpty()
              ? AwsBasicCredentials.create(accessKey, secretKey)
              : AwsSessionCredentials.create(accessKey, secretKey, token));
    }
    Profile profile = profile();
    if (profile != null && isNamed()) {
      return proven(profile);
    }
    AwsCredentialsProvider any =
        DefaultCredentialsProvider.builder().profileFile(() -> profiles).build();
    try {
      any.resolveCredentials();
    } catch (SdkClientException e) {
      if (profile != null) {
        proven(profile);
      }
      // The SDK chains what each of its sources says into 1,300 characters.
      throw new CloudProblem(
          String.valueOf(e.getMessage()).startsWith(NONE_FOUND)
              ? "no AWS credentials were found; sign in (`aws sso login`, `aws configure`), name a"
                  + " profile (AWS_PROFILE), or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
              : "the AWS credentials cannot be used: "
                  + shortened(e.getMessage())
                  + "; `aws sts get-caller-identity` tries the same");
    }
    return any;
  }

  /** Returns the address that stands in for AWS; null for AWS itself. */
  @Nullable URI endpoint() {
    String url = variable("AWS_ENDPOINT_URL");
    if (url.isEmpty()) {
      return null;
    }
    try {
      URI uri = new URI(url);
      if (uri.getScheme() != null && uri.getHost() != null) {
        return uri;
      }
    } catch (URISyntaxException e) {
      // Falls through: the message below says what was expected, and repeats no password.
    }
    throw new CloudProblem(
        "AWS_ENDPOINT_URL is no URL; one looks like http://localhost:4566, and AWS's own needs none");
  }

  /** Returns the first line of what the SDK says, in bounds. */
  static String shortened(@Nullable String message) {
    String line =
        message == null ? "no reason given" : message.lines().findFirst().orElse("no reason given");
    return line.length() <= LONGEST_REASON ? line : line.substring(0, LONGEST_REASON) + "…";
  }

  /** Returns the credentials of a profile, which it was asked for. */
  private AwsCredentialsProvider proven(Profile profile) {
    ProfileCredentialsProvider provider =
        ProfileCredentialsProvider.builder()
            .profileFile(() -> profiles)
            .profileName(profile.name())
            .build();
    try {
      provider.resolveCredentials();
      return provider;
    } catch (RuntimeException e) { // The SDK throws what it likes here, an exit of a process too.
      provider.close();
      // What follows is all that stands in the files.
      String reason = shortened(e.getMessage()).split(": ProfileFile\\(", 2)[0];
      throw new CloudProblem(
          "the AWS profile '"
              + profile.name()
              + "' gives no credentials: "
              + reason.replaceFirst("\\.$", "")
              + "; "
              + cure(profile));
    }
  }

  private static String cure(Profile profile) {
    Map<String, String> properties = profile.properties();
    String named = " --profile " + profile.name() + "`";
    if (properties.keySet().stream().anyMatch(name -> name.startsWith("sso_"))) {
      return "`aws sso login" + named + " signs in anew";
    }
    return properties.containsKey("role_arn") || properties.containsKey("credential_process")
        ? "`aws sts get-caller-identity" + named + " tries the same"
        : "`aws configure" + named + " gives it some";
  }

  /** Returns the profile that counts; null if none is named and there is no usual one. */
  private @Nullable Profile profile() {
    String name = isNamed() ? variable("AWS_PROFILE") : USUAL_PROFILE;
    Profile profile = profiles.profile(name).orElse(null);
    if (profile == null && isNamed()) {
      throw new CloudProblem(
          "there is no AWS profile '"
              + name
              + "', which AWS_PROFILE names, in "
              + path("AWS_CONFIG_FILE", ProfileFile.Type.CONFIGURATION)
              + " or "
              + path("AWS_SHARED_CREDENTIALS_FILE", ProfileFile.Type.CREDENTIALS)
              + "; `aws configure list-profiles` says which there are");
    }
    return profile;
  }

  private boolean isNamed() {
    return !variable("AWS_PROFILE").isEmpty();
  }

  private ProfileFile file(String variable, ProfileFile.Type type) {
    Path path = path(variable, type);
    try {
      return Files.isRegularFile(path)
          ? ProfileFile.builder().content(path).type(type).build()
          : ProfileFile.aggregator().build();
    } catch (IllegalArgumentException | UncheckedIOException e) {
      throw new CloudProblem(
          "cannot read "
              + path
              + ", the configuration of the AWS CLI: "
              + shortened(e.getMessage())
              + "; mend it, or name another in "
              + variable);
    }
  }

  private Path path(String variable, ProfileFile.Type type) {
    String home = environment.getOrDefault("HOME", System.getProperty("user.home", ""));
    String given = variable(variable);
    if (!given.isEmpty()) {
      return given.startsWith("~/") ? Path.of(home, given.substring(2)) : Path.of(given);
    }
    return Path.of(home, ".aws", type == ProfileFile.Type.CREDENTIALS ? "credentials" : "config");
  }

  private String variable(String name) {
    return environment.getOrDefault(name, "");
  }
}
