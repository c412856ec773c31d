package dev.hookset.inbox;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A test of each status that a record does not leave by itself. */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@ParameterizedTest
@EnumSource(
    value = Status.class,
    names = {"DONE", "SUPERSEDED", "FAILED", "SKIPPED", "QUARANTINED"})
@interface EveryFinalStatus {}
