package dev.hookset.local.troubleshooting;

/**
 * What something may have been, had one mistake not been made.
 *
 * @param cause the mistake
 * @param what what it then is, as in "the signature holds over ..."
 * @param cure what to do about it
 * @param value the thing itself
 */
record Variant<T>(Cause cause, String what, String cure, T value) {}
