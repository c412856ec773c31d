package dev.hookset.inbox;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A test of each way in which a claim may end. */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@ParameterizedTest
@MethodSource("dev.hookset.inbox.EverySettlement#settlements")
@interface EverySettlement {
  /** Returns one settlement of each kind. */
  static Stream<Settlement> settlements() {
    return Stream.of(
        new Settlement.Done("last"),
        new Settlement.Retry("later", InboxUnderTest.NOW.plusSeconds(600)),
        new Settlement.Failed("no use"));
  }
}
