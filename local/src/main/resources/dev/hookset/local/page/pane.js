// The pane of one delivery: what came, how it was judged, and what became of it.

import { announce, bytes, chip, clock, element, exactTime, printable } from './dom.js';
import { colour, hex, pretty, textBlock } from './body.js';
import { reason } from './list.js';

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
        element('div', { class: 'nothing' }, element('p', {}, 'This delivery is not kept any more.'), this.#back()),
      );
    }
  }

  /** Makes only those sections anew of which something has changed, so that focus and choices stay. */
  #render(data) {
    const { number } = data;
    const judgement = [['verification', [number, data.verification], () => verification(data)]];
    const fate = [
      ['timeline', [number, data.timeline, data.trouble], () => this.#timeline(data)],
      ['log', [number, data.lines], () => log(data)],
    ];
    const sections = [
      ['top', [number, data.provider, data.type, data.id], () => this.#top(data)],
      ['facts', [number, data.record, data.trouble, this.#status(data)], () => facts(data, this.#status(data))],
      ['actions', [number, Boolean(data.record), Boolean(data.body)], () => this.#actions(data)],
      ...(wasRefused(data) ? [judgement, fate] : [fate, judgement]).flat(),
      ['body', [number], () => body(data)],
      ['headers', [number], () => headers(data)],
      ['reply', [number], () => reply(data)],
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

  #back() {
    return element('button', { type: 'button', class: 'back', onclick: () => this.close() }, '← All deliveries');
  }

  #top(data) {
    return element(
      'header',
      { class: 'top' },
      this.#back(),
      element('p', { class: 'eyebrow' }, `${data.provider} · delivery ${data.number}`),
      element('h2', { tabindex: -1 }, data.type ? printable(data.type) : title(data)),
      data.id ? element('p', { class: 'id' }, printable(data.id)) : null,
    );
  }

  #actions(data) {
    const result = element('output', { class: 'hint' });
    const button = (label, name, act) =>
      element(
        'button',
        {
          type: 'button',
          'data-action': name,
          onclick: async (event) => {
            if (event.currentTarget.getAttribute('aria-disabled') === 'true') {
              result.textContent = 'It is not finished yet.';
              return;
            }
            try {
              result.textContent = await act();
            } catch (error) {
              result.textContent = error.message;
            }
            announce(result.textContent);
          },
        },
        label,
      );
    return element(
      'div',
      { class: 'actions' },
      data.record
        ? button('Replay', 'replay', async () => (await this.#store.act('/api/replay', { key: data.key })).message)
        : null,
      data.body ? button('Copy as curl', 'curl', () => copy(data.number, 'curl')) : null,
      data.body ? button('Copy as Lambda event', 'event', () => copy(data.number, 'event')) : null,
      result,
    );
  }

  #timeline(data) {
    if (!data.record && !(data.timeline?.length > 1)) {
      const why = data.trouble ? 'Its record cannot be read now.' : 'Nothing: it was not recorded.';
      return section('What became of it', element('p', { class: 'hint' }, why));
    }
    return section(
      'What became of it',
      element(
        'ol',
        { class: 'timeline' },
        data.timeline.map(({ at, what, details, delivery }) =>
          element(
            'li',
            { 'data-what': kind(what) },
            at ? exactTime(at) : element('span', {}),
            element(
              'span',
              {},
              delivery && delivery !== data.number ? this.#link(delivery) : words(what),
              ...told(details),
              delivery === data.number ? ' (this one)' : null,
            ),
          ),
        ),
      ),
    );
  }

  #link(number) {
    return element('button', { type: 'button', class: 'link', onclick: () => this.goTo(number) }, `Delivery ${number}`);
  }
}

async function copy(number, view) {
  const response = await fetch(`/api/deliveries/${number}/${view}`);
  if (!response.ok) {
    throw new Error('This delivery is not kept any more.');
  }
  const text = await response.text();
  try {
    await navigator.clipboard.writeText(text);
    return 'Copied';
  } catch {
    const area = document.getElementById('copy-text');
    area.value = text;
    document.getElementById('copy').showModal();
    area.select();
    return 'To be copied by hand';
  }
}

/** Stands for the type of what was not believed. */
function title(data) {
  const words = reason(data).replaceAll('_', ' ') || 'not received';
  return data.outcome === 'REFUSED' ? 'Refused: ' + words : words[0].toUpperCase() + words.slice(1);
}

function wasRefused(data) {
  return data.reply.status >= 400;
}

function section(title, ...content) {
  return element('section', {}, element('h3', {}, title), ...content);
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
    ['Answer', `${data.reply.status} ${printable(reason(data))}`.trim()],
    ['Received', exactTime(data.at)],
    ['Took', data.tookMillis.toFixed(data.tookMillis < 10 ? 1 : 0) + ' ms'],
    ['Occurred', record?.occurredAt ? exactTime(record.occurredAt) : null],
    ['Environment', data.environment ? printable(data.environment) : null],
    ['Settled', record?.settledAt ? exactTime(record.settledAt) : null],
    ['Attempts', record?.attempts ? String(record.attempts) : null],
    ['Next attempt', record?.notBefore && record.status === 'RECEIVED' ? exactTime(record.notBefore) : null],
    ['Replays', record?.replays ? String(record.replays) : null],
    ['Kept until', record?.expiresAt ? clock(record.expiresAt) : null],
    ['Its record', data.trouble ? 'cannot be read now: ' + printable(data.trouble) : null],
    ['Not pushed', data.pushFailure ? printable(data.pushFailure) : null],
  ]);
}

/** What kind of moment it is, for its colour: by how its words end or begin. */
const KINDS = [
  [/^delivery /, 'DELIVERY'],
  [/failed|given up|never reported back|lapsed/, 'FAILED'],
  [/done$|^handled$/, 'DONE'],
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

const ANSWERS = { PASSED: ['✓', 'passed'], FAILED: ['✕', 'failed'], NOT_REACHED: ['–', 'not reached'] };

/** The judgement, question by question, and what explains a refusal. */
function verification(data) {
  const judged = data.verification;
  if (!judged) {
    return section(
      'Verification',
      element(
        'p',
        { class: 'hint' },
        data.body
          ? 'The function fetches its key, so this page does not have it. The outcome: ' + (data.detail ?? 'the signature held') + '.'
          : 'It cannot be judged again without its body. The outcome: ' + (data.detail ?? 'the signature held') + '.',
      ),
    );
  }
  const questions = element(
    'ol',
    { class: 'questions' },
    judged.steps.map(({ question, answer, seen }) => {
      const [sign, words] = ANSWERS[answer];
      return element(
        'li',
        { 'data-answer': answer },
        element('span', { class: 'sign', 'aria-hidden': 'true' }, sign),
        element('span', {}, question, element('span', { class: 'hidden' }, ' ' + words)),
        answer === 'NOT_REACHED' ? null : element('code', {}, printable(seen)),
      );
    }),
  );
  const verdict =
    judged.holds && data.outcome === 'REFUSED'
      ? 'It was refused, and would hold by what this stack is configured with now.'
      : !judged.holds && !wasRefused(data)
        ? 'It was believed when it came, and would not be by what this stack is configured with now.'
        : null;
  return section(
    'Verification',
    verdict ? element('p', { class: 'finding' }, verdict) : null,
    judged.findings.map(({ proven, explanation, cure }) =>
      element(
        'div',
        { class: 'finding' },
        element('p', {}, element('b', {}, proven ? 'The matter: ' : 'Perhaps: '), printable(explanation)),
        element('p', {}, printable(cure)),
      ),
    ),
    !judged.holds && judged.findings.length === 0
      ? element(
          'p',
          { class: 'finding' },
          'None of the usual mistakes explains it' +
            (judged.tried.length ? ` (tried: ${judged.tried.map((word) => word.replaceAll('_', ' ')).join(', ')})` : '') +
            '. So another key signed, or the delivery was changed or made up.',
        )
      : null,
    element(
      'details',
      { open: wasRefused(data), 'aria-label': 'The questions of the judgement' },
      element('summary', {}, judged.holds ? 'It holds: every question was answered well' : 'It does not hold'),
      questions,
    ),
  );
}

function log(data) {
  if (!data.record && !data.lines?.length) {
    return element('div', { hidden: true });
  }
  const title = 'What its handlers printed';
  return data.lines.length === 0
    ? section(title, element('p', { class: 'hint' }, 'Nothing yet.'))
    : section(
        title,
        element('div', { class: 'log' }, textBlock(data.lines.map(({ at, line }) => clock(at) + '  ' + line).join('\n'), title)),
      );
}

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
  return section(`Headers (${data.headers.length})`, table(data.headers));
}

function body(data) {
  const came = data.body;
  if (!came) {
    return section('Body', element('p', { class: 'hint' }, 'It is not kept: too long, or too long ago.'));
  }
  const about = element(
    'p',
    { class: 'hint' },
    `${bytes(came.bytes)}, ${came.base64 ? 'handed to the function in base64' : 'handed to the function as text'}, SHA-256 `,
    element('code', {}, came.sha256.slice(0, 16) + '…'),
  );
  const views = [];
  const easier = came.text === undefined ? null : pretty(came.text);
  if (easier !== null) {
    views.push(['Pretty', () => colour(textBlock(easier, 'Body, pretty'))]);
  }
  if (came.text !== undefined) {
    views.push(['Raw', () => textBlock(came.text, 'Body, raw')]);
  }
  views.push(['Hex', () => textBlock(hex(came.binary ?? base64(came.text)), 'Body, in hexadecimal', 'hex')]);
  const place = element('div', {});
  const buttons = views.map(([name, make]) =>
    element('button', { type: 'button', onclick: () => choose(name, make) }, name),
  );
  const choose = (name, make) => {
    buttons.forEach((button) => button.setAttribute('aria-pressed', button.textContent === name));
    place.replaceChildren(...make());
  };
  choose(...views[0]);
  return section('Body', about, element('div', { class: 'views', role: 'group', 'aria-label': 'How to show the body' }, buttons), place);
}

function base64(text) {
  let binary = '';
  for (const byte of new TextEncoder().encode(text)) {
    binary += String.fromCharCode(byte);
  }
  return btoa(binary);
}

function reply(data) {
  return section(
    `Answer: ${data.reply.status}`,
    data.reply.headers.length ? table(data.reply.headers) : null,
    data.reply.body ? textBlock(data.reply.body, 'Body of the answer') : element('p', { class: 'hint' }, 'Without a body.'),
  );
}
