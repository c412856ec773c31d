package dev.hookset.receive;

import dev.hookset.Origin;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a provider's dialect finds in a body, before the rules that hold for all are applied to it.
 * Null stands for what is not there or not readable.
 *
 * @param id the event's ID, of any length and with any characters
 * @param type the event's type, of any length and with any characters
 * @param occurredAt when it happened. Where the scheme signs no timestamp either, an event without
 *     one can be sent again, by whoever captured it, once its record has expired; {@link
 *     Fields#unixSeconds} and {@link Fields#unixMillis} read times that are numbers
 * @param environment the provider's environment that it comes from
 * @param origin where it comes from; its parts of any length and with any characters
 */
public record Facts(
    @Nullable String id,
    @Nullable String type,
    @Nullable Instant occurredAt,
    @Nullable String environment,
    Origin origin) {}
