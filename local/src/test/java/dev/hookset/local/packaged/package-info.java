/**
 * The functions as they are deployed: each in a process of its own, under Lambda's own runtime
 * interface client, against a stand-in for Lambda's Runtime API and the embedded servers.
 *
 * <p>Start reading at {@link dev.hookset.local.packaged.PackagedFunctionsTest}; what starts such a
 * process is {@link dev.hookset.local.packaged.PackagedFunction}.
 */
@NullMarked
package dev.hookset.local.packaged;

import org.jspecify.annotations.NullMarked;
