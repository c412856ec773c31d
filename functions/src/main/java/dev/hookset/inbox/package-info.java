/**
 * The durable record of events: what it holds, the states it goes through and the times that move
 * it on.
 *
 * <p>Start reading at {@link dev.hookset.inbox.Inbox}, the port. The rules that every
 * implementation shares (who may claim, when a record is due, how long it is kept) are in {@link
 * dev.hookset.inbox.Lifecycle}. This package sees the root package alone; the receiver, the worker
 * and the relay come in.
 */
@NullMarked
package dev.hookset.inbox;

import org.jspecify.annotations.NullMarked;
