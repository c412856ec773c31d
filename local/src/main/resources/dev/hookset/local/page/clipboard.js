// Takes something along from the page: into the clipboard, or into a file.

import { element } from './dom.js';

/** What is longer, no browser lays out in a text field before one is tired of waiting. */
const LONGEST_BY_HAND = 100_000;

/** Copies a text, and returns what to say of it. */
export async function copyText(text, done = 'Copied') {
  try {
    await navigator.clipboard.writeText(text);
    return done;
  } catch {
    if (text.length > LONGEST_BY_HAND) {
      return 'The browser denies the clipboard, and this is too long to copy by hand';
    }
    const area = document.getElementById('copy-text');
    area.value = text;
    document.getElementById('copy').showModal();
    area.select();
    return 'The browser denies the clipboard; copy it by hand';
  }
}

/** Has the browser save bytes or text as a file. */
export function saveFile(name, content, type) {
  const url = URL.createObjectURL(new Blob([content], { type }));
  element('a', { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000); // The browser may still be reading.
}
