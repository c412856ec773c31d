/**
 * Lets Jazzer look for inputs that break a target.
 *
 * <p>The targets are in the tests of the functions; this is the driver, and stands here so that who
 * builds the functions alone needs no fuzzer.
 */
@NullMarked
package dev.hookset.local.fuzz;

import org.jspecify.annotations.NullMarked;
