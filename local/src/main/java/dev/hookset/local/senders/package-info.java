/**
 * Writes the description of a sender of the user's own, with its sample, its vector and its test.
 *
 * <p>Start reading at {@link dev.hookset.local.senders.Draft}. How a sender signs is found in
 * another room; here is where its events' ID, type and time stand, and how all of it is written.
 */
@NullMarked
package dev.hookset.local.senders;

import org.jspecify.annotations.NullMarked;
