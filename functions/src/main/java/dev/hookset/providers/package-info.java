/**
 * The providers' dialects, one small file each, and the list that names them.
 *
 * <p>Start reading at {@link dev.hookset.providers.Providers}. What each file states comes from
 * that provider's own webhook documentation. This package sees {@code receive}, {@code signing} and
 * the root; only the wiring comes in.
 */
@NullMarked
package dev.hookset.providers;

import org.jspecify.annotations.NullMarked;
