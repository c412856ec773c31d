/**
 * The page that {@code ./hookset dev} shows on its port: every delivery, live, and what became of
 * it.
 *
 * <p>Start reading at {@link dev.hookset.local.page.Page}, which names the routes; {@link
 * dev.hookset.local.page.DeliveryLog} keeps what is shown. The page itself lies in the resources,
 * in a folder of the same name. This package sees the functions, {@code stack}, {@code operator},
 * {@code troubleshooting} and {@code samples}; the command line comes in.
 */
@NullMarked
package dev.hookset.local.page;

import org.jspecify.annotations.NullMarked;
