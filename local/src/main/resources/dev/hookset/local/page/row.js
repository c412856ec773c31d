// The cells of a row of the list.

import { clock, element, printable, shortTime } from './dom.js';

const END_OF_AN_ID = 5;

/** What a delivery's answer means, in a word. */
export function reason(delivery) {
  return delivery.detail ?? (delivery.conflict ? 'conflict' : (delivery.outcome?.toLowerCase() ?? ''));
}

/** Whether a delivery, with all that is known of it, got an answer that refuses it. */
export function wasRefused(data) {
  return data.reply.status >= 400;
}

/** When a failed attempt is repeated. */
export function again(at) {
  return element(
    'span',
    { class: 'again' },
    element('span', { class: 'hidden' }, 'again at '),
    element('span', { 'aria-hidden': 'true' }, '↻ '),
    clock(at),
  );
}

export function answerCell(status, said) {
  return element('span', { class: 'answer', title: said }, element('b', {}, status), ' ' + said);
}

export function editedFrom(delivery) {
  return `edited from ${delivery.editedFrom}`;
}

/** A delivery's cells; the last one is for its status, which changes. */
export function cells(delivery) {
  const type = delivery.type ? printable(delivery.type) : '–';
  const id = delivery.id ? printable(delivery.id) : '–';
  const said = printable(reason(delivery));
  return [
    // The row says itself whether it is selected.
    element('span', { class: 'tick', 'aria-hidden': 'true' }),
    element('span', { class: 'at', title: new Date(delivery.at).toISOString() }, shortTime(delivery.at)),
    element('span', { class: 'provider' }, delivery.sender),
    element('span', { class: 'type', title: type }, type),
    // IDs often begin alike, so a long one is cut in its middle.
    element(
      'span',
      { class: 'id', title: id },
      element('span', {}, id.slice(0, -END_OF_AN_ID)),
      element('span', {}, id.slice(-END_OF_AN_ID)),
      delivery.editedFrom ? element('span', { class: 'edited' }, editedFrom(delivery)) : null,
    ),
    answerCell(delivery.answer ? String(delivery.answer) : '–', said),
    element('span', { class: 'status' }),
  ];
}
