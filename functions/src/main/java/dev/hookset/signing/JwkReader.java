package dev.hookset.signing;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads as much of a JWK or a JWK set (RFC 7517) as it takes to find Ed25519 keys (RFC 8037,
 * section 2).
 */
final class JwkReader {
  private static final JsonFactory JSON = new JsonFactory();

  private JwkReader() {}

  /**
   * A JSON object of which the string members and the array named {@code keys} were kept.
   *
   * @param members the string members by name
   * @param keys the objects of {@code keys}, or null if there is no such array: then this is a
   *     single JWK
   */
  record Jwk(Map<String, String> members, @Nullable List<Jwk> keys) {
    @Nullable String x() {
      return members.get("x");
    }

    boolean isForEd25519Signatures() {
      String alg = members.getOrDefault("alg", "EdDSA");
      return "OKP".equals(members.get("kty"))
          && "Ed25519".equals(members.get("crv"))
          && members.getOrDefault("use", "sig").equals("sig")
          && (alg.equals("EdDSA") || alg.equals("Ed25519"));
    }
  }

  /**
   * Reads one JSON object.
   *
   * @throws IllegalArgumentException if {@code json} is anything else
   */
  static Jwk read(String json) {
    try (JsonParser parser = JSON.createParser(json)) {
      if (parser.nextToken() == JsonToken.START_OBJECT) {
        Jwk jwk = readObject(parser);
        if (parser.nextToken() == null) {
          return jwk;
        }
      }
    } catch (IOException e) {
      // Jackson's message would quote the text; what follows says all that the operator needs.
    }
    throw new IllegalArgumentException("neither a JWK nor a JWK set: not one JSON object");
  }

  private static Jwk readObject(JsonParser parser) throws IOException {
    Map<String, String> members = new HashMap<>();
    List<Jwk> keys = null;
    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      switch (parser.nextToken()) {
        case VALUE_STRING -> members.put(name, parser.getText());
        case START_ARRAY -> {
          List<Jwk> objects = readArray(parser);
          keys = name.equals("keys") ? objects : keys;
        }
        default -> parser.skipChildren();
      }
    }
    return new Jwk(members, keys);
  }

  private static List<Jwk> readArray(JsonParser parser) throws IOException {
    List<Jwk> objects = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      if (parser.currentToken() == JsonToken.START_OBJECT) {
        objects.add(readObject(parser));
      } else {
        parser.skipChildren();
      }
    }
    return objects;
  }
}
