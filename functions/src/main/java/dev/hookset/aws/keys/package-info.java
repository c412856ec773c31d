/**
 * Where the keys of a provider are fetched from, and how long they are kept.
 *
 * <p>Start reading at {@link dev.hookset.aws.keys.CachedKeys}, which keeps what {@link
 * dev.hookset.aws.keys.SecretsManagerKeys} or {@link dev.hookset.aws.keys.PublishedKeys} fetches.
 * The wiring comes in, and the room for snapshots.
 */
@NullMarked
package dev.hookset.aws.keys;

import org.jspecify.annotations.NullMarked;
