/**
 * Targets for a fuzzer: each takes bytes to a place where bytes come in from outside and holds what
 * comes of them to the contract.
 *
 * <p>Start reading at {@code BodyTarget}. A target needs no fuzzer to run: {@code CorpusTest} puts
 * every input to it that was kept, and the tests of the module {@code local} let Jazzer look for
 * more.
 */
@NullMarked
package dev.hookset.fuzz;

import org.jspecify.annotations.NullMarked;
