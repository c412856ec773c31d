package dev.hookset.fuzz;

import dev.hookset.Body;
import dev.hookset.Delivery;
import dev.hookset.Form;
import dev.hookset.receive.Provider;
import dev.hookset.signing.Encoding;
import dev.hookset.signing.MessageTemplate;
import dev.hookset.signing.Scheme;
import dev.hookset.signing.VerificationKey;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** A provider that signs whatever it is given; with the JDK's cryptography, so not with ours. */
public final class SigningSender {
  private static final String SECRET = "whsec_of_the_fuzzer";
  private static final Pattern PLACE = Pattern.compile("\\{([^}]*)\\}");

  private final Provider provider;
  private final Scheme scheme;
  private final KeyPair pair;

  /** Creates one with a key of its own. */
  public SigningSender(Provider provider) {
    this.provider = provider;
    // The one of several that asks for nothing besides.
    this.scheme =
        provider.scheme().all().stream()
            .filter(each -> each.condition() == null)
            .findFirst()
            .orElseThrow();
    try {
      this.pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has Ed25519", e);
    }
  }

  /** Returns whose deliveries it signs. */
  public Provider provider() {
    return provider;
  }

  /** Returns the keys that its deliveries are to be judged with. */
  public List<VerificationKey> keys() {
    String prefix = scheme.secretPrefix();
    return scheme.readKeys(
        scheme.hasPublicKey()
            ? Base64.getEncoder().encodeToString(pair.getPublic().getEncoded())
            : prefix == null
                ? SECRET
                : prefix
                    + Base64.getEncoder()
                        .encodeToString(SECRET.getBytes(StandardCharsets.US_ASCII)));
  }

  /** Returns the headers of a delivery of {@code body} that is sent {@code now}. */
  public Map<String, String> headers(Body body, Instant now) {
    return headers(body, now, "id_1");
  }

  /** Returns the same with {@code id} in the headers that are signed besides. */
  public Map<String, String> headers(Body body, Instant now, String id) {
    Map<String, String> headers = new LinkedHashMap<>();
    Scheme.Timestamp timestamp = scheme.timestamp();
    String inList = "";
    if (timestamp != null) {
      String time = time(timestamp, now);
      switch (timestamp.place()) {
        case HEADER -> headers.put(timestamp.name(), time);
        case ELEMENT -> inList = timestamp.name() + time + scheme.separator();
        case MEMBER -> {}
      }
    }
    scheme.signedHeaders().forEach(name -> headers.put(name, id));
    headers.put(scheme.header(), inList);
    String signature = signature(new Delivery(headers, body, now));
    headers.put(scheme.header(), inList + scheme.prefix() + signature);
    return headers;
  }

  private static String time(Scheme.Timestamp timestamp, Instant now) {
    return switch (timestamp.form()) {
      case UNIX_SECONDS, UNIX_SECONDS_OR_RFC3339 -> Long.toString(now.getEpochSecond());
      case UNIX_MILLIS -> Long.toString(now.toEpochMilli());
      case RFC3339 -> now.toString();
    };
  }

  /** Returns the signature that would be right for {@code delivery}, as the scheme writes it. */
  String signature(Delivery delivery) {
    MessageTemplate message = scheme.message();
    if (message == null) {
      return SECRET;
    }
    ByteArrayOutputStream signed = new ByteArrayOutputStream();
    Matcher places = PLACE.matcher(message.toString());
    int from = 0;
    while (places.find()) {
      signed.writeBytes(utf8(message.toString().substring(from, places.start())));
      signed.writeBytes(at(places.group(1), delivery));
      from = places.end();
    }
    signed.writeBytes(utf8(message.toString().substring(from)));
    byte[] signature = sign(signed.toByteArray());
    return scheme.encoding() == Encoding.HEX
        ? HexFormat.of().formatHex(signature)
        : Base64.getEncoder().encodeToString(signature);
  }

  private byte[] at(String place, Delivery delivery) {
    return switch (place) {
      case "body" -> delivery.body().toByteArray();
      case "timestamp" -> utf8(timestamp(delivery));
      case "method" -> utf8(delivery.method());
      case "url" -> utf8(delivery.url());
      case "form" -> utf8(sortedForm(delivery));
      default -> utf8(delivery.header(place));
    };
  }

  private static String sortedForm(Delivery delivery) {
    TreeMap<String, TreeSet<String>> sorted = new TreeMap<>();
    for (Form.Parameter parameter : Form.of(delivery.body().utf8()).parameters()) {
      sorted.computeIfAbsent(parameter.name(), _ -> new TreeSet<>()).add(parameter.value());
    }
    StringBuilder text = new StringBuilder();
    sorted.forEach((name, values) -> values.forEach(value -> text.append(name).append(value)));
    return text.toString();
  }

  private @Nullable String timestamp(Delivery delivery) {
    Scheme.Timestamp timestamp = scheme.timestamp();
    if (timestamp == null || timestamp.place() == Scheme.Timestamp.Place.HEADER) {
      return timestamp == null ? null : delivery.header(timestamp.name());
    }
    return Stream.of(
            String.valueOf(delivery.header(scheme.header()))
                .split(Pattern.quote(String.valueOf(scheme.separator())), -1))
        .map(String::strip)
        .filter(element -> element.startsWith(timestamp.name()))
        .map(element -> element.substring(timestamp.name().length()))
        .findFirst()
        .orElse(null);
  }

  private byte[] sign(byte[] message) {
    try {
      if (scheme.algorithm() == Scheme.Algorithm.ED25519) {
        Signature signature = Signature.getInstance("Ed25519");
        signature.initSign(pair.getPrivate());
        signature.update(message);
        return signature.sign();
      }
      String name = scheme.algorithm().name().replace("HMAC_", "Hmac");
      Mac mac = Mac.getInstance(name);
      mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.US_ASCII), name));
      return mac.doFinal(message);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the key is our own", e);
    }
  }

  private static byte[] utf8(@Nullable String text) {
    return text == null ? new byte[0] : text.getBytes(StandardCharsets.UTF_8);
  }
}
