/**
 * Deliveries made up, signed as each provider signs, and wrapped as Lambda hands them over.
 *
 * <p>Start reading at {@link dev.hookset.local.samples.Deliveries}. What is sent stands in files,
 * of which {@link dev.hookset.local.samples.Samples} says where; how a provider signs, and what has
 * to be fresh, is read off its description. This package sees the functions and nothing else of
 * ours; the command line and the tests come in.
 */
@NullMarked
package dev.hookset.local.samples;

import org.jspecify.annotations.NullMarked;
