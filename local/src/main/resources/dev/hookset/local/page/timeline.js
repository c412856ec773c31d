// What became of an event, moment by moment.

import { element, exactTime, printable, section } from './dom.js';

export function timeline(data, goTo) {
  const title = 'Timeline';
  const trouble = data.trouble ? element('p', { class: 'finding' }, printable(data.trouble)) : null;
  if (!data.record && !(data.timeline?.length > 1)) {
    return section(title, trouble ?? element('p', { class: 'hint' }, 'Nothing: it was not recorded.'));
  }
  return section(
    title,
    trouble,
    element(
      'ol',
      { class: 'timeline' },
      data.timeline.map(({ at, what, details, delivery, trace }) =>
        element(
          'li',
          { 'data-what': kind(what) },
          at ? exactTime(at) : element('span', {}),
          element(
            'span',
            {},
            delivery && delivery !== data.number ? numberLink(delivery, `Delivery ${delivery}`, goTo) : words(what),
            ...told(details),
            delivery === data.number ? ' (this one)' : null,
            trace ? stackTrace(trace) : null,
          ),
        ),
      ),
    ),
  );
}

/** A button that goes to a delivery. */
export function numberLink(number, words, goTo) {
  return element('button', { type: 'button', class: 'link', onclick: () => goTo(number) }, words);
}

/** What a handler threw, folded, with the frames of the user's own code marked. */
function stackTrace(lines) {
  const own = lines.find((line) => line.own);
  const place = own && /\(([^()]+)\)\s*$/.exec(own.text)?.[1];
  return element(
    'details',
    { class: 'trace' },
    element('summary', {}, 'Stack trace', place ? ' · ' + printable(place) : null),
    element(
      'pre',
      { tabindex: 0, role: 'region', 'aria-label': 'Stack trace; your own code is marked' },
      lines.map((line) => {
        const text = printable(line.text.replaceAll('\t', '    '));
        return line.own
          ? element('b', {}, element('span', { class: 'hidden' }, 'Yours: '), text + '\n')
          : text + '\n';
      }),
    ),
  );
}

/** What kind of moment it is, for its colour: by how its words end or begin. */
const KINDS = [
  [/^delivery /, 'DELIVERY'],
  [/failed|given up|never reported back|lapsed/, 'FAILED'],
  [/done$|^handled$/, 'DONE'],
  [/superseded$/, 'SUPERSEDED'],
  [/begun$|^in work$/, 'PROCESSING'],
  [/^replayed$/, 'REPLAYED'],
  [/^conflict$|^quarantined$/, 'QUARANTINED'],
  [/^received$|^waiting$|^next attempt$/, 'RECEIVED'],
];

function kind(what) {
  return KINDS.find(([pattern]) => pattern.test(what))?.[1];
}

function words(what) {
  return element('b', {}, what[0].toUpperCase() + what.slice(1));
}

/** What stands behind the words: a command as such, and an error on lines of its own. */
function told(details) {
  const [, before, error] = /^(after [^:]+): (.*)$/s.exec(details) ?? [null, details, null];
  return [
    ' ',
    ...printable(before)
      .split('`')
      .map((part, i) => (i % 2 ? element('code', {}, part) : part)),
    error ? element('code', { class: 'error' }, printable(error)) : null,
  ];
}
