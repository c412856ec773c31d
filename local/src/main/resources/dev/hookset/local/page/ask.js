// The dialog that asks before something is done to many, and tells what came of it.

import { announce, element } from './dom.js';

const byId = (id) => document.getElementById(id);

/**
 * Asks; `act` is called once it is agreed to, with what tells how far it is and a signal that it is not wanted any
 * more. What it returns is told in the dialog; nothing closes it. What is final is not done by pressing Enter twice.
 */
export function ask({ title, says, yes, act, isFinal = false }) {
  const dialog = byId('ask');
  const doIt = byId('ask-yes');
  const no = byId('ask-no');
  const result = byId('ask-result');
  const stop = new AbortController();
  // What goes on after it was closed does not write into the next one.
  const tell = (...words) => stop.signal.aborted || result.replaceChildren(...words);
  byId('ask-title').textContent = title;
  byId('ask-says').replaceChildren(...says.map((words) => element('p', {}, words)));
  doIt.textContent = yes;
  doIt.hidden = !yes;
  no.textContent = yes ? 'Cancel' : 'Close';
  tell();
  dialog.addEventListener('close', () => stop.abort(), { once: true });
  doIt.addEventListener(
    'click',
    async () => {
      doIt.hidden = true;
      no.focus();
      let told;
      try {
        told = await act(tell, stop.signal);
      } catch (error) {
        told = [error.message];
      }
      if (stop.signal.aborted) {
        return;
      }
      if (!told) {
        dialog.close();
        return;
      }
      tell(...told);
      no.textContent = 'Close';
      announce(result.textContent);
    },
    { signal: stop.signal },
  );
  dialog.showModal();
  if (isFinal) {
    no.focus();
  }
}
