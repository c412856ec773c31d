/** What is said and kept of a fault of our own. */
@NullMarked
package dev.hookset.local.crash;

import org.jspecify.annotations.NullMarked;
