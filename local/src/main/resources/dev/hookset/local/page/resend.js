// The dialog in which a delivery is edited and sent again, signed anew.

import { changes, laidOut } from './changes.js';
import { announce, bytes, element, printable } from './dom.js';
import { base64, decoded } from './payload.js';

const AFTER_TYPING = 250;
const EASY = 131_072; // Over what is longer a field takes so long that the tab would stand still: it goes by a file.
const MOST_SHOWN = 200;

export class ResendDialog {
  #store;
  #dialog;
  #title = element('h2', { id: 'resend-title' });
  #about = element('p', { class: 'hint' });
  #headers = element('textarea', { rows: 6, spellcheck: 'false', autocomplete: 'off', wrap: 'off' });
  #body = element('textarea', { rows: 12, spellcheck: 'false', autocomplete: 'off' });
  #bodyHint = element('p', { class: 'hint' });
  #file = element('input', { type: 'file' });
  #layOut = element('button', { type: 'button', onclick: () => this.#edited(easy(this.#body.value)) }, 'Lay out as JSON');
  #difference = element('div', { class: 'difference', role: 'region', tabindex: 0 });
  #fate = element('p', { class: 'fate', role: 'status' });
  #rename = element('button', { type: 'button', onclick: () => this.#renamed() }, 'Give it a fresh ID');
  #send = element('button', { type: 'submit', class: 'primary' }, 'Sign and send');
  #result = element('output', { class: 'hint' });
  #goThere = element('button', { type: 'button', class: 'link' });
  #data = null;
  #came = null; // The body as text; null where it is none.
  #taken = null; // What stands in the file that was chosen, where the field does not show it.
  #initial = ''; // What the field makes of it.
  #previewed = 0;
  #waiting = null;

  constructor(store, goTo) {
    this.#store = store;
    this.#goThere.addEventListener('click', () => {
      this.#dialog.close();
      goTo(Number(this.#goThere.dataset.number));
    });
    this.#file.addEventListener('change', () => this.#take());
    for (const field of [this.#headers, this.#body]) {
      field.addEventListener('input', () => {
        clearTimeout(this.#waiting);
        this.#waiting = setTimeout(() => this.#preview(), AFTER_TYPING);
      });
    }
  }

  /** Opens it; what it returns is kept once it is there. */
  async open(data) {
    const [draft, body] = await Promise.all(
      ['draft', 'body'].map((view) => fetch(`/api/deliveries/${data.number}/${view}`)),
    );
    if (!draft.ok || !body.ok) {
      throw new Error('This delivery is not kept any more.');
    }
    const { title, headers, anew } = await draft.json();
    const dialog = this.#make();
    this.#data = data;
    this.#came = decoded(await body.arrayBuffer());
    this.#title.textContent = `Edit and resend delivery ${data.number}`;
    this.#about.textContent =
      `Signed anew with the key of ${title} and the present time, and posted to this stack. Made anew: ${anew.join(', ')}.`;
    this.#difference.setAttribute('aria-label', `What differs from delivery ${data.number}`);
    this.#headers.value = headers;
    const isEasy = this.#came !== null && this.#came.length <= EASY;
    this.#body.value = isEasy ? this.#came : '';
    this.#initial = this.#body.value;
    this.#taken = null;
    this.#file.value = '';
    this.#showBody(isEasy);
    this.#bodyHint.textContent =
      (this.#came === null ? 'The body is no text' : `The body has ${bytes(data.body.bytes)}`) +
      ': it goes as it came, unless you take another from a file.';
    this.#result.textContent = '';
    this.#goThere.hidden = true;
    dialog.showModal();
    await this.#preview();
    return '';
  }

  #make() {
    if (!this.#dialog) {
      const form = element(
        'form',
        { method: 'dialog' },
        this.#title,
        this.#about,
        element('label', {}, 'Headers, one a line', this.#headers),
        element('label', {}, 'Body', this.#body),
        this.#bodyHint,
        element('div', { class: 'actions' }, this.#layOut),
        element('label', {}, 'Or take the body from a file', this.#file),
        element('h3', {}, 'What differs'),
        this.#difference,
        element(
          'div',
          { class: 'actions' },
          this.#fate, // Never scrolled out of sight, as it says what the button will do.
          this.#send,
          this.#rename,
          element('button', { type: 'button', onclick: () => this.#dialog.close() }, 'Close'),
          this.#result,
          this.#goThere,
        ),
      );
      form.addEventListener('submit', (event) => {
        event.preventDefault();
        this.#sent();
      });
      this.#dialog = element('dialog', { class: 'send resend', 'aria-labelledby': 'resend-title' }, form);
      document.body.append(this.#dialog);
    }
    return this.#dialog;
  }

  #showBody(isShown) {
    this.#body.parentElement.hidden = !isShown;
    this.#bodyHint.hidden = isShown;
    this.#layOut.hidden = !isShown;
  }

  async #take() {
    const file = this.#file.files[0];
    if (!file) {
      return;
    }
    const text = decoded(await file.arrayBuffer());
    if (text !== null && text.length <= EASY) {
      this.#edited(text);
      return;
    }
    this.#taken = text === null ? { base64: await base64(file) } : { text };
    this.#showBody(false);
    this.#bodyHint.textContent = `The body is that of ${printable(file.name)}, ${bytes(file.size)}.`;
    await this.#preview();
  }

  /** Puts another text into the field. */
  #edited(text) {
    if (text === null) {
      this.#result.textContent = 'It is no JSON, or would be too long for this field.';
      announce(this.#result.textContent);
      return;
    }
    this.#body.value = text;
    this.#taken = null;
    this.#showBody(true);
    this.#body.focus();
    this.#preview();
  }

  /** What the server is asked with; without a text where the body goes as it came, byte for byte. */
  #request() {
    const { value } = this.#body;
    const isHidden = this.#body.parentElement.hidden;
    const isEdited = !isHidden && (value !== this.#initial || this.#came === null || this.#came.length > EASY);
    // A field has no carriage returns. Where all lines ended with one, they do again.
    const isCrLf = this.#came?.includes('\r\n') && !/(?:^|[^\r])\n|\r(?!\n)/.test(this.#came);
    return {
      number: this.#data.number,
      headers: this.#headers.value,
      ...(isHidden ? this.#taken : null),
      ...(isEdited ? { text: isCrLf ? value.replaceAll('\n', '\r\n') : value } : {}),
    };
  }

  /** Shows what differs, and what would come of it. */
  async #preview() {
    const turn = ++this.#previewed;
    clearTimeout(this.#waiting);
    const request = this.#request();
    let shown;
    try {
      shown = await this.#store.act('/api/resend/preview', request);
    } catch (error) {
      shown = { words: error.message };
    }
    if (turn !== this.#previewed) {
      return; // It has been edited since.
    }
    if (shown.headers) {
      const inBody = await this.#bodyChanges(request, shown.bytes);
      if (turn !== this.#previewed) {
        return;
      }
      this.#difference.replaceChildren(...headerChanges(shown.headers), ...inBody);
    }
    this.#fate.textContent = (shown.id ? `${printable(shown.id)}: ` : '') + shown.words;
    this.#fate.dataset.fate = shown.fate ?? 'REFUSED';
    this.#rename.hidden = !shown.canRename;
  }

  async #bodyChanges({ text, base64 }, size) {
    if (base64 === undefined && (text === undefined || text === this.#came)) {
      return [element('p', { class: 'hint' }, 'The body is the same, byte for byte.')];
    }
    if (base64 !== undefined || this.#came === null || Math.max(text.length, this.#came.length) > EASY) {
      return [element('p', { class: 'hint' }, `The body is another: ${bytes(size)}, where ${bytes(this.#data.body.bytes)} came.`)];
    }
    const lines = await changes(this.#came, text);
    if (!lines.length) {
      return [element('p', { class: 'hint' }, 'The body says the same, laid out otherwise: its bytes differ.')];
    }
    return [
      element('p', { class: 'hint' }, 'In the body:'),
      ...lines.slice(0, MOST_SHOWN).map(([sign, line]) => changed(sign, line)),
      lines.length > MOST_SHOWN ? element('p', { class: 'hint' }, `and ${lines.length - MOST_SHOWN} more lines`) : null,
    ].filter(Boolean);
  }

  async #renamed() {
    try {
      const wasLaidOut = this.#body.value.includes('\n');
      const { headers, text } = await this.#store.act('/api/resend/fresh', this.#request());
      this.#headers.value = headers;
      if (text?.length > EASY) {
        this.#taken = { text };
        this.#showBody(false);
        await this.#preview();
      } else if (text !== undefined) {
        this.#edited(wasLaidOut ? (easy(text) ?? text) : text);
      } else {
        await this.#preview();
      }
      this.#result.textContent = 'It has a fresh ID';
    } catch (error) {
      this.#result.textContent = error.message;
    }
    announce(this.#result.textContent);
  }

  async #sent() {
    this.#goThere.hidden = true;
    this.#result.textContent = 'Sending …';
    try {
      const { status, number } = await this.#store.act('/api/resend', this.#request());
      this.#result.textContent = `Answered ${status}`;
      if (number) {
        this.#goThere.dataset.number = number;
        this.#goThere.textContent = `Show delivery ${number}`;
        this.#goThere.hidden = false;
      }
      await this.#preview(); // Now it would be a duplicate.
    } catch (error) {
      this.#result.textContent = error.message;
    }
    announce(this.#result.textContent);
  }
}

/** Lays JSON out for a field; null if the text is none, or would become too long for it. */
function easy(text) {
  const laid = laidOut(text);
  return laid !== null && laid.length <= EASY ? laid : null;
}

const SIGNS = { '-': ['removed', '−'], '+': ['added', '+'], ' ': ['same', ' '], '…': ['left out', '…'] };

/** A line, with what happened to it as a sign and, for a screen reader, as a word. */
function changed(sign, text) {
  const [word, shown] = SIGNS[sign];
  return element(
    'div',
    { class: 'change', 'data-change': word.replace(' ', '-') },
    element('span', { 'aria-hidden': 'true' }, shown),
    element('span', { class: 'hidden' }, word + ': '),
    element('code', {}, printable(text)),
  );
}

function headerChanges(headers) {
  const [anew, others] = [headers.filter((each) => each.anew), headers.filter((each) => !each.anew)];
  const line = ({ name, before, after }) => [
    before === null ? null : changed('-', `${name}: ${before}`),
    after === null ? null : changed('+', `${name}: ${after}`),
  ];
  return [
    anew.length ? element('p', { class: 'hint' }, 'Made anew:') : null,
    ...anew.flatMap(line),
    others.length ? element('p', { class: 'hint' }, 'In the headers:') : null,
    ...others.flatMap(line),
  ].filter(Boolean);
}
