// What is shown, as the page's address tells it: "#7?provider=lemma&time=1h". A link opens the same view, and the way
// back leads to the one before.

/** What is longer, the stack does not search for, and no regular expression can be. */
const LONGEST_TEXT = 1000;

const NONE = { provider: '', status: '', time: '', from: '', to: '', handler: '', text: '' };

/** Fires `change` when the browser has gone to another view. */
export class Address extends EventTarget {
  #view = read(location.hash);

  constructor() {
    super();
    addEventListener('popstate', () => {
      this.#view = read(location.hash);
      this.dispatchEvent(new Event('change'));
    });
  }

  /** The chosen delivery; 0 for none. */
  get number() {
    return this.#view.number;
  }

  /** What the deliveries are narrowed by; empty texts where they are not. */
  get filter() {
    return this.#view.filter;
  }

  choose(number, isStep) {
    this.#go({ ...this.#view, number }, isStep);
  }

  /** Narrows by something else; a step is what the way back leads to. */
  narrow(change, isStep) {
    this.#go({ ...this.#view, filter: { ...this.filter, ...change } }, isStep);
  }

  widen() {
    this.#go({ ...this.#view, filter: NONE }, true);
  }

  #go(view, isStep) {
    const there = written(view);
    if (there !== written(this.#view)) {
      history[isStep ? 'pushState' : 'replaceState'](null, '', there);
    }
    this.#view = view;
  }
}

function read(hash) {
  const [, number, query] = /^#?(\d{0,15})\??(.*)$/s.exec(hash) ?? ['', '', ''];
  const said = new URLSearchParams(query);
  return {
    number: Number(number),
    filter: Object.fromEntries(Object.keys(NONE).map((name) => [name, (said.get(name) ?? '').slice(0, LONGEST_TEXT)])),
  };
}

function written({ number, filter }) {
  const said = new URLSearchParams(Object.entries(filter).filter(([, value]) => value));
  const hash = (number || '') + (said.size ? '?' + said : '');
  return hash ? '#' + hash : location.pathname;
}
