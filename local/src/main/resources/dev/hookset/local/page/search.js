// Searches headers and bodies, which only the stack has: it answers part by part, the newest deliveries first.

const FIRST_PART = 262_144; // In bytes: it is short, so that there are hits at once.

/** Fires `change` when more is known. */
export class BodySearch extends EventTarget {
  #store;
  #text = '';
  #hits = new Set();
  #searched = 0; // The newest delivery up to which all are searched.
  #asking = null;

  constructor(store) {
    super();
    this.#store = store;
    // The stack may have been started again, or its list have been cleared.
    store.addEventListener('begin', () => this.#anew());
    store.addEventListener('delivery', () => this.#asking ?? this.#ask());
  }

  /** Looks for a text from now on; what is still on its way for the one before is dropped. */
  lookFor(text) {
    if (text !== this.#text) {
      this.#text = text;
      this.#anew();
    }
  }

  has(number) {
    return this.#hits.has(number);
  }

  get isAsking() {
    return this.#asking !== null;
  }

  #anew() {
    this.#asking?.abort();
    this.#asking = null;
    this.#hits.clear();
    this.#searched = 0;
    this.#ask();
  }

  async #ask() {
    if (!this.#text || !this.#store.isLive || !this.#store.canSearch) {
      return;
    }
    const asking = new AbortController();
    this.#asking = asking;
    try {
      while (this.#searched < this.#store.newest) {
        const newest = this.#store.newest;
        await this.#askBetween(this.#searched, newest, asking);
        this.#searched = newest;
      }
    } catch {
      // The stack is down, or another text is looked for: either is asked for anew.
    }
    if (this.#asking === asking) {
      this.#asking = null;
      this.#tell();
    }
  }

  async #askBetween(above, newest, asking) {
    const part = async (below, more) => {
      const question = new URLSearchParams({ text: this.#text, above, below, ...more });
      const response = await fetch('/api/search?' + question, { signal: asking.signal });
      if (!response.ok) {
        throw new Error('The stack does not search for it.');
      }
      return response.json();
    };
    for (let next = part(newest + 1, { bytes: FIRST_PART }); next; ) {
      const answer = await next;
      asking.signal.throwIfAborted();
      next = answer.next === null ? null : part(answer.next); // Looked through while the list is drawn.
      if (answer.hits.length) {
        answer.hits.forEach((number) => this.#hits.add(number));
        this.#tell();
      }
    }
  }

  #tell() {
    this.dispatchEvent(new Event('change'));
  }
}
