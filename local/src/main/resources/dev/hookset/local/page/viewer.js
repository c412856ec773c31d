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
    return plain(text, label, kind);
  }
  const place = element('div', {});
  inSlices(textRows(text)).then((rows) => place.append(rowBlock(rows, label, kind)));
  return place;
}

/** Returns an element that shows rows; `drawn` is told the text that is in the document whenever it changes. */
export function rowBlock(rows, label, kind = null, drawn = () => {}) {
  if (rows.count <= FEW_ROWS) {
    const all = Array.from({ length: rows.count }, (_, i) => rows.row(i)).join('\n');
    if (all.length <= SHORT) {
      const block = plain(all, label, kind);
      drawn(block.firstChild);
      return block;
    }
  }
  return new LongBlock(rows, label, kind, drawn).element;
}

function plain(text, label, kind) {
  return element('pre', { class: kind, ...region(label) }, text);
}

function region(label) {
  return { tabindex: 0, role: 'region', 'aria-label': label };
}

class LongBlock {
  #rows;
  #drawn;
  #sight = element('pre', { class: 'sight' });
  #canvas = element('div', { class: 'canvas' }, this.#sight);
  #from = -1;
  #to = -1;

  constructor(rows, label, kind, drawn) {
    this.#rows = rows;
    this.#drawn = drawn;
    this.element = element('div', { class: ['rows-box', kind].filter(Boolean).join(' '), ...region(label) }, this.#canvas);
    this.element.addEventListener('scroll', () => this.#draw());
    new ResizeObserver(() => this.#draw()).observe(this.element);
  }

  #draw() {
    const box = this.element;
    const height = parseFloat(getComputedStyle(this.#sight).lineHeight);
    if (!box.clientHeight || !height) {
      return;
    }
    const count = this.#rows.count;
    const inSight = Math.ceil(box.clientHeight / height);
    const whole = Math.min(count * height, HIGHEST);
    this.#canvas.style.height = whole + 'px';
    const top = Math.min(box.scrollTop, Math.max(0, whole - box.clientHeight));
    const isScaled = count * height > HIGHEST;
    const first = isScaled
      ? Math.round((top / (whole - box.clientHeight)) * Math.max(0, count - inSight + 1))
      : Math.floor(top / height);
    const from = Math.max(0, first - BESIDE_THE_SIGHT);
    const to = Math.min(count, first + inSight + BESIDE_THE_SIGHT);
    this.#sight.style.transform = `translateY(${isScaled ? top - (first - from) * height : from * height}px)`;
    if (from !== this.#from || to !== this.#to) {
      [this.#from, this.#to] = [from, to];
      this.#sight.textContent = Array.from({ length: to - from }, (_, i) => this.#rows.row(from + i)).join('\n');
      this.#drawn(this.#sight.firstChild);
    }
  }
}
