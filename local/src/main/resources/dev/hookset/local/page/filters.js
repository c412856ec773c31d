// What the deliveries are narrowed by: provider, status, handler, time, and a text.

import { element } from './dom.js';
import { reason } from './row.js';

/** Each status, and under which word it is counted. */
export const STATUSES = {
  RECEIVED: 'open',
  PROCESSING: 'open',
  DONE: 'done',
  SUPERSEDED: 'superseded',
  FAILED: 'failed',
  REFUSED: 'refused',
  SKIPPED: 'skipped',
  QUARANTINED: 'quarantined',
  UNAVAILABLE: 'not received',
  NOT_CONFIGURED: 'not received',
  ERROR: 'not received',
};

const MINUTE = 60_000;
const TIMES = {
  __proto__: null, // A link may say any word.
  '5m': ['Last 5 minutes', () => Date.now() - 5 * MINUTE],
  '1h': ['Last hour', () => Date.now() - 60 * MINUTE],
  today: ['Today', () => new Date().setHours(0, 0, 0, 0)],
  between: ['From … to …'],
};

/** Fires `change` when other deliveries fit. */
export class Filters extends EventTarget {
  #store;
  #search;
  #address;
  #controls = {};

  constructor(form, store, search, address) {
    super();
    this.#store = store;
    this.#search = search;
    this.#address = address;
    for (const name of ['text', 'status', 'time', 'handler', 'from', 'to']) {
      this.#controls[name] = form.querySelector('#filter-' + name);
    }
    const { text, status, time, handler, from, to } = this.#controls;
    status.append(...options('Any status', Object.keys(STATUSES).map((name) => [name, words(name)])));
    time.append(...options('Any time', Object.entries(TIMES).map(([name, [title]]) => [name, title])));
    form.addEventListener('submit', (event) => event.preventDefault());
    // Each letter is no step to come back from; that something is looked for is one.
    text.addEventListener('input', () => this.set({ text: text.value.trim() }, !address.filter.text));
    for (const select of [status, handler]) {
      select.addEventListener('change', () => this.set({ [select.name]: select.value }));
    }
    time.addEventListener('change', () => {
      const isBetween = time.value === 'between';
      this.set({ time: time.value, from: isBetween ? isoTime(Date.now() - 60 * MINUTE) : '', to: '' });
    });
    for (const input of [from, to]) {
      input.addEventListener('change', () => this.set({ [input.name]: isoTime(input.value) }, false));
    }
    address.addEventListener('change', () => this.#show());
    store.addEventListener('begin', () => {
      // The stack may have been started again with other providers.
      if (this.provider && !store.providers.some(({ name }) => name === this.provider)) {
        this.set({ provider: '' }, false);
      }
    });
    search.addEventListener('change', () => this.dispatchEvent(new Event('change')));
    this.#show();
  }

  get provider() {
    return this.#address.filter.provider;
  }

  /** Whether what fits changes as time goes by. */
  get isSliding() {
    return Boolean(TIMES[this.#address.filter.time]?.[1]);
  }

  set(change, isStep = true) {
    this.#address.narrow(change, isStep);
    this.#show();
  }

  clear() {
    this.#address.widen();
    this.#show();
    this.#controls.text.focus();
  }

  /** Returns what says of a delivery whether it fits now. */
  test() {
    const { provider, status, handler, text } = this.#address.filter;
    const [from, to] = this.#span();
    const words = new RegExp(text.replace(/[\\^$.*+?()[\]{}|\/]/g, '\\$&'), 'iu');
    return (delivery) =>
      (!provider || delivery.provider === provider) &&
      (!status || this.#store.status(delivery) === status) &&
      delivery.at >= from &&
      delivery.at < to &&
      (!handler || this.#store.handlers(delivery).includes(handler)) &&
      (!text || this.#isInRow(delivery, words) || this.#search.has(delivery.number));
  }

  #span() {
    const { time, from, to } = this.#address.filter;
    return time === 'between'
      ? [Date.parse(from) || 0, Date.parse(to) + 1000 || Infinity]
      : [TIMES[time]?.[1]() ?? 0, Infinity];
  }

  #isInRow(delivery, words) {
    const { type, id, outcome, provider, answer } = delivery;
    return [type, id, reason(delivery), outcome, provider, answer, this.#store.status(delivery)].some(
      (value) => value !== undefined && value !== null && words.test(value),
    );
  }

  /** Brings the controls to what the address says. */
  #show() {
    const { filter } = this.#address;
    const { text, status, time, from, to } = this.#controls;
    if (text.value.trim() !== filter.text) {
      text.value = filter.text;
    }
    this.#search.lookFor(filter.text);
    status.value = filter.status;
    time.value = filter.time;
    for (const input of [from, to]) {
      if (isoTime(input.value) !== filter[input.name]) {
        input.value = localTime(filter[input.name]);
      }
    }
    from.closest('.between').hidden = filter.time !== 'between';
    this.draw();
    this.dispatchEvent(new CustomEvent('change', { detail: { isOther: true } }));
  }

  /** Offers the handlers that are known by now, and the one of a link. */
  draw() {
    const { handler, text } = this.#controls;
    const chosen = this.#address.filter.handler;
    const known = [...new Set(chosen ? [...this.#store.knownHandlers, chosen] : this.#store.knownHandlers)].sort();
    if (handler.dataset.known !== known.join()) {
      handler.dataset.known = known.join();
      handler.replaceChildren(...options('Any handler', known.map((name) => [name, name])));
    }
    handler.value = chosen;
    // A deployed stack's records name no handlers in their list, and their bodies are read one by one.
    handler.closest('label').hidden = Boolean(this.#store.stack) && !chosen;
    text.placeholder = this.#store.canSearch ? 'Type, ID, header, body …' : 'Type, event ID …';
  }
}

function options(all, named) {
  return [['', all], ...named].map(([value, title]) => element('option', { value }, title));
}

function words(status) {
  return status[0] + status.slice(1).toLowerCase().replace('_', ' ');
}

/** As it stands in the address, where it means the same in every zone. */
function isoTime(time) {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? '' : date.toISOString().slice(0, 19) + 'Z';
}

/** As an input for a local time has it. */
function localTime(iso) {
  const date = new Date(iso);
  const local = new Date(date.getTime() - date.getTimezoneOffset() * MINUTE); // None beside the last instant.
  return Number.isNaN(local.getTime()) ? '' : local.toISOString().slice(0, 19);
}
