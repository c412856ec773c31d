/**
 * Contenders side by side: the packaged functions beside receivers that others would write, in
 * processes of their own, one invocation at a time, and the local stack under load.
 *
 * <p>Start reading at {@link dev.hookset.benchmarks.Benchmarks}. This module sees {@code functions}
 * and {@code local}, and nothing sees it.
 */
@NullMarked
package dev.hookset.benchmarks;

import org.jspecify.annotations.NullMarked;
