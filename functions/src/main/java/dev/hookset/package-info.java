/**
 * The words that every other room uses: what came ({@link dev.hookset.Delivery}) and what it says
 * once it is believed ({@link dev.hookset.Event}), and what leads to it ({@link
 * dev.hookset.Pointer}).
 *
 * <p>Start reading at {@code Delivery}. Everybody may come in; this package sees no other of ours.
 */
@NullMarked
package dev.hookset;

import org.jspecify.annotations.NullMarked;
