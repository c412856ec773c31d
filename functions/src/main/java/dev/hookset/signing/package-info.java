/**
 * Who may be believed: how deliveries are signed, the keys that say so, and the judgement.
 *
 * <p>Start reading at {@link dev.hookset.signing.Verifier}. Key material comes in as text once and
 * never leaves this room: keys print as nothing, and what they can do is package-private. This
 * package sees the root package alone.
 */
@NullMarked
package dev.hookset.signing;

import org.jspecify.annotations.NullMarked;
