package dev.hookset.signing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hookset.Body;
import dev.hookset.Delivery;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Every vector of Project Wycheproof, through the verifier. The vectors do not belong to this
 * repository; without them the tests are skipped.
 */
final class WycheproofTest {
  private static final Path VECTORS = Path.of("..", "..", "shared", "wycheproof");
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void verify_ed25519Vectors_areJudgedAsTheySay() throws Exception {
    Map<String, String> disagreements = new TreeMap<>();
    int count = 0;
    JsonNode vectors = vectors("ed25519_test.json");
    for (JsonNode group : vectors.required("testGroups")) {
      List<VerificationKey> keys =
          List.copyOf(Ed25519PublicKey.readAll(group.required("publicKeyJwk").toString()));
      for (JsonNode test : group.required("tests")) {
        count++;
        compare(test, judge(Scheme.Algorithm.ED25519, keys, test, "sig"), disagreements);
      }
    }
    assertEquals(Map.of(), disagreements);
    assertEquals(vectors.required("numberOfTests").intValue(), count);
  }

  /** A truncated tag is no signature of ours, whether it is a valid one or not. */
  @Test
  void verify_hmacVectors_areJudgedAsTheySay() throws Exception {
    Map<String, String> disagreements = new TreeMap<>();
    int count = 0;
    JsonNode vectors = vectors("hmac_sha256_test.json");
    for (JsonNode group : vectors.required("testGroups")) {
      for (JsonNode test : group.required("tests")) {
        count++;
        SharedSecret secret = new SharedSecret(hex(test.required("key").textValue()));
        Reason reason = judge(Scheme.Algorithm.HMAC_SHA256, List.of(secret), test, "tag");
        if (group.required("tagSize").intValue() == 256) {
          compare(test, reason, disagreements);
        } else if (reason != Reason.MALFORMED_SIGNATURE) {
          disagreements.put(test.required("tcId").asText(), "truncated, and " + reason);
        }
      }
    }
    assertEquals(Map.of(), disagreements);
    assertEquals(vectors.required("numberOfTests").intValue(), count);
  }

  private static JsonNode vectors(String file) throws IOException {
    Path path = VECTORS.resolve(file);
    assumeTrue(Files.isReadable(path), () -> "the vectors are not there: " + path);
    return JSON.readTree(path.toFile());
  }

  private static void compare(
      JsonNode test, @Nullable Reason reason, Map<String, String> disagreements) {
    boolean agrees =
        switch (test.required("result").textValue()) {
          case "valid" -> reason == null;
          case "invalid" ->
              reason != null
                  && Set.of(
                          Reason.MISSING_SIGNATURE,
                          Reason.MALFORMED_SIGNATURE,
                          Reason.INVALID_SIGNATURE)
                      .contains(reason);
          default -> false;
        };
    if (!agrees) {
      disagreements.put(
          test.required("tcId").asText(), test.required("comment").textValue() + ": " + reason);
    }
  }

  private static @Nullable Reason judge(
      Scheme.Algorithm algorithm, List<VerificationKey> keys, JsonNode test, String signature)
      throws KeysUnavailable {
    Instant now = Instant.EPOCH;
    Verifier verifier =
        new Verifier(
            Scheme.signed(algorithm, "{body}").in("sig").build(),
            () -> keys,
            Duration.ZERO,
            1 << 20,
            InstantSource.fixed(now));
    Body body = Body.wrap(hex(test.required("msg").textValue()));
    Map<String, String> headers = Map.of("sig", test.required(signature).textValue());
    try {
      verifier.verify(new Delivery(headers, body, now));
      return null;
    } catch (Refusal e) {
      return e.reason();
    }
  }

  private static byte[] hex(String digits) {
    return HexFormat.of().parseHex(digits);
  }
}
