/**
 * What {@code template.yaml} says of the stack, for whoever builds the same on a laptop, so that
 * nothing is stated twice.
 *
 * <p>There is one class, {@link dev.hookset.local.template.Template}. This package sees nothing of
 * ours.
 */
@NullMarked
package dev.hookset.local.template;

import org.jspecify.annotations.NullMarked;
