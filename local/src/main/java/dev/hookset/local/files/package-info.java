/**
 * The files that the local stack keeps in {@code .hookset}: bodies, signatures, headers, a log.
 * They are for their owner alone.
 */
@NullMarked
package dev.hookset.local.files;

import org.jspecify.annotations.NullMarked;
