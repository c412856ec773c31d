// The list of deliveries. Only the rows in sight are in the document, so that ten thousand are as quick as ten.

import { Columns } from './columns.js';
import { chip, element } from './dom.js';
import { again, cells } from './row.js';

export { reason, wasRefused } from './row.js';

const MORE_THAN_IN_SIGHT = 8;

/** Fires `choose` with a delivery, and whether the user wants to go there. */
export class DeliveryList extends EventTarget {
  #box;
  #canvas;
  #newer;
  #store;
  #selection;
  #shown = []; // The newest first.
  #rows = new Map(); // By number; those in the document.
  #active = null;
  #rowHeight = 0;
  #columns;
  #wanted = null; // To be brought into sight once it is there.

  constructor(box, newer, store, selection) {
    super();
    this.#box = box;
    this.#newer = newer;
    this.#store = store;
    this.#selection = selection;
    this.#canvas = element('div', { class: 'canvas', role: 'presentation' });
    box.append(this.#canvas);
    this.#columns = new Columns(box.closest('.overview'), this.#canvas, store);
    box.addEventListener('scroll', () => this.#render());
    box.addEventListener('keydown', (event) => this.#key(event));
    // By mouse, the click says which one is meant.
    box.addEventListener('focus', () => box.matches(':focus-visible') && (this.#active ?? this.#activate(this.#shown[0])));
    box.addEventListener('mousedown', (event) => event.shiftKey && event.preventDefault()); // It would select text.
    box.addEventListener('click', (event) => this.#click(event));
    newer.addEventListener('click', () => {
      box.scrollTop = 0;
      box.focus();
    });
    selection.addEventListener('change', () => this.#render());
    new ResizeObserver(() => this.#measure()).observe(box);
    document.fonts.addEventListener('loadingdone', () => this.#measure());
  }

  /** Shows these, the newest first, and keeps in sight what the user is looking at. */
  show(deliveries) {
    const top = this.#box.scrollTop;
    const looking = top > 0 ? this.#shown[Math.floor(top / this.#rowHeight)] : null;
    const before = this.#shown[0]?.number ?? 0;
    this.#shown = deliveries;
    this.#columns.fit(this.#shown);
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
    this.#bringIntoSight();
    this.#render();
  }

  /** Shows which one is chosen, as a link may have it before there is a list. */
  choose(number) {
    if (this.#active !== number) {
      this.#active = number;
      this.#wanted = number;
      this.#bringIntoSight();
    }
    this.#render();
  }

  #bringIntoSight() {
    const index = this.#indexOf(this.#wanted);
    if (this.#wanted !== null && this.#shown[index]?.number === this.#wanted && this.#rowHeight > 0) {
      this.#wanted = null;
      this.#scrollTo(index);
    }
  }

  #scrollTo(index) {
    const top = index * this.#rowHeight;
    const bottom = top + this.#rowHeight;
    if (top < this.#box.scrollTop) {
      this.#box.scrollTop = top;
    } else if (bottom > this.#box.scrollTop + this.#box.clientHeight) {
      this.#box.scrollTop = bottom - this.#box.clientHeight;
    }
  }

  #measure() {
    const probe = element('div', { class: 'row' });
    this.#canvas.append(probe);
    this.#rowHeight = probe.offsetHeight;
    probe.remove();
    this.#columns.forget();
    this.#columns.fit(this.#shown);
    this.#canvas.style.height = this.#shown.length * this.#rowHeight + 'px';
    this.#rows.forEach((row) => row.remove());
    this.#rows.clear();
    this.#render();
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
    // Shown in the pane, and ticked: one is chosen, several can be selected.
    row.setAttribute('aria-selected', delivery.number === this.#active);
    row.setAttribute('aria-checked', this.#selection.has(delivery.number));
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
    if (this.#shown.length === 0) {
      return;
    }
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
    const active = this.#shown[at];
    if (event.key === 'Enter') {
      event.preventDefault();
      this.#activate(active, true);
    } else if (event.key === ' ') {
      event.preventDefault();
      this.#select(active, event.shiftKey);
    } else if (event.key.toLowerCase() === 'a' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      this.#selection.add(this.#shown);
    } else if (event.key === 'Escape') {
      this.#selection.clear();
    } else if (event.key in targets) {
      event.preventDefault();
      const next = this.#shown[Math.min(Math.max(targets[event.key], 0), this.#shown.length - 1)];
      if (event.shiftKey) {
        this.#selection.extend(this.#shown, next.number, active?.number);
      }
      this.#activate(next, false, event.shiftKey);
    }
  }

  #click(event) {
    const row = event.target.closest('.row');
    const delivery = row && this.#shown.find(({ number }) => 'row-' + number === row.id);
    if (!delivery) {
      return;
    }
    if (event.shiftKey || event.ctrlKey || event.metaKey || event.target.closest('.tick')) {
      this.#box.focus();
      this.#select(delivery, event.shiftKey);
    } else {
      this.#activate(delivery, true);
    }
  }

  /** Ticks one, or all as far as that one; what is shown in the pane stays. */
  #select(delivery, isRange) {
    if (isRange) {
      this.#selection.extend(this.#shown, delivery.number, this.#active);
    } else if (delivery) {
      this.#selection.toggle(delivery.number);
    }
  }

  #activate(delivery, goThere = false, isRange = false) {
    if (!delivery) {
      return;
    }
    this.#active = delivery.number;
    this.#wanted = null;
    if (!isRange) {
      this.#selection.beginAt(delivery.number);
    }
    this.#scrollTo(this.#indexOf(delivery.number));
    this.#render();
    this.dispatchEvent(new CustomEvent('choose', { detail: { delivery, goThere } }));
  }
}
