// Shows a text: a short one as it is, a long one row by row, of which only those in sight are in the document.

import { element } from './dom.js';
import { inSlices, textRows } from './rows.js';

const SHORT = 32_768;
const FEW_ROWS = 1_000;
const BESIDE_THE_SIGHT = 20;

/** No browser lays out what is much higher; beyond it the scroll bar stands for a part of the rows. */
const HIGHEST = 8_000_000;

/** Returns an element that shows text as it came. */
export function textBlock(text, label, kind = null) {
  if (text.length <= SHORT) {
    return element('pre', { class: kind, ...region(label) }, text);
  }
  const place = element('div', {});
  inSlices(textRows(text)).then((rows) => place.append(rowBlock(rows, label, kind)));
  return place;
}

/** Returns an element that shows rows of text. */
export function rowBlock(rows, label, kind = null) {
  return new RowBox(rows, { class: kind, ...region(label) }, (place, from, to) => {
    place.textContent = Array.from({ length: to - from }, (_, i) => rows.row(from + i)).join('\n');
  }).element;
}

export function region(label) {
  return { tabindex: 0, role: 'region', 'aria-label': label };
}

/** Puts each row into an element of its own; the line feeds between them are copied with them. */
export function fillWithLines(place, lines) {
  place.replaceChildren(...lines.flatMap((line, i) => (i ? ['\n', line] : [line])));
}

/** Shows rows, which `fill` puts into a place: all if they are few, and otherwise those in sight. */
export class RowBox {
  #rows;
  #fill;
  #sight;
  #canvas = null;
  #from = -1;
  #to = -1;

  constructor(rows, attributes, fill) {
    this.#rows = rows;
    this.#fill = fill;
    if (isShort(rows)) {
      this.element = this.#sight = element('pre', attributes);
    } else {
      this.#sight = element('pre', { class: 'sight', role: 'presentation' });
      this.#canvas = element('div', { class: 'canvas', role: 'presentation' }, this.#sight);
      const kinds = ['rows-box', attributes.class].filter(Boolean).join(' ');
      this.element = element('div', { ...attributes, class: kinds }, this.#canvas);
      this.element.addEventListener('scroll', () => this.#draw());
      new ResizeObserver(() => this.#draw()).observe(this.element);
    }
    this.redraw();
  }

  /** Shows the rows as they are now. */
  redraw() {
    if (this.#canvas) {
      this.#from = this.#to = -1;
      this.#draw();
    } else {
      this.#fill(this.#sight, 0, this.#rows.count);
    }
  }

  /** Has a row be in sight. */
  reveal(index) {
    if (!this.#canvas) {
      this.#sight.children[index]?.scrollIntoView({ block: 'nearest' });
      return;
    }
    const { box, height, first, inSight, count, whole } = this.#measures();
    const above = Math.ceil(box.scrollTop / height) === first ? first : first + 1;
    const last = first + inSight - 2; // The last one that is whole.
    if (height && (index < above || index > last)) {
      const top = index < above ? index : Math.max(0, index - inSight + 2);
      box.scrollTop =
        count * height > HIGHEST ? (top / Math.max(1, count - inSight + 1)) * (whole - box.clientHeight) : top * height;
      this.#draw();
    }
  }

  #measures() {
    const box = this.element;
    const height = parseFloat(getComputedStyle(this.#sight).lineHeight) || 0;
    const count = this.#rows.count;
    const inSight = Math.ceil(box.clientHeight / height);
    const whole = Math.min(count * height, HIGHEST);
    const top = Math.min(box.scrollTop, Math.max(0, whole - box.clientHeight));
    const first =
      count * height > HIGHEST
        ? Math.round((top / (whole - box.clientHeight)) * Math.max(0, count - inSight + 1))
        : Math.floor(top / height);
    return { box, height, count, inSight, whole, top, first };
  }

  #draw() {
    const { box, height, count, inSight, whole, top, first } = this.#measures();
    if (!box.clientHeight || !height) {
      return;
    }
    this.#canvas.style.height = whole + 'px';
    const from = Math.max(0, first - BESIDE_THE_SIGHT);
    const to = Math.min(count, first + inSight + BESIDE_THE_SIGHT);
    this.#sight.style.transform = `translateY(${count * height > HIGHEST ? top - (first - from) * height : from * height}px)`;
    if (from !== this.#from || to !== this.#to) {
      [this.#from, this.#to] = [from, to];
      this.#fill(this.#sight, from, to);
    }
  }
}

function isShort(rows) {
  let length = 0;
  for (let i = 0; i < rows.count && length <= SHORT; i++) {
    length += rows.row(i).length + 1;
  }
  return rows.count <= FEW_ROWS && length <= SHORT;
}
