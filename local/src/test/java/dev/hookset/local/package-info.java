/** What holds this whole module together. */
@NullMarked
package dev.hookset.local;

import org.jspecify.annotations.NullMarked;
