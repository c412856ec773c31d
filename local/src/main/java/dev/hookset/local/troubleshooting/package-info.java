/**
 * Why a signature does not hold: judges a delivery as the functions would, and tries the usual
 * mistakes until one explains it.
 *
 * <p>Start reading at {@link dev.hookset.local.troubleshooting.Troubleshooter}. The verdict is always
 * that of the functions' own receiver and verifier; here is only what they are asked. Key material
 * comes in and does not go out: what is said names keys by where they came from and by their
 * fingerprints. This package sees the functions; the command line comes in.
 */
@NullMarked
package dev.hookset.local.troubleshooting;

import org.jspecify.annotations.NullMarked;
