package dev.hookset.receive;

import dev.hookset.Body;
import dev.hookset.Delivery;
import dev.hookset.EventKey;
import dev.hookset.aws.snapshot.KeptDelivery;
import dev.hookset.local.samples.Deliveries;
import dev.hookset.local.samples.DevelopmentKeys;
import dev.hookset.local.samples.Samples;
import dev.hookset.providers.Providers;
import dev.hookset.signing.Refusal;
import dev.hookset.signing.Verified;
import dev.hookset.signing.Verifier;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Making an event of a verified delivery; here, because the reader is nobody else's business. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class ReadingParts {
  private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");

  /** How many bytes the body has. */
  @Param({"1024", "1048576"})
  public int size;

  private EventReader reader;
  private Verified verified;

  /** Verifies a delivery. */
  @Setup
  public void prepare() throws Exception {
    Provider provider = Providers.named("lymnus").orElseThrow();
    StringBuilder text =
        new StringBuilder(
            "{\"id\":\"evt_1\",\"event\":\"report.generated\",\"created\":\"2026-06-01T12:00:00Z\",\"data\":[0");
    while (text.length() < size - 2) {
      text.append(",{\"a\":1.5,\"b\":\"c\"}");
    }
    Body body = Body.wrap(text.append("]}").toString().getBytes(StandardCharsets.US_ASCII));
    verified =
        new Verifier(
                provider.scheme(),
                KeptDelivery.likeOf(provider, Providers::deployed).keys(),
                Duration.ofMinutes(5),
                4 << 20,
                () -> NOW)
            .verify(
                new Delivery(
                    new Deliveries(new DevelopmentKeys(Map.of()), new Samples(Path.of(".")))
                        .genuine(provider, body, "evt_1", NOW)
                        .headers(),
                    body,
                    NOW));
    reader = new EventReader(provider);
  }

  /** Checks that it is UTF-8 and JSON, finds the members, and builds the key. */
  @Benchmark
  public Object read() throws Refusal {
    return reader.read(verified);
  }

  /** Builds the key alone, as text and back. */
  @Benchmark
  public EventKey key() {
    return EventKey.parse(new EventKey("lymnus", "evt_1").toString());
  }
}
