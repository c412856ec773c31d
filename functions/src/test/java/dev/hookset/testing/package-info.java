/**
 * The kit for tests of handlers: events, a setup, a worker and a server, all in this process.
 *
 * <p>Start reading at {@link dev.hookset.testing.TestWorker}; {@code app.HandlersTest} shows it at
 * work. It belongs to the engine, but is made for tests in the package {@code app}.
 */
@NullMarked
package dev.hookset.testing;

import org.jspecify.annotations.NullMarked;
