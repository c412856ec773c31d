// Puts the page together: store, filters, list and pane.

import { Address } from './address.js';
import { wireComparing } from './compare.js';
import { announce, element, printable } from './dom.js';
import { Filters } from './filters.js';
import { DeliveryList } from './list.js';
import { Pane } from './pane.js';
import { ProviderCounts } from './providers.js';
import { BodySearch } from './search.js';
import { Selection } from './selection.js';
import { wireSending } from './send.js';
import { Store } from './store.js';
import { Tools } from './tools.js';
import { firstView, wireUrls } from './urls.js';

const NARROW = matchMedia('(max-width: 59.99rem)');
const NOW_AND_THEN = 5000;

const byId = (id) => document.getElementById(id);
const store = new Store();
const address = new Address();
const selection = new Selection();
const search = new BodySearch(store);
const filters = new Filters(byId('filters'), store, search, address);
const tools = new Tools(store, selection);
const providers = new ProviderCounts(byId('providers'), store, filters);
const list = new DeliveryList(byId('list'), byId('newer'), store, selection);
const pane = new Pane(byId('pane'), store, (number) => goTo(number), () => leave());

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
  const kept = store.deliveries.filter((delivery) => !tools.holdsBack(delivery));
  const shown = kept.filter(filters.test()).reverse();
  list.show(shown);
  filters.draw();
  providers.draw(kept);
  tools.draw(shown, kept.length, store.deliveries.length - kept.length);
  const connection = byId('connection');
  const words = store.isLive ? 'Live' : 'The stack is down; waiting for it …';
  if (connection.textContent !== words) {
    connection.textContent = words;
    connection.dataset.live = store.isLive;
  }
  drawSource();
  drawFlaw();
  drawEmpty(shown.length === 0 && store.isLive, kept.length === 0);
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
  const said = `${isFirst} ${tools.isPaused} ${store.stack} ${search.isAsking} ${JSON.stringify(store.providers)}`;
  if (isEmpty && box.dataset.said !== said) {
    box.dataset.said = said;
    box.replaceChildren(...emptyView(isFirst));
  }
}

function emptyView(isFirst) {
  const title = (words) => element('h2', {}, words);
  if (!isFirst) {
    return [
      title(search.isAsking ? 'Searching headers and bodies …' : 'No delivery fits'),
      element('button', { type: 'button', onclick: () => filters.clear() }, 'Clear the filters'),
    ];
  }
  if (tools.isPaused) {
    return [title('Paused'), element('p', {}, 'What comes is held back until you resume.')];
  }
  return store.stack
    ? [title('Nothing is recorded'), element('p', {}, 'What comes to the stack shows up here.')]
    : firstView(store, () => byId('send-open').click());
}

/** Shows a delivery, by its address, so that the way back and a link lead to it. */
function goTo(number, focus = true) {
  address.choose(number, true);
  follow(focus);
}

async function follow(focus) {
  const { number } = address;
  document.body.classList.toggle('showing', number > 0);
  list.choose(number || null);
  if (number === 0) {
    pane.hide();
    return;
  }
  await pane.show(number);
  if (focus && pane.number === number) {
    byId('pane').querySelector('h2')?.focus();
  }
}

/** Back from the pane to the list. */
function leave() {
  if (NARROW.matches) {
    address.choose(0, false);
    document.body.classList.remove('showing');
  }
  byId('list').focus();
}

list.addEventListener('choose', ({ detail: { delivery, goThere } }) => {
  if (goThere) {
    goTo(delivery.number);
  } else if (!NARROW.matches) {
    // Whoever walks along the list does not want to walk all the way back.
    address.choose(delivery.number, false);
    follow(false);
  }
});
filters.addEventListener('change', ({ detail }) => {
  if (detail?.isOther) {
    byId('list').scrollTop = 0;
  }
  draw();
});
tools.addEventListener('change', draw);
address.addEventListener('change', () => follow(false));
setInterval(() => filters.isSliding && draw(), NOW_AND_THEN);
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
  const how = `${refused ? `, ${refused} refused` : ''}${tools.isPaused ? ', held back' : ''}`;
  announce(`${arrived} new ${arrived === 1 ? 'delivery' : 'deliveries'}${how}`);
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

wireSending(store);
wireUrls(store);
wireComparing(store);
store.connect();
