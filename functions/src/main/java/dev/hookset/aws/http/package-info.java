/**
 * API Gateway's events, read and answered. Start reading at {@link
 * dev.hookset.aws.http.HttpEvents}; only the receiver's entry point comes in.
 */
@NullMarked
package dev.hookset.aws.http;

import org.jspecify.annotations.NullMarked;
