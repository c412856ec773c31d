/**
 * A deployed stack, found by its name: its parts from CloudFormation's outputs, what its functions
 * are configured with, and their logs.
 *
 * <p>Start reading at {@link dev.hookset.local.cloud.DeployedStack}. Nothing here changes a stack.
 * This package sees the functions' public side and {@code history}; the command line comes in.
 */
@NullMarked
package dev.hookset.local.cloud;

import org.jspecify.annotations.NullMarked;
