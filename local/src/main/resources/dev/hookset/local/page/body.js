// The body of a delivery: laid out where it is JSON, as it came, and byte by byte.

import { bytes, element, section } from './dom.js';
import { hexRows, inSlices, jsonRows } from './rows.js';
import { rowBlock, textBlock } from './viewer.js';

const TOKENS = /("(?:[^"\\]|\\.)*")(\s*:)?|-?\d[\d.eE+-]*|\b(?:true|false|null)\b/g;

/** Shows a body; it is asked for once, and apart from all else, since it may be long. */
export function body(data) {
  const came = data.body;
  if (!came) {
    return section('Body', element('p', { class: 'hint' }, 'Not kept: it was too long, or has made room for later ones.'));
  }
  const about = element(
    'p',
    { class: 'hint' },
    data.fromRecord
      ? `${came.bytes === null ? 'Kept apart, as it is long' : bytes(came.bytes)}, SHA-256 `
      : `${bytes(came.bytes)}, ${came.base64 ? 'handed to the function in base64' : 'handed to the function as text'}, SHA-256 `,
    element('code', {}, came.sha256.slice(0, 16) + '…'),
  );
  const place = element('div', { 'aria-busy': true }, element('p', { class: 'hint' }, 'Loading …'));
  const made = section('Body', about, place);
  load(data.number, place).catch((error) =>
    place.replaceChildren(element('p', { class: 'hint' }, 'The body cannot be shown: ' + error.message)),
  );
  return made;
}

async function load(number, place) {
  const response = await fetch(`/api/deliveries/${number}/body`);
  if (!response.ok) {
    throw new Error('it is not kept any more.');
  }
  const came = new Uint8Array(await response.arrayBuffer());
  const text = decoded(came);
  const pretty = text === null ? null : await inSlices(jsonRows(text), () => place.isConnected);
  const views = [];
  if (pretty) {
    views.push(['Pretty', () => rowBlock(pretty, 'Body, pretty', null, colour)]);
  }
  if (text !== null) {
    views.push(['Raw', () => textBlock(text, 'Body, raw')]);
  }
  views.push(['Hex', () => rowBlock(hexRows(came), 'Body, in hexadecimal', 'hex')]);
  place.removeAttribute('aria-busy');
  place.replaceChildren(...chooser(views));
}

/** Returns bytes as text, a byte-order mark included; null if they are none in UTF-8. */
function decoded(came) {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(came);
  } catch {
    return null;
  }
}

function chooser(views) {
  const place = element('div', {});
  const choose = (name, make) => {
    buttons.forEach((button) => button.setAttribute('aria-pressed', button.textContent === name));
    place.replaceChildren(make());
  };
  const buttons = views.map(([name, make]) =>
    element('button', { type: 'button', onclick: () => choose(name, make) }, name),
  );
  choose(...views[0]);
  return [element('div', { class: 'views', role: 'group', 'aria-label': 'How to show the body' }, buttons), place];
}

/** Colours JSON without an element more: names of members, strings, and all other values. Only what is in sight. */
function colour(text) {
  if (!CSS.highlights || !text) {
    return;
  }
  const kinds = { 'json-name': new Highlight(), 'json-string': new Highlight(), 'json-value': new Highlight() };
  for (const { 0: token, 1: string, 2: colon, index } of text.data.matchAll(TOKENS)) {
    const range = new StaticRange({
      startContainer: text,
      startOffset: index,
      endContainer: text,
      endOffset: index + (string ?? token).length,
    });
    kinds[colon ? 'json-name' : string ? 'json-string' : 'json-value'].add(range);
  }
  Object.entries(kinds).forEach(([name, ranges]) => CSS.highlights.set(name, ranges));
}
