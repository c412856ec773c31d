// The list of deliveries. Only the rows in sight are in the document, so that ten thousand are as quick as ten.

import { chip, clock, element, printable, shortTime } from './dom.js';

const MORE_THAN_IN_SIGHT = 8;
const END_OF_AN_ID = 5;
const MOST_MEASURED = 200;

/** Reasons are words; what is longer, as the message of a failed call, may be cut and takes no room from the others. */
const LONGEST_REASON = 32;

/** Fires `choose` with a delivery, and whether the user wants to go there. */
export class DeliveryList extends EventTarget {
  #box;
  #canvas;
  #newer;
  #store;
  #shown = []; // The newest first.
  #rows = new Map(); // By number; those in the document.
  #active = null;
  #rowHeight = 0;
  #widths = new Map(); // By class and text.

  constructor(box, newer, store) {
    super();
    this.#box = box;
    this.#newer = newer;
    this.#store = store;
    this.#canvas = element('div', { class: 'canvas', role: 'presentation' });
    box.append(this.#canvas);
    box.addEventListener('scroll', () => this.#render());
    box.addEventListener('keydown', (event) => this.#key(event));
    box.addEventListener('focus', () => this.#active ?? this.#activate(this.#shown[0]));
    box.addEventListener('click', (event) => this.#click(event));
    newer.addEventListener('click', () => {
      box.scrollTop = 0;
      box.focus();
    });
    new ResizeObserver(() => this.#measure()).observe(box);
    document.fonts.addEventListener('loadingdone', () => this.#measure());
  }

  /** Shows these, the newest first, and keeps in sight what the user is looking at. */
  show(deliveries) {
    const top = this.#box.scrollTop;
    const looking = top > 0 ? this.#shown[Math.floor(top / this.#rowHeight)] : null;
    const before = this.#shown[0]?.number ?? 0;
    this.#shown = deliveries;
    this.#fitColumns();
    this.#canvas.style.height = deliveries.length * this.#rowHeight + 'px';
    if (looking) {
      const index = this.#indexOf(looking.number);
      this.#box.scrollTop = index * this.#rowHeight + (top % this.#rowHeight);
      const newer = deliveries.findIndex((delivery) => delivery.number <= before);
      if (newer > 0) {
        this.#newer.dataset.count = Number(this.#newer.dataset.count ?? 0) + newer;
        this.#newer.textContent = `↑ ${this.#newer.dataset.count} new`;
      }
    }
    this.#render();
  }

  /** Shows which one is chosen. */
  choose(number) {
    this.#active = number;
    this.#render();
  }

  #measure() {
    const probe = element('div', { class: 'row' });
    this.#canvas.append(probe);
    this.#rowHeight = probe.offsetHeight;
    probe.remove();
    this.#widths.clear();
    this.#fitColumns();
    this.#canvas.style.height = this.#shown.length * this.#rowHeight + 'px';
    this.#rows.forEach((row) => row.remove());
    this.#rows.clear();
    this.#render();
  }

  /** Gives each column the width that its texts need, in whatever font they are shown. */
  #fitColumns() {
    const texts = { at: new Set(['20:08:58']), provider: new Set(), type: new Set(), answer: new Set(['401 invalid_signature']), status: new Set() };
    for (const delivery of this.#shown) {
      texts.provider.add(delivery.provider);
      texts.status.add(this.#store.status(delivery) + (this.#store.retryAt(delivery) ? ' ↻' : ''));
      if (texts.type.size < MOST_MEASURED) {
        texts.type.add(printable(delivery.type ?? ''));
      }
      const said = printable(reason(delivery));
      if (texts.answer.size < MOST_MEASURED && said.length <= LONGEST_REASON) {
        texts.answer.add(delivery.answer + ' ' + said);
      }
    }
    if (this.#shown.length) {
      texts.at.add(shortTime(this.#shown.at(-1).at));
    }
    const overview = this.#box.closest('.overview');
    for (const [name, some] of Object.entries(texts)) {
      const widest = Math.max(heading(overview, name), ...[...some].map((text) => this.#width(name, text)));
      overview.style.setProperty(`--${name}`, Math.ceil(widest) + 'px');
    }
  }

  #width(name, text) {
    const key = name + ' ' + text;
    let width = this.#widths.get(key);
    if (width === undefined) {
      const [status, isAgain] = text.split(' ');
      const cell =
        name === 'status'
          ? element('span', { class: name }, chip(status), isAgain ? again(Date.now()) : null)
          : name === 'answer'
            ? answerCell(...text.split(/ (.*)/s))
            : element('span', { class: name }, text);
      const probe = element('div', { class: 'row probe', 'aria-hidden': 'true' }, cell);
      this.#canvas.append(probe);
      width = cell.getBoundingClientRect().width;
      probe.remove();
      this.#widths.set(key, width);
    }
    return width;
  }

  #render() {
    if (this.#box.scrollTop < this.#rowHeight) {
      delete this.#newer.dataset.count;
    }
    this.#newer.hidden = !this.#newer.dataset.count;
    const first = Math.max(0, Math.floor(this.#box.scrollTop / this.#rowHeight) - MORE_THAN_IN_SIGHT);
    const last = first + Math.ceil(this.#box.clientHeight / this.#rowHeight) + 2 * MORE_THAN_IN_SIGHT;
    const inSight = this.#shown.slice(first, last);
    const numbers = new Set(inSight.map((delivery) => delivery.number));
    for (const [number, row] of this.#rows) {
      if (!numbers.has(number)) {
        row.remove();
        this.#rows.delete(number);
      }
    }
    inSight.forEach((delivery, i) => this.#place(delivery, first + i));
    const active = this.#rows.get(this.#active);
    if (active) {
      this.#box.setAttribute('aria-activedescendant', active.id);
    } else {
      this.#box.removeAttribute('aria-activedescendant');
    }
  }

  #place(delivery, index) {
    const retryAt = this.#store.retryAt(delivery);
    const status = this.#store.status(delivery);
    const state = status + retryAt;
    let row = this.#rows.get(delivery.number);
    if (!row) {
      row = element('div', { class: 'row', role: 'option', id: 'row-' + delivery.number }, cells(delivery));
      this.#rows.set(delivery.number, row);
      this.#canvas.append(row);
    }
    if (row.dataset.state !== state) {
      row.dataset.state = state;
      row.lastChild.replaceChildren(
        chip(status),
        ...(retryAt ? [again(retryAt)] : []),
      );
    }
    row.style.transform = `translateY(${index * this.#rowHeight}px)`;
    row.setAttribute('aria-posinset', index + 1);
    row.setAttribute('aria-setsize', this.#shown.length);
    row.setAttribute('aria-selected', delivery.number === this.#active);
  }

  #indexOf(number) {
    // Sorted, the newest first.
    let low = 0;
    let high = this.#shown.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#shown[middle].number > number) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return Math.min(low, Math.max(this.#shown.length - 1, 0));
  }

  #key(event) {
    const page = Math.max(1, Math.floor(this.#box.clientHeight / this.#rowHeight) - 1);
    const at = this.#active === null ? -1 : this.#indexOf(this.#active);
    const targets = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      PageDown: at + page,
      PageUp: at - page,
      Home: 0,
      End: this.#shown.length - 1,
    };
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      this.#activate(this.#shown[at], true);
    } else if (event.key in targets) {
      event.preventDefault();
      this.#activate(this.#shown[Math.min(Math.max(targets[event.key], 0), this.#shown.length - 1)]);
    }
  }

  #click(event) {
    const row = event.target.closest('.row');
    if (row) {
      this.#activate(this.#shown.find((delivery) => 'row-' + delivery.number === row.id), true);
    }
  }

  #activate(delivery, goThere = false) {
    if (!delivery) {
      return;
    }
    this.#active = delivery.number;
    const top = this.#indexOf(delivery.number) * this.#rowHeight;
    const bottom = top + this.#rowHeight;
    if (top < this.#box.scrollTop) {
      this.#box.scrollTop = top;
    } else if (bottom > this.#box.scrollTop + this.#box.clientHeight) {
      this.#box.scrollTop = bottom - this.#box.clientHeight;
    }
    this.#render();
    this.dispatchEvent(new CustomEvent('choose', { detail: { delivery, goThere } }));
  }
}

/** What a delivery's answer means, in a word. */
export function reason(delivery) {
  return delivery.detail ?? (delivery.conflict ? 'conflict' : (delivery.outcome?.toLowerCase() ?? ''));
}

/** Whether a delivery, with all that is known of it, got an answer that refuses it. */
export function wasRefused(data) {
  return data.reply.status >= 400;
}

function again(at) {
  return element(
    'span',
    { class: 'again' },
    element('span', { class: 'hidden' }, 'again at '),
    element('span', { 'aria-hidden': 'true' }, '↻ '),
    clock(at),
  );
}

function answerCell(status, said) {
  return element('span', { class: 'answer', title: said }, element('b', {}, status), ' ' + said);
}

/** How wide the heading of a column is; none on a narrow screen. */
function heading(overview, name) {
  const range = document.createRange();
  range.selectNodeContents(overview.querySelector(`.columns [data-column=${name}]`));
  return range.getBoundingClientRect().width;
}

function cells(delivery) {
  const type = delivery.type ? printable(delivery.type) : '–';
  const id = delivery.id ? printable(delivery.id) : '–';
  const said = printable(reason(delivery));
  return [
    element('span', { class: 'at', title: new Date(delivery.at).toISOString() }, shortTime(delivery.at)),
    element('span', { class: 'provider' }, delivery.provider),
    element('span', { class: 'type', title: type }, type),
    // IDs often begin alike, so a long one is cut in its middle.
    element(
      'span',
      { class: 'id', title: id },
      element('span', {}, id.slice(0, -END_OF_AN_ID)),
      element('span', {}, id.slice(-END_OF_AN_ID)),
      delivery.editedFrom ? element('span', { class: 'edited' }, `edited from ${delivery.editedFrom}`) : null,
    ),
    answerCell(delivery.answer ? String(delivery.answer) : '–', said),
    element('span', { class: 'status' }),
  ];
}
