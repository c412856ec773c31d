package dev.hookset.benchmarks;

import dev.hookset.Body;
import dev.hookset.Delivery;
import dev.hookset.aws.snapshot.KeptDelivery;
import dev.hookset.local.samples.Deliveries;
import dev.hookset.local.samples.DevelopmentKeys;
import dev.hookset.local.samples.Samples;
import dev.hookset.providers.Providers;
import dev.hookset.receive.Provider;
import dev.hookset.signing.Verified;
import dev.hookset.signing.Verifier;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.math.ec.rfc8032.Ed25519;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** What a delivery asks of the processor, without anything outside of the process. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class PureParts {
  private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");

  /** Whose scheme. */
  @Param({"lamina", "lemma", "lamba", "lucid", "lymnus"})
  public String provider = "";

  /** How many bytes the body has. */
  @Param({"1024", "1048576"})
  public int size;

  private Verifier verifier;
  private Delivery delivery;
  private byte[] bytes;
  private boolean hmac;
  private Mac mac;
  private final byte[] seed = new byte[Ed25519.SECRET_KEY_SIZE];
  private final byte[] publicKey = new byte[Ed25519.PUBLIC_KEY_SIZE];
  private Ed25519.PublicPoint point;
  private final byte[] signature = new byte[Ed25519.SIGNATURE_SIZE];

  /** Makes a delivery of the provider's, signed. */
  @Setup
  public void prepare() throws GeneralSecurityException {
    Provider dialect = Providers.named(provider).orElseThrow();
    String frame = "{\"id\":\"evt_1\",\"type\":\"a.b\",\"event\":\"a.b\",\"data\":\"%s\"}";
    bytes =
        frame.formatted("x".repeat(size - frame.length() + 2)).getBytes(StandardCharsets.US_ASCII);
    Body body = Body.wrap(bytes);
    delivery =
        new Delivery(
            new Deliveries(new DevelopmentKeys(Map.of()), new Samples(Path.of(".")))
                .genuine(dialect, body, "evt_1", NOW)
                .headers(),
            body,
            NOW);
    verifier =
        new Verifier(
            dialect.scheme(),
            KeptDelivery.likeOf(dialect, Providers::deployed).keys(),
            Duration.ofMinutes(5),
            4 << 20,
            () -> NOW);
    hmac = !dialect.scheme().hasPublicKey();
    mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(new byte[32], "HmacSHA256"));
    Ed25519.generatePublicKey(seed, 0, publicKey, 0);
    point = Ed25519.validatePublicKeyPartialExport(publicKey, 0);
    Ed25519.sign(seed, 0, bytes, 0, bytes.length, signature, 0);
  }

  /** The whole judgement. */
  @Benchmark
  public Verified verify() throws Exception {
    return verifier.verify(delivery);
  }

  /** What no verifier can do without. */
  @Benchmark
  public Object bareDigest() {
    return hmac ? mac.doFinal(bytes) : Ed25519.verify(signature, 0, point, bytes, 0, bytes.length);
  }
}
