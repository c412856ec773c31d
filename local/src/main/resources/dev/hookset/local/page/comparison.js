// Two texts as one: what was removed, what was added, and what is the same around it.

import { difference } from './diff.js';
import { element } from './dom.js';
import { inSlices } from './rows.js';
import { RowBox, fillWithLines, region } from './viewer.js';

const BESIDE_A_CHANGE = 3;
const A_SLICE = 65_536;
const [SAME, REMOVED, ADDED, LEFT_OUT] = [0, 1, 2, 3];
const SIGNS = ['  ', '− ', '+ ', '  '];
const WORDS = [null, 'removed', 'added', null];

/** Finds the changes between two texts; null if nobody waits for them any more. */
export async function changesBetween(before, after, isWanted) {
  const runs = await inSlices(difference(before, after), isWanted);
  return runs && new Changes(before, after, runs);
}

class Changes {
  #before;
  #after;
  #runs;
  #kinds = [];
  #firsts = []; // Of each part: its first row before, or after; of what is left out, how many rows.
  #begins = []; // Where each part begins among all that is shown.
  count = 0;

  constructor(before, after, runs) {
    this.#before = before;
    this.#after = after;
    this.#runs = runs;
    this.same = runs.reduce((sum, [, , length]) => sum + length, 0);
    this.removed = before.count - this.same;
    this.added = after.count - this.same;
  }

  get words() {
    const rows = (count, word) => `${count.toLocaleString('en')} ${count === 1 ? 'line' : 'lines'} ${word}`;
    return this.removed || this.added
      ? `${rows(this.removed, 'removed')}, ${rows(this.added, 'added')}, ${rows(this.same, 'the same')}`
      : `${rows(this.same, 'the same')}, no difference`;
  }

  /** Puts the parts in order, in slices: with all that is the same, or with what stands beside a change. */
  *arrange(isAll) {
    [this.#kinds, this.#firsts, this.#begins, this.count] = [[], [], [], 0];
    const add = (kind, first, count) => {
      if (count > 0) {
        this.#kinds.push(kind);
        this.#firsts.push(first);
        this.#begins.push(this.count);
        this.count += kind === LEFT_OUT ? 1 : count;
      }
    };
    let from = 0;
    let to = 0;
    for (const [a, b, length] of [...this.#runs, [this.#before.count, this.#after.count, 0]]) {
      add(REMOVED, from, a - from);
      add(ADDED, to, b - to);
      const head = a || b ? BESIDE_A_CHANGE : 0;
      const tail = a + length < this.#before.count || b + length < this.#after.count ? BESIDE_A_CHANGE : 0;
      if (isAll || length <= head + tail + 1) {
        add(SAME, b, length);
      } else {
        add(SAME, b, head);
        add(LEFT_OUT, length - head - tail, 1);
        add(SAME, b + length - tail, tail);
      }
      [from, to] = [a + length, b + length];
      if (this.#kinds.length % A_SLICE === A_SLICE - 1) {
        yield A_SLICE;
      }
    }
  }

  #part(index) {
    let low = 0;
    let high = this.#begins.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#begins[middle] <= index) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  kind(index) {
    return this.#kinds[this.#part(index)];
  }

  row(index) {
    const part = this.#part(index);
    const kind = this.#kinds[part];
    if (kind === LEFT_OUT) {
      return `  … ${this.#firsts[part].toLocaleString('en')} lines that are the same`;
    }
    const rows = kind === REMOVED ? this.#before : this.#after;
    return SIGNS[kind] + rows.row(this.#firsts[part] + index - this.#begins[part]);
  }
}

/** Returns an element that shows changes; all that is the same besides, if it is asked for. */
export async function changesBlock(changes, label, isAll) {
  await inSlices(changes.arrange(isAll));
  return new RowBox(changes, { class: 'changes', ...region(label) }, (place, from, to) =>
    fillWithLines(
      place,
      Array.from({ length: to - from }, (_, i) => {
        const kind = changes.kind(from + i);
        const word = WORDS[kind];
        return element(
          'span',
          { class: 'line', 'data-change': word ?? (kind === LEFT_OUT ? 'left out' : null) },
          word && element('span', { class: 'hidden' }, word + ': '),
          changes.row(from + i),
        );
      }),
    ),
  ).element;
}
