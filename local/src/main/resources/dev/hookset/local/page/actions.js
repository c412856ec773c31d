// What can be done with a delivery: replay, edit and resend, copy, save.

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
  const url = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  element('a', { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000); // The browser may still be reading.
  const places = replaced.map(({ path, kind }) => `${printable(path)} (${kind})`);
  return `Saved as ${name}. ${places.length ? `Replaced: ${places.join(', ')}` : 'Nothing in it looked personal'}`;
}

async function copy(number, view) {
  const response = await fetch(`/api/deliveries/${number}/${view}`);
  if (!response.ok) {
    throw new Error('This delivery is not kept any more.');
  }
  const text = await response.text();
  try {
    await navigator.clipboard.writeText(text);
    return view === 'command' ? 'Copied; it signs when it is run' : view === 'curl' ? 'Copied, with its signature as it came' : 'Copied';
  } catch {
    const area = document.getElementById('copy-text');
    area.value = text;
    document.getElementById('copy').showModal();
    area.select();
    return 'The browser denies the clipboard; copy it by hand';
  }
}
