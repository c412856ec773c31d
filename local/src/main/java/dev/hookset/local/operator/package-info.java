/**
 * What an operator does with the records of a stack: list, replay, redrive.
 *
 * <p>Start reading at {@link dev.hookset.local.operator.Records}, which lists, and go on to {@link
 * dev.hookset.local.operator.Operator}, which replays. This package sees the functions; the command
 * line comes in.
 */
@NullMarked
package dev.hookset.local.operator;

import org.jspecify.annotations.NullMarked;
