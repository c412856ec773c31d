// What can be done with a delivery: replay, edit and resend, copy, save.

import { copyText, saveFile } from './clipboard.js';
import { announce, element, printable } from './dom.js';

/** The buttons, and what came of the last one that was pressed. */
export function actions(data, store, resend) {
  const result = element('output', { class: 'hint' });
  const button = (label, name, act) =>
    element(
      'button',
      {
        type: 'button',
        'data-action': name,
        onclick: async (event) => {
          if (event.currentTarget.getAttribute('aria-disabled') === 'true') {
            result.textContent = 'It can be replayed once it is finished.';
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
  const isDelivery = data.body && !data.fromRecord;
  return element(
    'div',
    { class: 'actions' },
    data.record && store.canReplay
      ? button('Replay', 'replay', async () => (await store.act('/api/replay', { key: data.key })).message)
      : null,
    data.id ? button('Copy event ID', 'id', () => copyText(data.id)) : null,
    isDelivery ? button('Edit and resend …', 'resend', () => resend.open(data)) : null,
    // What is signed when it is run, and beside it the exact one, which is refused once it is too old.
    isDelivery && data.method === 'POST' ? button('Copy as command', 'command', () => copy(data.number, 'command')) : null,
    isDelivery ? button('Copy as curl', 'curl', () => copy(data.number, 'curl')) : null,
    isDelivery ? button('Copy as Lambda event', 'event', () => copy(data.number, 'event')) : null,
    data.record && data.body ? button('Save as fixture', 'fixture', () => saveFixture(data.number)) : null,
    result,
  );
}

/** For functions/src/test/resources/fixtures, where the test kit finds it. */
async function saveFixture(number) {
  const response = await fetch(`/api/deliveries/${number}/fixture`);
  if (!response.ok) {
    throw new Error('This delivery is not kept any more.');
  }
  const { name, text, replaced, message } = await response.json();
  if (!text) {
    throw new Error(message);
  }
  saveFile(name, text, 'application/json');
  const places = replaced.map(({ path, kind }) => `${printable(path)} (${kind})`);
  return `Saved as ${name}. ${places.length ? `Replaced: ${places.join(', ')}` : 'Nothing in it looked personal'}`;
}

async function copy(number, view) {
  const response = await fetch(`/api/deliveries/${number}/${view}`);
  if (!response.ok) {
    throw new Error('This delivery is not kept any more.');
  }
  const done = { command: 'Copied; it signs when it is run', curl: 'Copied, with its signature as it came' };
  return copyText(await response.text(), done[view]);
}
