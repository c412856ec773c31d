/**
 * From a delivery to an answer: verify, record, push, reply; the same for every provider.
 *
 * <p>Start reading at {@link dev.hookset.receive.Receiver}. A provider's dialect is a {@link
 * dev.hookset.receive.Provider}; it says where things stand in that provider's deliveries and never
 * sees a key. This package sees {@code signing}, {@code inbox} and the root; the providers, the
 * relay (for the {@link dev.hookset.receive.WorkQueue}) and the wiring come in.
 */
@NullMarked
package dev.hookset.receive;

import org.jspecify.annotations.NullMarked;
