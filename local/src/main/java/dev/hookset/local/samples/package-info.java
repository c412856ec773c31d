/**
 * Deliveries made up, signed as each provider signs, and wrapped as Lambda hands them over.
 *
 * <p>Start reading at {@link dev.hookset.local.samples.Deliveries}. To add a provider, write its
 * bodies beside the others' and name them in {@link dev.hookset.local.samples.Samples}; how it
 * signs is read off its scheme. This package sees the functions and nothing else of ours; the
 * command line and the tests come in.
 */
@NullMarked
package dev.hookset.local.samples;

import org.jspecify.annotations.NullMarked;
