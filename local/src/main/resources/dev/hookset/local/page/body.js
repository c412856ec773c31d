// The body of a delivery: laid out where it is JSON, as it came, and byte by byte; to copy, to save, and to compare.

import { copyText, saveFile } from './clipboard.js';
import { compare } from './compare.js';
import { announce, bytes, element, section } from './dom.js';
import { jsonTree } from './json.js';
import { base64, bodyOf, decoded } from './payload.js';
import { hexRows, inSlices } from './rows.js';
import { treeBlock } from './treeview.js';
import { rowBlock, textBlock } from './viewer.js';

let shown = Promise.resolve();

/** Settles once the body that was asked for last is shown, or cannot be. */
export function bodyShown() {
  return shown;
}

/** Shows a body; it is asked for once, and apart from all else, since it may be long. */
export function body(data) {
  const came = data.body;
  if (!came) {
    const why = element('p', { class: 'hint' }, 'Not kept: it was too long, or has made room for later ones.');
    return section('Body', why, element('div', { class: 'actions' }, comparing(data)));
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
  shown = load(data, place).catch((error) =>
    place.replaceChildren(element('p', { class: 'hint' }, 'The body cannot be shown: ' + error.message)),
  );
  return made;
}

async function load(data, place) {
  const came = await bodyOf(data.number);
  const text = decoded(came);
  const tree = text === null ? null : await inSlices(jsonTree(text), () => place.isConnected);
  const views = [];
  if (tree) {
    views.push(['Pretty', () => treeBlock(tree, 'Body, pretty')]);
  }
  if (text !== null) {
    views.push(['Raw', () => textBlock(text, 'Body, raw')]);
  }
  views.push(['Hex', () => rowBlock(hexRows(came), 'Body, in hexadecimal', 'hex')]);
  place.removeAttribute('aria-busy');
  place.replaceChildren(taking(data, came, text, tree !== null), ...chooser(views));
}

/** Buttons to copy and to save a body, byte for byte, and to compare its delivery. */
function taking(data, came, text, isJson) {
  const said = element('output', { class: 'hint' });
  const button = (words, act) =>
    element(
      'button',
      {
        type: 'button',
        onclick: async () => {
          said.textContent = await act();
          announce(said.textContent);
        },
      },
      words,
    );
  const save = () => {
    const kind = isJson ? 'json' : text === null ? 'bin' : 'txt';
    const name = `${data.provider}-${data.number}.${kind}`.replace(/[^\w.-]/g, '_');
    saveFile(name, came, 'application/octet-stream');
    return `Saved as ${name}, byte for byte`;
  };
  const size = bytes(came.length);
  return element(
    'div',
    { class: 'actions' },
    text === null
      ? button('Copy body in base64', async () => copyText(await base64(came), `Copied ${size} in base64`))
      : button('Copy body', () => copyText(text, `Copied ${size}, as they came`)),
    button('Download body', save),
    comparing(data),
    said,
  );
}

function comparing(data) {
  return element('button', { type: 'button', onclick: () => compare(data.number) }, 'Compare with …');
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
