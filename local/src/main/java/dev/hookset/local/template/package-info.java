/**
 * What {@code template.yaml} says of the stack, for whoever builds the same on a laptop, so that
 * nothing is stated twice.
 *
 * <p>Start with {@link dev.hookset.local.template.Template}; {@link
 * dev.hookset.local.template.SamConfig} has what each stage sets. This package sees nothing of
 * ours.
 */
@NullMarked
package dev.hookset.local.template;

import org.jspecify.annotations.NullMarked;
