/**
 * Requests as somebody has saved them: lines of headers, what curl prints or a browser copies, an
 * archive, an event of API Gateway.
 *
 * <p>Start reading at {@link dev.hookset.local.captures.CapturedRequest}. This room only reads; who
 * sent it, and whether that is true, is the business of others.
 */
@NullMarked
package dev.hookset.local.captures;

import org.jspecify.annotations.NullMarked;
