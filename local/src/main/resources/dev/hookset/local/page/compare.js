// The dialog that compares two deliveries: their headers and their bodies.

import { changesBetween, changesBlock } from './comparison.js';
import { announce, clock, element, printable, section } from './dom.js';
import { jsonTree } from './json.js';
import { bodyOf, decoded } from './payload.js';
import { hexRows, inSlices, textRows } from './rows.js';

const ADDRESS = /^#?(\d*)\??(.*)$/s;
const MOST_OFFERED = 25;

let store = null;
let number = null; // The delivery that is compared,
let other = null; // and the one that it is compared with.
let chosen = ''; // What the address says is shown besides.
let asked = 0; // How often, so that an old answer does not overwrite a newer one.
let shown = []; // The changes, with their labels and places.

const byId = (id) => document.getElementById(id);

/** Has the dialog do as its controls say, and open where the address says so. */
export function wireComparing(itsStore) {
  store = itsStore;
  byId('compare-with').addEventListener('change', (event) => event.target.value && compare(number, Number(event.target.value)));
  byId('compare-form').addEventListener('submit', (event) => {
    event.preventDefault();
    const typed = byId('compare-number');
    if (typed.value) {
      compare(number, Number(typed.value));
    }
  });
  byId('compare-all').addEventListener('change', () => draw());
  byId('compare-close').addEventListener('click', () => byId('compare').close());
  byId('compare').addEventListener('close', () => {
    asked++;
    shown = [];
    byId('compare-result').replaceChildren();
    // The way back has led to another view, whose address is right.
    if (new URLSearchParams(ADDRESS.exec(location.hash)[2]).has('compare')) {
      address(null);
    }
  });
  store.addEventListener('begin', follow, { once: true });
  addEventListener('popstate', follow);
}

function follow() {
  const [, of, said] = ADDRESS.exec(location.hash);
  const where = new URLSearchParams(said).get('compare');
  if (Number(of) && Number(where)) {
    compare(Number(of), Number(where));
  } else if (byId('compare').open) {
    byId('compare').close();
  }
}

/** Has the address tell what is compared; nothing, with null. */
function address(where) {
  const [, , query] = ADDRESS.exec(location.hash);
  const said = new URLSearchParams(query);
  said.delete('compare');
  if (where !== null) {
    said.set('compare', where);
  }
  const hash = (where === null ? chosen : number) + (said.size ? '?' + said : '');
  history.replaceState(null, '', hash ? '#' + hash : location.pathname);
}

/** Compares two deliveries; without the second, that of the same event, or type, that came last before. */
export function compare(first, second = null) {
  [number, other] = [first, second];
  const offered = offers(first);
  other ??= offered[0]?.deliveries[0].number ?? null;
  byId('compare-title').textContent = `Compare delivery ${number}`;
  const select = byId('compare-with');
  select.replaceChildren(
    element('option', { value: '' }, 'Choose a delivery'),
    ...offered.map(({ what, deliveries }) =>
      element(
        'optgroup',
        { label: what },
        deliveries.map((each) => element('option', { value: each.number }, named(each))),
      ),
    ),
  );
  select.value = [...select.options].some(({ value }) => value === String(other)) ? String(other) : '';
  byId('compare-number').value = other ?? '';
  if (!byId('compare').open) {
    chosen = ADDRESS.exec(location.hash)[1];
    byId('compare').showModal();
  }
  if (other === null) {
    tell('There is no other delivery of this sender yet. By its number, any can be compared.');
  } else {
    address(other);
    show().catch((error) => tell(error.message));
  }
}

/** What to compare with first: the same event, the same type, then the rest of its provider; the nearest first. */
function offers(of) {
  const self = store.find(of);
  const older = store.deliveries.filter((each) => each.number < of); // They come by number, the oldest first.
  const newer = store.deliveries.filter((each) => each.number > of);
  const rest = [...older.reverse(), ...newer].filter((each) => !self || each.provider === self.provider);
  const groups = { 'The same event': [], 'The same type': [], 'The same sender': [] };
  for (const each of rest) {
    const isEvent = self?.id && each.id && original(each.id) === original(self.id);
    const group = isEvent ? 'The same event' : self?.type && each.type === self.type ? 'The same type' : 'The same sender';
    if (groups[group].length < MOST_OFFERED) {
      groups[group].push(each);
    }
  }
  return Object.entries(groups)
    .filter(([, deliveries]) => deliveries.length)
    .map(([what, deliveries]) => ({ what, deliveries }));
}

/** The ID of a conflict has a mark behind the ID that it bears. */
function original(id) {
  return id.split('~')[0];
}

function named(delivery) {
  return `${delivery.number} · ${clock(delivery.at)} · ${printable(delivery.type ?? delivery.outcome ?? delivery.provider)}`;
}

function tell(words) {
  byId('compare-result').replaceChildren(element('p', { class: 'hint' }, words));
  announce(words);
}

/** Asks for both, the older one first, and shows in what they differ. */
async function show() {
  const mine = ++asked;
  const isWanted = () => mine === asked;
  byId('compare-result').setAttribute('aria-busy', true);
  const [before, after] = await Promise.all([number, other].sort((a, b) => a - b).map(delivery)).finally(() =>
    byId('compare-result').removeAttribute('aria-busy'),
  );
  const parts = [
    ['Headers', headers(before), headers(after)],
    ...(before.body && after.body ? [['Body', ...(await bodies(before.body, after.body, isWanted))]] : []),
  ];
  const found = [];
  for (const [title, a, b] of parts) {
    const changes = a && b && (await changesBetween(a, b, isWanted));
    if (!changes) {
      return; // Another one was chosen meanwhile.
    }
    const words = changes.words + (title === 'Body' ? remark(before.body, after.body, changes) : '');
    found.push({ title, changes, words, place: element('div', {}) });
  }
  if (!isWanted()) {
    return;
  }
  shown = found;
  byId('compare-result').replaceChildren(
    element('p', {}, `Removed (−) is what only ${before.number} has, added (+) what only ${after.number} has.`),
    ...found.map(({ title, words, place }) => section(title, element('p', { class: 'hint' }, words), place)),
    ...(parts[1] ? [] : [section('Body', element('p', { class: 'hint' }, 'One of the bodies is not kept.'))]),
  );
  await draw();
  announce(`${before.number} and ${after.number}. ${found.map(({ title, words }) => `${title}: ${words}`).join('. ')}`);
}

async function draw() {
  const mine = asked;
  for (const { title, changes, place } of shown) {
    const isAll = byId('compare-all').checked;
    const block = changes.removed || changes.added || isAll ? await changesBlock(changes, `${title}, compared`, isAll) : null;
    if (mine === asked) {
      place.replaceChildren(...(block ? [block] : []));
    }
  }
}

async function delivery(of) {
  const response = await fetch(`/api/deliveries/${of}`);
  if (!response.ok) {
    throw new Error(response.status === 404 ? `There is no delivery ${of}, or it is not kept any more.` : `Delivery ${of} cannot be shown.`);
  }
  const data = await response.json();
  return { number: of, headers: data.headers, body: data.body ? await bodyOf(of).catch(() => null) : null };
}

/** By name, since their order tells nothing. */
function headers({ headers }) {
  const lines = headers.map(([name, value]) => `${name.toLowerCase()}: ${printable(value)}`).sort();
  return rowsOf(lines.length, (i) => lines[i]);
}

/** Both as JSON that is laid out, or else both as text, or else both byte by byte. */
async function bodies(before, after, isWanted) {
  const texts = [decoded(before), decoded(after)];
  if (texts.includes(null)) {
    return [before, after].map(hexRows).map(({ count, row }) => rowsOf(count, row));
  }
  const trees = [];
  for (const text of texts) {
    trees.push(await inSlices(jsonTree(text), isWanted));
  }
  return trees.includes(null) ? Promise.all(texts.map((text) => inSlices(textRows(text), isWanted))) : trees;
}

function rowsOf(count, row) {
  return { count, row, key: row };
}

/** What the lines do not say of the bytes. */
function remark(before, after, changes) {
  const isSame = before.length === after.length && before.every((byte, i) => byte === after[i]);
  return isSame ? ', byte for byte' : changes.removed || changes.added ? '' : '; only the spaces differ';
}
