/**
 * The SDK's clients of a function: their HTTP, credentials and timeouts.
 *
 * <p>Start reading at {@link dev.hookset.aws.clients.Clients}. The wiring comes in, and the rooms
 * for keys and snapshots; nothing here knows a variable or what a client is used for.
 */
@NullMarked
package dev.hookset.aws.clients;

import org.jspecify.annotations.NullMarked;
