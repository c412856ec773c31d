/**
 * Looks a stack over: what is broken, what is about to break, and what to do about each.
 *
 * <p>Start reading at {@link dev.hookset.local.doctor.Checkup}. It changes nothing; each receiver
 * is asked once, without a signature. This package sees {@code cloud}, {@code operator}, {@code
 * samples} and the functions; the command line comes in.
 */
@NullMarked
package dev.hookset.local.doctor;

import org.jspecify.annotations.NullMarked;
