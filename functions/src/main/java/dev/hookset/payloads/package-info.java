/**
 * Typed views of what each provider documents, for handlers to read an event's body with: {@link
 * dev.hookset.payloads.LaminaRun}, {@link dev.hookset.payloads.LemmaIncidentEvent}, {@link
 * dev.hookset.payloads.LambaEvent}, {@link dev.hookset.payloads.LucidEvent} and {@link
 * dev.hookset.payloads.LymnusEvent}.
 *
 * {@snippet :
 * LemmaIncidentEvent lemma = LemmaIncidentEvent.of(event);
 * if (lemma.incident() != null && lemma.incident().rootCause() != null) {
 *   page(lemma.incident().rootCause());
 * }
 * }
 *
 * <p>Names are the provider's own, in Java's spelling. Every view is read in the same lenient way,
 * so that a provider may change its payloads without breaking a handler:
 *
 * <ul>
 *   <li>Reading never throws. A component is null where the field is missing, null, or of another
 *       type than documented: a number where a text is due, a time that is not RFC 3339, a number
 *       that is no whole one or does not fit a {@code long}.
 *   <li>Nothing is thrown away. The last component, {@code json}, is the whole object that the
 *       record was read from, as sent: what the record names, what it does not know, and what it
 *       could not read. Its decimal numbers are exact; only an exponent that no {@code BigDecimal}
 *       can hold makes them doubles.
 *   <li>Trees and lists are never null: an absent tree is Jackson's missing node, so that {@code
 *       json().path("a").path("b")} is always safe, and an absent list is empty.
 *   <li>A body that is not one JSON object in UTF-8, such as that of a quarantined event that
 *       somebody replayed, gives a view of nulls. {@link dev.hookset.Event#body()} still has it.
 * </ul>
 *
 * <p>A view reads the body alone and believes what it says: {@link dev.hookset.Event} knows what
 * the ID and the type are taken to be where the body names none. Each call of {@code of} parses
 * anew, so a handler's view is its own. Printed, a view shows all that it holds, personal data too.
 *
 * <p>Handlers may come in; this package sees only the root and Jackson.
 */
@NullMarked
package dev.hookset.payloads;

import org.jspecify.annotations.NullMarked;
