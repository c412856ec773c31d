// Where an event's time went: a bar for each step, as the stack has measured it.

import { element, exactTime, printable, section } from './dom.js';

const WORDS = {
  received: 'Received',
  recorded: 'Recorded',
  pushed: 'Pushed',
  claimed: 'Claimed',
  settled: 'Settled',
  'put back': 'Put back',
  'worked on': 'Worked on',
};

export function waterfall(data) {
  const attempts = data.waterfall ?? [];
  if (!attempts.length) {
    return element('div', { hidden: true });
  }
  const lists = attempts.map(bars);
  return section(
    'Where the time went',
    element(
      'p',
      { class: 'hint' },
      'A bar ends with what it is named after; that of “Received” with the answer to the sender.',
    ),
    attempts.length === 1
      ? lists[0]
      : attempts.map((attempt, i) =>
          element(
            'details',
            { open: i === attempts.length - 1 },
            element('summary', {}, `${title(attempt)}, ${duration(whole(attempt))}, from `, exactTime(attempt.at)),
            lists[i],
          ),
        ),
  );
}

function title(attempt) {
  return attempt.attempt ? `Attempt ${attempt.attempt}` : 'No attempt yet';
}

function whole(attempt) {
  return Math.max(...attempt.spans.map(({ to }) => to));
}

function bars(attempt) {
  const all = Math.max(whole(attempt), 0.001);
  return element(
    'ol',
    { class: 'waterfall', 'aria-label': `${title(attempt)}, step by step` },
    attempt.spans.map(({ what, handler, from, to, failed }) => {
      const bar = element('span', { class: 'span' });
      bar.style.setProperty('--from', `${(from / all) * 100}%`);
      bar.style.setProperty('--to', `${(1 - to / all) * 100}%`);
      return element(
        'li',
        { 'data-span': handler ? 'handler' : what.replace(' ', '-'), 'data-failed': failed },
        element(
          'span',
          { class: 'what' },
          handler ? element('code', {}, printable(what)) : WORDS[what],
          failed ? element('span', { class: 'failed' }, what === 'settled' ? ' as failed' : ' failed') : null,
        ),
        element('span', { class: 'track', 'aria-hidden': 'true' }, bar),
        element(
          'span',
          { class: 'took' },
          duration(to - from),
          element('span', { class: 'hidden' }, `, from ${duration(from)} to ${duration(to)}`),
        ),
      );
    }),
  );
}

/** 0.4 ms, 12 ms, 1.5 s, 2 min 5 s */
export function duration(millis) {
  if (millis < 1000) {
    return `${millis.toFixed(millis < 10 ? 1 : 0)} ms`;
  }
  const seconds = millis / 1000;
  return seconds < 60
    ? `${seconds.toFixed(1)} s`
    : `${Math.floor(seconds / 60).toLocaleString('en')} min ${Math.floor(seconds % 60)} s`;
}
