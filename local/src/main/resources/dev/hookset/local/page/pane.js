// The pane of one delivery: what came, how it was verified, and what became of it.

import { actions } from './actions.js';
import { body } from './body.js';
import { chip, clock, element, exactTime, printable, section } from './dom.js';
import { reason, wasRefused } from './list.js';
import { ResendDialog } from './resend.js';
import { numberLink, timeline } from './timeline.js';
import { verification } from './verification.js';
import { textBlock } from './viewer.js';
import { waterfall } from './waterfall.js';

/** Shows one delivery, and keeps it as it stands now. */
export class Pane {
  #box;
  #store;
  #number = null;
  #shown = null;
  #sections = new Map(); // By name: what it was made of, and its element.
  #waiting = null;
  #data = null;

  constructor(box, store, goTo, close) {
    this.#box = box;
    this.#store = store;
    this.goTo = goTo;
    this.close = close;
    this.resend = new ResendDialog(store, goTo);
    store.addEventListener('event', ({ detail: key }) => this.#data?.key === key && this.#refreshSoon());
    store.addEventListener('delivery', ({ detail }) => this.#isSameEvent(detail) && this.#refreshSoon());
    store.addEventListener('begin', () => this.#number !== null && this.#refreshSoon());
  }

  #isSameEvent(delivery) {
    return this.#data?.originalId && delivery.provider === this.#data.provider && delivery.id === this.#data.originalId;
  }

  get number() {
    return this.#number;
  }

  /** Shows a delivery; what it returns is kept once it is there, also if it is asked for twice. */
  show(number) {
    if (this.#number !== number) {
      this.#number = number;
      this.#data = null;
      this.#box.setAttribute('aria-busy', true);
      this.#shown = this.#refresh().then(() => {
        this.#box.scrollTop = 0;
      });
    }
    return this.#shown;
  }

  /** Shows none. */
  hide() {
    if (this.#number !== null) {
      this.#number = null;
      this.#data = null;
      this.#sections.clear();
      this.#box.replaceChildren(element('div', { class: 'nothing' }, element('p', {}, 'Choose a delivery to see what came.')));
    }
  }

  #refreshSoon() {
    this.#waiting ??= setTimeout(() => {
      this.#waiting = null;
      this.#refresh();
    }, 60);
  }

  async #refresh() {
    const number = this.#number;
    let response;
    try {
      response = await fetch('/api/deliveries/' + number);
    } catch {
      return; // The stack is down; it is asked again when it is back.
    }
    const data = response.ok ? await response.json() : null;
    const gone =
      response.status === 404
        ? 'This delivery is not kept any more.'
        : 'The stack could not show this delivery; its terminal says why. Reload the page to try again.';
    if (number !== this.#number) {
      return; // Another one was chosen meanwhile.
    }
    this.#box.removeAttribute('aria-busy');
    this.#data = data;
    if (data) {
      this.#render(data);
    } else {
      this.#sections.clear();
      this.#box.replaceChildren(
        element('div', { class: 'nothing' }, element('p', {}, gone), this.#back()),
      );
    }
  }

  /** Makes only those sections anew of which something has changed, so that focus and choices stay. */
  #render(data) {
    const { number } = data;
    const verified = [['verification', [number, this.#store.connections], () => verification(data)]];
    const handled = [
      ['timeline', [number, data.timeline, data.trouble], () => timeline(data, (number) => this.goTo(number))],
      ['waterfall', [number, data.waterfall], () => waterfall(data)],
      ['log', [number, data.lines, data.record?.attempts, this.#status(data)], () => log(data, this.#silence(data))],
    ];
    const told = wasRefused(data) ? [verified, handled] : [handled, verified];
    // A record keeps neither the delivery's answer nor what it was verified by.
    const sections = [
      ['top', [number, data.provider, data.type, data.id], () => this.#top(data)],
      ['facts', [number, data.record, this.#status(data)], () => facts(data, this.#status(data))],
      ['actions', [number, Boolean(data.record), Boolean(data.body)], () => actions(data, this.#store, this.resend)],
      ...(data.fromRecord ? handled.slice(0, 2) : told.flat()),
      ['body', [number], () => body(data)],
      ['headers', [number], () => headers(data)],
      ...(data.fromRecord ? [] : [['reply', [number], () => reply(data)]]),
    ];
    const elements = sections.map(([name, made, make]) => {
      const of = JSON.stringify(made);
      const old = this.#sections.get(name);
      const now = old?.of === of ? old : { of, element: make() };
      this.#sections.set(name, now);
      return now.element;
    });
    const current = [...this.#box.children];
    if (current.length !== elements.length) {
      this.#box.replaceChildren(...elements);
    } else {
      elements.forEach((each, i) => each !== current[i] && current[i].replaceWith(each));
    }
    const replay = this.#box.querySelector('[data-action=replay]');
    replay?.setAttribute('aria-disabled', ['RECEIVED', 'PROCESSING'].includes(this.#status(data)));
  }

  #status(data) {
    const status = this.#store.status({ ...data, answer: data.reply.status });
    return data.record && !wasRefused(data) ? data.record.status : status;
  }

  /** An event that waits after a failed attempt is another matter than one that waits for its first. */
  #silence(data) {
    const status = this.#status(data);
    return status === 'RECEIVED' && data.record?.attempts > 0 ? 'FAILED' : status;
  }

  #back() {
    return element('button', { type: 'button', class: 'back', onclick: () => this.close() }, '← All deliveries');
  }

  #top(data) {
    return element(
      'header',
      { class: 'top' },
      this.#back(),
      element(
        'p',
        { class: 'eyebrow' },
        `${this.#store.title(data.provider)} · ${data.fromRecord ? 'record' : 'delivery ' + data.number}`,
        data.editedFrom ? [' · edited from ', numberLink(data.editedFrom, data.editedFrom, this.goTo)] : [],
      ),
      element('h2', { tabindex: -1 }, data.type ? printable(data.type) : title(data)),
      data.id ? element('p', { class: 'id' }, printable(data.id)) : null,
    );
  }
}

/** Stands for the type, which is not known of what was refused. */
function title(data) {
  const words = reason(data).replaceAll('_', ' ') || 'not received';
  return data.outcome === 'REFUSED' ? 'Refused: ' + words : words[0].toUpperCase() + words.slice(1);
}

function list(entries) {
  return element(
    'dl',
    {},
    entries
      .filter(([, value]) => value !== null && value !== undefined && value !== '')
      .map(([name, value]) => element('div', {}, element('dt', {}, name), element('dd', {}, value))),
  );
}

function facts(data, status) {
  const record = data.record;
  return list([
    ['Status', chip(status)],
    ['Answer', data.fromRecord ? null : `${data.reply.status} ${printable(reason(data))}`.trim()],
    ['Came by', data.via ? printable(data.via) : null],
    ['Received', exactTime(data.at)],
    ['Took', data.fromRecord ? null : data.tookMillis.toFixed(data.tookMillis < 10 ? 1 : 0) + ' ms'],
    ['Occurred', record?.occurredAt ? exactTime(record.occurredAt) : null],
    ['Environment', data.environment ? printable(data.environment) : null],
    ['Settled', record?.settledAt ? exactTime(record.settledAt) : null],
    ['Attempts', record?.attempts ? String(record.attempts) : null],
    ['Next attempt', record?.notBefore && record.status === 'RECEIVED' ? exactTime(record.notBefore) : null],
    ['Replays', record?.replays ? String(record.replays) : null],
    ['Kept until', record?.expiresAt ? clock(record.expiresAt) : null],
    ['Not pushed', data.pushFailure ? printable(data.pushFailure) : null],
  ]);
}

function log(data, status) {
  if (!data.record && !data.lines?.length) {
    return element('div', { hidden: true });
  }
  const title = 'Handler output';
  return data.lines.length === 0
    ? section(title, element('p', { class: 'hint' }, SILENCE[status] ?? 'No handler has printed anything.'))
    : section(
        title,
        element('div', { class: 'log' }, textBlock(data.lines.map(({ at, line }) => clock(at) + '  ' + line).join('\n'), title)),
      );
}

/** What it means that no handler has printed anything, by where the event stands. */
const SILENCE = {
  RECEIVED: 'Nothing yet: no attempt is running.',
  PROCESSING: 'Nothing yet.',
  FAILED: 'Nothing was printed. The timeline has the error with which each attempt failed.',
  SUPERSEDED: 'Nothing: a newer event of its subject was handled first.',
  SKIPPED: 'Nothing: skipped events are not handled.',
  QUARANTINED: 'Nothing: quarantined events are not handled.',
};

function table(rows) {
  return element(
    'table',
    { class: 'headers' },
    element(
      'tbody',
      {},
      rows.map(([name, value]) => element('tr', {}, element('th', { scope: 'row' }, name), element('td', {}, printable(value)))),
    ),
  );
}

function headers(data) {
  return data.fromRecord
    ? section(
        `Headers that were kept (${data.headers.length})`,
        element('p', { class: 'hint' }, 'A record keeps few of the headers, and never the signature.'),
        table(data.headers),
      )
    : section(`Headers (${data.headers.length})`, table(data.headers));
}

function reply(data) {
  return section(
    `Answer: ${data.reply.status}`,
    data.reply.headers.length ? table(data.reply.headers) : null,
    data.reply.body ? textBlock(data.reply.body, 'Body of the answer') : element('p', { class: 'hint' }, 'Without a body.'),
  );
}
