// Puts the page together: store, filters, list and pane.

import { wireComparing } from './compare.js';
import { announce, element, printable } from './dom.js';
import { DeliveryList, reason } from './list.js';
import { Pane } from './pane.js';
import { wireSending } from './send.js';
import { Store } from './store.js';

/** Each status, and under which word it is counted. */
const STATUSES = {
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
const COUNTED = [...new Set(Object.values(STATUSES))];
const NARROW = matchMedia('(max-width: 59.99rem)');

const byId = (id) => document.getElementById(id);
const store = new Store();
const list = new DeliveryList(byId('list'), byId('newer'), store);
const pane = new Pane(byId('pane'), store, (number) => goTo(number), () => leave());
const filter = { provider: '', status: '', text: '' };

byId('filter-status').append(
  element('option', { value: '' }, 'Every status'),
  ...Object.keys(STATUSES).map((status) =>
    element('option', { value: status }, status[0] + status.slice(1).toLowerCase().replace('_', ' ')),
  ),
);

// What has changed is drawn once a frame, however much it is.
let drawing = false;
function draw() {
  if (!drawing) {
    drawing = true;
    requestAnimationFrame(() => {
      drawing = false;
      drawNow();
    });
  }
}

function drawNow() {
  const shown = store.deliveries.filter(isShown).reverse();
  list.show(shown);
  drawProviders();
  const all = store.deliveries.length;
  const some = shown.length === all ? '' : shown.length.toLocaleString('en') + ' of ';
  byId('count').textContent = `${some}${all.toLocaleString('en')} ${all === 1 ? 'delivery' : 'deliveries'}`;
  const connection = byId('connection');
  const words = store.isLive ? 'Live' : 'The stack is down; waiting for it …';
  if (connection.textContent !== words) {
    connection.textContent = words;
    connection.dataset.live = store.isLive;
  }
  drawSource();
  drawFlaw();
  drawEmpty(shown.length === 0 && store.isLive, all === 0);
}

function isShown(delivery) {
  const status = store.status(delivery);
  return (
    (!filter.provider || delivery.provider === filter.provider) &&
    (!filter.status || status === filter.status) &&
    (!filter.text ||
      [delivery.type, delivery.id, reason(delivery), delivery.outcome, delivery.provider, delivery.answer, status].some(
        (value) => value !== undefined && value !== null && String(value).toLowerCase().includes(filter.text),
      ))
  );
}

/** A button for each provider, which shows only its deliveries, with their counts. */
function drawProviders() {
  const counts = new Map(store.providers.map(({ name }) => [name, { all: 0 }]));
  for (const delivery of store.deliveries) {
    const count = counts.get(delivery.provider);
    if (count) {
      const word = STATUSES[store.status(delivery)] ?? 'open';
      count.all++;
      count[word] = (count[word] ?? 0) + 1;
    }
  }
  const box = byId('providers');
  // The stack may have been started again with other providers.
  box.querySelectorAll('[data-provider]').forEach((button) => counts.has(button.dataset.provider) || button.remove());
  for (const [name, count] of counts) {
    let button = box.querySelector(`[data-provider="${name}"]`);
    if (!button) {
      button = element(
        'button',
        { type: 'button', 'data-provider': name, onclick: () => set({ provider: filter.provider === name ? '' : name }) },
        element('span', { class: 'name' }, name),
        element('span', { class: 'all' }),
        element('span', { class: 'parts' }),
      );
      box.append(button);
    }
    button.setAttribute('aria-pressed', filter.provider === name);
    const [, all, parts] = button.children;
    const said = JSON.stringify(count);
    if (parts.dataset.said !== said) {
      parts.dataset.said = said;
      all.textContent = count.all.toLocaleString('en');
      const some = COUNTED.filter((word) => count[word]);
      parts.replaceChildren(
        ...(some.length
          ? some.map((word) => element('span', { 'data-part': word }, `${count[word].toLocaleString('en')} ${word}`))
          : ['none yet']),
      );
    }
  }
}

/** Which stack it is, where it is not this one; a sample is sent to this one alone. */
function drawSource() {
  const { stack, canReplay } = store;
  const words = stack ? `Stack ${printable(stack)}, from its records${canReplay ? '' : '; read-only'}` : '';
  const source = byId('source');
  if (source.textContent !== words) {
    source.textContent = words;
    source.hidden = !words;
    byId('send-open').hidden = Boolean(words);
  }
}

/** What javac says of the handlers that were saved last; gone once they run. */
function drawFlaw() {
  const text = byId('flaw-text');
  const words = store.flaw ?? '';
  if (text.textContent !== words) {
    text.textContent = words;
  }
  byId('flaw').hidden = !words;
}

function drawEmpty(isEmpty, isFirst) {
  const box = byId('empty');
  box.hidden = !isEmpty;
  const said = `${isFirst} ${store.stack}`;
  if (isEmpty && box.dataset.said !== said) {
    box.dataset.said = said;
    box.replaceChildren(
      ...(isFirst && store.stack
        ? [element('h2', {}, 'Nothing is recorded'), element('p', {}, 'What comes to the stack shows up here.')]
        : isFirst
        ? [
            element('h2', {}, 'Nothing has come yet'),
            element('p', {}, 'Deliveries show up here the moment they arrive. Send one from here, or from a terminal:'),
            element('pre', {}, './hookset send lemma incident.resolved'),
            element('button', { type: 'button', class: 'primary', onclick: () => byId('send-open').click() }, 'Send a sample'),
          ]
        : [
            element('h2', {}, 'No delivery fits'),
            element('button', { type: 'button', onclick: () => clearFilters() }, 'Clear the filters'),
          ]),
    );
  }
}

function set(change) {
  Object.assign(filter, change);
  byId('list').scrollTop = 0;
  draw();
}

function clearFilters() {
  byId('filter-text').value = '';
  byId('filter-status').value = '';
  set({ provider: '', status: '', text: '' });
  byId('filter-text').focus();
}

/** Shows a delivery, by its address, so that the way back and a link lead to it. */
function goTo(number, focus = true) {
  const hash = '#' + number;
  if (location.hash !== hash) {
    // On a narrow screen it is another place to come back from; beside the list it is a choice.
    history[NARROW.matches ? 'pushState' : 'replaceState'](null, '', hash);
  }
  follow(focus);
}

async function follow(focus) {
  const number = parseInt(location.hash.slice(1), 10);
  document.body.classList.toggle('showing', number > 0);
  if (number > 0) {
    list.choose(number);
    await pane.show(number);
    if (focus && pane.number === number) {
      byId('pane').querySelector('h2')?.focus();
    }
  }
}

/** Back from the pane to the list. */
function leave() {
  if (location.hash) {
    history.replaceState(null, '', location.pathname);
  }
  document.body.classList.remove('showing');
  byId('list').focus();
}

list.addEventListener('choose', ({ detail: { delivery, goThere } }) => {
  if (goThere || !NARROW.matches) {
    goTo(delivery.number, goThere);
  }
});
byId('filters').addEventListener('submit', (event) => event.preventDefault());
byId('filter-text').addEventListener('input', (event) => set({ text: event.target.value.trim().toLowerCase() }));
byId('filter-status').addEventListener('change', (event) => set({ status: event.target.value }));
addEventListener('popstate', () => follow(false));
document.addEventListener('keydown', (event) => {
  const isTyping = event.target.matches('input, select, textarea');
  if (event.key === '/' && !isTyping && !event.ctrlKey && !event.metaKey && !document.querySelector('dialog[open]')) {
    event.preventDefault();
    byId('filter-text').focus();
  } else if (event.key === 'Escape' && byId('pane').contains(event.target)) {
    leave();
  }
});

// For whoever does not see the list: how many came, not each of them.
let arrived = 0;
let refused = 0;
store.addEventListener('delivery', ({ detail }) => {
  arrived++;
  refused += detail.outcome === 'REFUSED' ? 1 : 0;
  announce(`${arrived} new ${arrived === 1 ? 'delivery' : 'deliveries'}${refused ? `, ${refused} refused` : ''}`);
});
store.addEventListener('trouble', ({ detail }) => {
  byId('trouble-text').textContent = printable(detail);
  byId('trouble').hidden = false;
});
byId('trouble-close').addEventListener('click', () => {
  byId('trouble').hidden = true;
  byId('list').focus();
});
store.addEventListener('change', draw);
store.addEventListener('begin', () => follow(false), { once: true });
store.addEventListener('begin', () => {
  if (filter.provider && !store.providers.some(({ name }) => name === filter.provider)) {
    set({ provider: '' });
  }
});

wireSending(store);
wireComparing(store);
store.connect();
