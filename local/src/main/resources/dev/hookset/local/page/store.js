// What the stack has told: the deliveries, and where their events stand.

const AGAIN_AFTER = 1000;
const MOST = 10000;

/** The outcomes after which there is a record; its event goes on from there. */
const RECORDED = ['ACCEPTED', 'DUPLICATE', 'SKIPPED', 'QUARANTINED'];

/** Fires `change` when there is something new, and `event` with the key of what has moved. */
export class Store extends EventTarget {
  deliveries = []; // The oldest first.
  providers = [];
  isLive = false;
  stack = null; // The deployed stack whose records are shown; null for deliveries of this one.
  canReplay = false;
  flaw = null; // Why the handlers that were saved last do not run.
  connections = 0; // After each of them the stack may be another one, with other keys.
  #states = new Map();
  #handlers = new Map(); // Those that ran, by the key of their event.
  #token = '';

  connect() {
    const source = new EventSource('/api/feed');
    source.addEventListener('snapshot', (event) => this.#begin(JSON.parse(event.data)));
    source.addEventListener('delivery', (event) => this.#add(JSON.parse(event.data)));
    source.addEventListener('event', (event) => this.#move(JSON.parse(event.data)));
    source.addEventListener('ran', (event) => this.#run(JSON.parse(event.data)));
    source.addEventListener('cleared', (event) => this.#clear(JSON.parse(event.data).upTo));
    source.addEventListener('line', (event) => this.#tell('event', JSON.parse(event.data).key));
    source.addEventListener('trouble', (event) => this.#tell('trouble', JSON.parse(event.data).message));
    source.addEventListener('handlers', (event) => this.#reload(JSON.parse(event.data).flaw));
    source.addEventListener('error', () => {
      this.isLive = false;
      this.#tell('change');
      // The browser tries again by itself, but not after a 404, as from a stack that is starting.
      if (source.readyState === EventSource.CLOSED) {
        setTimeout(() => this.connect(), AGAIN_AFTER);
      }
    });
  }

  /** Everything anew: also after the stack was started again, with another token. */
  #begin(snapshot) {
    this.#token = snapshot.token;
    this.providers = snapshot.providers;
    this.flaw = snapshot.flaw;
    this.stack = snapshot.stack;
    this.canReplay = snapshot.canReplay;
    this.deliveries = snapshot.deliveries.map((each) => this.#named(each));
    this.#states = new Map(snapshot.events.map((state) => [state.key, state]));
    this.#handlers = new Map((snapshot.ran ?? []).map(({ key, handlers }) => [key, handlers]));
    this.isLive = true;
    this.connections++;
    this.#tell('begin');
    this.#tell('change');
  }

  /** How a sender writes its own name. */
  title(provider) {
    return this.providers.find(({ name }) => name === provider)?.title ?? provider;
  }

  #named(delivery) {
    return Object.assign(delivery, { sender: this.title(delivery.provider) });
  }

  #add(delivery) {
    this.deliveries.push(this.#named(delivery));
    if (this.deliveries.length > MOST) {
      this.deliveries.shift();
    }
    if (this.#states.size > 2 * MOST) {
      this.#forgetOthers();
    }
    this.#tell('delivery', delivery);
    this.#tell('change');
  }

  #move(state) {
    this.#states.set(state.key, state);
    this.#tell('event', state.key);
    this.#tell('change');
  }

  #run({ key, handlers }) {
    this.#handlers.set(key, handlers);
    this.#tell('event', key);
    this.#tell('change');
  }

  /** The list was cleared, here or in another tab. */
  #clear(upTo) {
    this.deliveries = this.deliveries.filter(({ number }) => number > upTo);
    this.#forgetOthers();
    this.#tell('begin');
    this.#tell('change');
  }

  /** Keeps what is known of the events of the deliveries that are left. */
  #forgetOthers() {
    const keys = new Set(this.deliveries.map(({ key }) => key));
    const left = (map) => new Map([...map].filter(([key]) => keys.has(key)));
    this.#states = left(this.#states);
    this.#handlers = left(this.#handlers);
  }

  #reload(flaw) {
    this.flaw = flaw;
    this.#tell('change');
  }

  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }

  /** The status of a delivery's event; where there is none, what became of the delivery. */
  status(delivery) {
    const outcome = delivery.outcome ?? (delivery.answer === 413 ? 'REFUSED' : 'ERROR');
    return RECORDED.includes(outcome) ? (this.#states.get(delivery.key)?.status ?? outcome) : outcome;
  }

  /** When a failed attempt is repeated, in milliseconds; undefined where none is. */
  retryAt(delivery) {
    return this.#states.get(delivery.key)?.until;
  }

  /** The handlers that ran for a delivery's event. */
  handlers(delivery) {
    return this.#handlers.get(delivery.key) ?? [];
  }

  get knownHandlers() {
    return new Set([...this.#handlers.values()].flat());
  }

  /** Whether there is a record of what a delivery brought. */
  isRecorded(delivery) {
    return Boolean(delivery.key) && RECORDED.includes(delivery.outcome);
  }

  /** The number of the delivery that came last; 0 before the first. */
  get newest() {
    return this.deliveries.at(-1)?.number ?? 0;
  }

  /** Whether the stack has headers and bodies at hand. */
  get canSearch() {
    return !this.stack;
  }

  find(number) {
    return this.deliveries.find((delivery) => delivery.number === number);
  }

  /** Has something done; returns the answer, or throws with what is to be told. */
  async act(path, request) {
    const response = await fetch(path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-Hookset-Token': this.#token },
      body: JSON.stringify(request),
    }).catch(() => {
      throw new Error('The stack does not answer.');
    });
    const answer = await response.json();
    if (!response.ok) {
      throw new Error(answer.message);
    }
    return answer;
  }
}
