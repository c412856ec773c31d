package dev.hookset.aws.keys;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.hookset.aws.keys.CachedKeys.TimedKey;
import dev.hookset.signing.KeysUnavailable;
import dev.hookset.signing.KeysUnavailable.Cause;
import dev.hookset.signing.SharedSecret;
import dev.hookset.signing.VerificationKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class CachedKeysTest {
  private static final Instant START = Instant.parse("2026-06-01T12:00:00Z");
  private static final Duration FRESH = Duration.ofMinutes(5);
  private static final Duration STALE = Duration.ofDays(1);
  private static final Duration TICK = Duration.ofNanos(1);

  private static final VerificationKey A = SharedSecret.of("a");
  private static final VerificationKey B = SharedSecret.of("b");
  private static final VerificationKey C = SharedSecret.of("c");

  private volatile Instant now = START;
  private final Origin origin = new Origin();
  private final CachedKeys cached = new CachedKeys(origin, FRESH, STALE, () -> now);

  @Test
  void new_untilAsked_fetchesNothing() {
    assertEquals(0, origin.fetches);
  }

  @Test
  void keys_whileFresh_areFetchedOnce() throws KeysUnavailable {
    origin.has(A, B);

    assertEquals(List.of(A, B), cached.keys());
    origin.has(C);
    now = START.plus(FRESH).minus(TICK);
    assertEquals(List.of(A, B), cached.keys());

    assertEquals(1, origin.fetches);
  }

  @Test
  void keys_noLongerFresh_areFetchedAgain() throws KeysUnavailable {
    origin.has(A);
    cached.keys();
    origin.has(B);
    now = START.plus(FRESH);

    assertEquals(List.of(B), cached.keys());

    assertEquals(2, origin.fetches);
  }

  @Test
  void keys_originDown_serveOnUntilStale() throws KeysUnavailable {
    origin.has(A);
    cached.keys();
    KeysUnavailable down = origin.fails(Cause.UNREACHABLE);

    assertServedUntilStale(List.of(A), down);
  }

  @Test
  void keys_originDownAndBack_areFetchedAfterThePause() throws KeysUnavailable {
    origin.has(A);
    cached.keys();
    origin.fails(Cause.UNREACHABLE);
    now = START.plus(FRESH);
    Instant failedAt = now;
    cached.keys();
    assertEquals(2, origin.fetches);

    origin.has(B);
    now = failedAt.plus(CachedKeys.PAUSE_AFTER_FAILURE).minus(TICK);
    assertEquals(List.of(A), cached.keys());
    assertEquals(2, origin.fetches);
    now = failedAt.plus(CachedKeys.PAUSE_AFTER_FAILURE);
    assertEquals(List.of(B), cached.keys());
    assertEquals(3, origin.fetches);
    now = now.plus(FRESH).minus(TICK);
    cached.keys();
    assertEquals(3, origin.fetches, "fresh for as long as ever");
  }

  @Test
  void keys_ofAFetchThatMissedSome_areFetchedAgainAfterThePauseOfAFailure() throws KeysUnavailable {
    // The previous secret could not be asked for at a cold start during a rotation: what was signed
    // with it was refused for five minutes.
    origin.complete = false;
    origin.has(A);
    cached.keys();
    origin.complete = true;
    origin.has(A, B);

    now = START.plus(CachedKeys.PAUSE_AFTER_FAILURE).minus(TICK);
    assertEquals(List.of(), cached.newerThan(List.of(A)));
    now = START.plus(CachedKeys.PAUSE_AFTER_FAILURE);
    assertEquals(List.of(A, B), cached.keys());
  }

  @ParameterizedTest
  @EnumSource(Cause.class)
  void keys_neverFetched_failAsTheOriginDoesAndAskItAgainAfterThePause(Cause cause)
      throws KeysUnavailable {
    KeysUnavailable failure = origin.fails(cause);

    assertSame(failure, assertThrows(KeysUnavailable.class, cached::keys));
    origin.has(A);
    now = START.plus(CachedKeys.PAUSE_AFTER_FAILURE).minus(TICK);
    assertSame(failure, assertThrows(KeysUnavailable.class, cached::keys));
    assertEquals(1, origin.fetches);
    now = START.plus(CachedKeys.PAUSE_AFTER_FAILURE);
    assertEquals(List.of(A), cached.keys());
  }

  @Test
  void keys_originSaysThereIsNone_areDroppedAtOnce() throws KeysUnavailable {
    origin.has(A);
    cached.keys();
    KeysUnavailable none = origin.fails(Cause.NOT_CONFIGURED);
    now = START.plus(FRESH);

    assertSame(none, assertThrows(KeysUnavailable.class, cached::keys));

    KeysUnavailable down = origin.fails(Cause.UNREACHABLE);
    now = now.plus(CachedKeys.PAUSE_AFTER_FAILURE);
    assertSame(down, assertThrows(KeysUnavailable.class, cached::keys), "not the old ones again");
  }

  @Test
  void keys_processFrozenForWeeks_areFetchedBeforeTheyServe() throws KeysUnavailable {
    origin.has(A);
    cached.keys();
    now = START.plus(Duration.ofDays(14));
    origin.has(B);

    assertEquals(List.of(B), cached.keys());
  }

  @Test
  void keys_processFrozenForWeeksAndOriginDown_doNotServe() throws KeysUnavailable {
    origin.has(A);
    cached.keys();
    now = START.plus(Duration.ofDays(14));
    KeysUnavailable down = origin.fails(Cause.UNREACHABLE);

    assertSame(down, assertThrows(KeysUnavailable.class, cached::keys));
  }

  @Test
  void keys_frozenInAPauseAfterAFailure_areFetchedAfterwards() throws KeysUnavailable {
    origin.fails(Cause.UNREACHABLE);
    assertThrows(KeysUnavailable.class, cached::keys);
    now = START.plus(Duration.ofDays(14));
    origin.has(B);

    assertEquals(List.of(B), cached.keys());
  }

  @Test
  void keys_validForATime_endExactlyThenAlthoughCached() throws KeysUnavailable {
    Instant end = START.plus(Duration.ofMinutes(2));
    origin.has(new TimedKey(A, null), new TimedKey(B, end));

    assertEquals(List.of(A, B), cached.keys());
    now = end.minus(TICK);
    assertEquals(List.of(A, B), cached.keys());
    now = end;
    assertEquals(List.of(A), cached.keys());
    assertEquals(1, origin.fetches);
  }

  @Test
  void keys_validForATime_endAlsoWhileTheOriginIsDown() throws KeysUnavailable {
    Instant end = START.plus(Duration.ofHours(2));
    origin.has(new TimedKey(A, null), new TimedKey(B, end));
    cached.keys();
    origin.fails(Cause.UNREACHABLE);
    now = end;

    assertEquals(List.of(A), cached.keys());
  }

  @Test
  void keys_manyAskAtOnce_areFetchedOnce() throws Exception {
    origin.has(A);
    CountDownLatch start = new CountDownLatch(1);
    List<Future<List<VerificationKey>>> answers = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 16; i++) {
        answers.add(
            threads.submit(
                () -> {
                  start.await();
                  return cached.keys();
                }));
      }
      start.countDown();
    }

    for (Future<List<VerificationKey>> answer : answers) {
      assertEquals(List.of(A), answer.get());
    }
    assertEquals(1, origin.fetches);
  }

  // A signature that none of the keys made

  @Test
  void newerThan_nothingFetchedYet_asksNobody() {
    origin.has(A);

    assertEquals(List.of(), cached.newerThan(List.of()));

    assertEquals(0, origin.fetches);
  }

  @Test
  void newerThan_keyReplaced_isTheNewOne() throws KeysUnavailable {
    origin.has(A, B);
    List<VerificationKey> tried = keysOfAMinuteAgo();
    origin.has(B, C);

    assertEquals(List.of(C), cached.newerThan(tried));

    assertEquals(List.of(B, C), cached.keys());
    assertEquals(2, origin.fetches);
    now = now.plus(FRESH).minus(TICK);
    cached.keys();
    assertEquals(2, origin.fetches);
    now = now.plus(TICK);
    cached.keys();
    assertEquals(3, origin.fetches);
  }

  @Test
  void newerThan_rightAfterTheKeysWereDue_asksNobody() throws KeysUnavailable {
    // A delivery that came when the keys were due, and that none of them had signed, waited for two
    // fetches: longer than its sender may be kept.
    origin.has(A);
    cached.keys();
    now = START.plus(FRESH);
    origin.has(B);
    List<VerificationKey> tried = cached.keys();
    origin.has(C);

    assertEquals(List.of(), cached.newerThan(tried));
    assertEquals(2, origin.fetches);
    now = now.plus(CachedKeys.PAUSE_BEFORE_EARLY_FETCH);
    assertEquals(List.of(C), cached.newerThan(tried));
  }

  @Test
  void newerThan_rightAfterADueFetchFailed_asksNobody() throws KeysUnavailable {
    origin.has(A);
    cached.keys();
    now = START.plus(FRESH);
    origin.fails(Cause.UNREACHABLE);
    List<VerificationKey> tried = cached.keys();
    origin.has(B);

    assertEquals(List.of(), cached.newerThan(tried));
    assertEquals(2, origin.fetches);
  }

  @Test
  void newerThan_nothingNew_isNone() throws KeysUnavailable {
    origin.has(A);
    List<VerificationKey> tried = keysOfAMinuteAgo();
    origin.has(SharedSecret.of("a"));

    assertEquals(List.of(), cached.newerThan(tried));
    assertEquals(2, origin.fetches);
  }

  @Test
  void newerThan_againWithinAMinute_asksNobody() throws KeysUnavailable {
    origin.has(A);
    List<VerificationKey> tried = keysOfAMinuteAgo();
    cached.newerThan(tried);
    Instant looked = now;
    origin.has(B);

    now = looked.plus(CachedKeys.PAUSE_BEFORE_EARLY_FETCH).minus(TICK);
    assertEquals(List.of(), cached.newerThan(tried));
    assertEquals(2, origin.fetches);
    now = looked.plus(CachedKeys.PAUSE_BEFORE_EARLY_FETCH);
    assertEquals(List.of(B), cached.newerThan(tried));
    assertEquals(3, origin.fetches);
  }

  @Test
  void newerThan_originDown_isNoneAndTheOldOnesServeOn() throws KeysUnavailable {
    origin.has(A);
    List<VerificationKey> tried = keysOfAMinuteAgo();
    origin.fails(Cause.UNREACHABLE);

    assertEquals(List.of(), cached.newerThan(tried));
    assertEquals(List.of(), cached.newerThan(tried));

    assertEquals(List.of(A), cached.keys());
    assertEquals(2, origin.fetches);
  }

  @Test
  void newerThan_originSaysThereIsNone_dropsTheOldOnes() throws KeysUnavailable {
    origin.has(A);
    List<VerificationKey> tried = keysOfAMinuteAgo();
    KeysUnavailable none = origin.fails(Cause.NOT_CONFIGURED);

    assertEquals(List.of(), cached.newerThan(tried));

    assertSame(none, assertThrows(KeysUnavailable.class, cached::keys));
  }

  @Test
  void newerThan_newKeyIsPastItsTime_isNone() throws KeysUnavailable {
    origin.has(A);
    List<VerificationKey> tried = keysOfAMinuteAgo();
    origin.has(new TimedKey(A, null), new TimedKey(B, START));

    assertEquals(List.of(), cached.newerThan(tried));
  }

  @Test
  void keys_originThatIsOnlyTheWaySaysNothingIsConfigured_serveOnUntilStale()
      throws KeysUnavailable {
    // An API key that was pasted with a line break in it cost the public keys that were held.
    origin.has(A);
    origin.revokes = false;
    cached.keys();
    KeysUnavailable none = origin.fails(Cause.NOT_CONFIGURED);

    assertServedUntilStale(List.of(A), none);
  }

  @Test
  void renew_keysThatAreFresh_fetchesThemAgain() throws KeysUnavailable {
    origin.has(A);
    cached.keys();
    origin.has(B);

    cached.renew();

    assertEquals(List.of(B), cached.keys());
  }

  @Test
  void renew_keysThatOthersPublish_areFetchedOnlyWhenDue() throws KeysUnavailable {
    origin.has(A);
    origin.primes = true;
    cached.renew();
    now = START.plus(FRESH).minus(TICK);
    cached.renew();
    assertEquals(1, origin.fetches);
    assertEquals(1, origin.primings);

    now = START.plus(FRESH);
    cached.renew();

    assertEquals(2, origin.fetches);
    assertEquals(1, origin.primings);
  }

  private void assertServedUntilStale(List<VerificationKey> keys, KeysUnavailable failure)
      throws KeysUnavailable {
    now = START.plus(FRESH);
    assertEquals(keys, cached.keys());
    now = START.plus(STALE);
    assertEquals(keys, cached.keys());
    now = START.plus(STALE).plus(TICK);
    assertSame(failure, assertThrows(KeysUnavailable.class, cached::keys));
  }

  /** Has the keys fetched, and lets the time pass after which a look ahead of time is allowed. */
  private List<VerificationKey> keysOfAMinuteAgo() throws KeysUnavailable {
    List<VerificationKey> keys = cached.keys();
    now = now.plus(CachedKeys.PAUSE_BEFORE_EARLY_FETCH);
    return keys;
  }

  /** An origin that has what it is told. */
  private static final class Origin implements CachedKeys.Origin {
    private List<TimedKey> keys = List.of();
    private @Nullable KeysUnavailable failure;
    private int fetches;
    private boolean revokes = true;
    private boolean complete = true;
    private boolean primes;
    private int primings;

    void has(VerificationKey... held) {
      has(Stream.of(held).map(key -> new TimedKey(key, null)).toArray(TimedKey[]::new));
    }

    void has(TimedKey... held) {
      keys = List.of(held);
      failure = null;
    }

    KeysUnavailable fails(Cause cause) {
      KeysUnavailable thrown = new KeysUnavailable(cause, "as told");
      failure = thrown;
      return thrown;
    }

    @Override
    public boolean prime() {
      primings += primes ? 1 : 0;
      return primes;
    }

    @Override
    public boolean isComplete() {
      return complete;
    }

    @Override
    public List<TimedKey> fetch() throws KeysUnavailable {
      fetches++;
      if (failure != null) {
        throw failure;
      }
      return keys;
    }

    @Override
    public boolean revokes() {
      return revokes;
    }
  }
}
