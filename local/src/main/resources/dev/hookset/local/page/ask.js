// The dialog that asks before something is done to many, and tells what came of it.

import { announce, element } from './dom.js';

const byId = (id) => document.getElementById(id);

/**
 * Asks; `act` is called once it is agreed to, with what tells how far it is and a signal that it is not wanted any
 * more. What it returns is told in the dialog; nothing closes it.
 */
export function ask({ title, says, yes, act }) {
  const dialog = byId('ask');
  const doIt = byId('ask-yes');
  const no = byId('ask-no');
  const result = byId('ask-result');
  const tell = (...words) => result.replaceChildren(...words);
  const stop = new AbortController();
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
      try {
        const told = await act(tell, stop.signal);
        if (told) {
          tell(...told);
        } else {
          dialog.close();
        }
      } catch (error) {
        tell(error.message);
      }
      no.textContent = 'Close';
      announce(result.textContent);
    },
    { signal: stop.signal },
  );
  dialog.showModal();
}
