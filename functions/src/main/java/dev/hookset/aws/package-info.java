/**
 * The Lambda entry points, and the wiring that puts the parts together for them.
 *
 * <p>Start reading at {@link dev.hookset.aws.Wiring}, which alone reads the environment and the
 * system's clock. What speaks to a service stands in a room below: {@code snapshot} sees {@code
 * keys}, which sees {@code clients}; {@code inbox}, {@code queue}, {@code bus}, {@code watch} and
 * {@code http} stand beside them. This package sees all others of the engine, and none of them sees
 * it.
 */
@NullMarked
package dev.hookset.aws;

import org.jspecify.annotations.NullMarked;
