// JSON that is laid out, as a tree: what a row opens, what is folded, and the path and the value of each.

import { Numbers } from './numbers.js';
import { CLOSES, COLON_AFTER, EMPTY_ARRAY, EMPTY_OBJECT, FOLDED, GOES_ON, KEY_AND_GAP, Rows, WITH_KEY } from './rows.js';

/** There is no row above the outermost. */
const NONE = 0xffffffff;
const A_SLICE = 16_384;
const WORD = /^"[A-Za-z_$][\w$]*"$/;

/**
 * The rows of a JSON text, of which those within something folded are left out: there, `{…}` stands for them. An item
 * is a value with its name; a long one has several rows, of which only the first counts as the item.
 */
export class JsonTree {
  #text;
  #rows;
  #parents = new Numbers(Uint32Array); // The row that opens what a row stands in.
  #partners = new Numbers(Uint32Array); // Of a row that opens, the one that closes, and the other way round.
  #open = NONE;
  #visible = null; // Null while nothing is folded.
  #depth = 0;
  deepest = 0;

  constructor(text) {
    this.#text = text;
    this.#rows = new Rows(text);
  }

  add(start, end, depth, mark = 0) {
    const first = this.#rows.count;
    this.#rows.add(start, end, depth, mark);
    for (let row = first; row < this.#rows.count && mark !== CLOSES; row++) {
      this.#parents.set(row, this.#open); // That of what closes is its partner's.
    }
  }

  /** Marks the row that was added last. */
  mark(more) {
    this.#rows.mark(more);
  }

  /** Has the row that was added last hold what follows. */
  open() {
    this.#open = this.#rows.count - 1;
    this.#depth++;
  }

  close(start, end, depth, isEmpty) {
    const opening = this.#open;
    this.#open = this.#parents.get(opening);
    if (isEmpty) {
      this.mark(this.#text[end - 1] === '}' ? EMPTY_OBJECT : EMPTY_ARRAY);
    } else {
      this.add(start, end, depth, CLOSES);
      this.#partners.set(opening, this.#rows.count - 1);
      this.#partners.set(this.#rows.count - 1, opening);
      this.deepest = Math.max(this.deepest, this.#depth);
    }
    this.#depth--;
  }

  /** How many rows are to be seen. */
  get count() {
    return this.#visible?.length ?? this.#rows.count;
  }

  row(index) {
    const row = this.at(index);
    return this.isFolded(row)
      ? this.#rows.row(row) + '…' + this.#rows.row(this.#partners.get(row)).trimStart()
      : this.#rows.row(row);
  }

  /** What is compared of a row. */
  key(index) {
    return this.#rows.key(index);
  }

  /** Which row is to be seen at a place. */
  at(index) {
    return this.#visible ? this.#visible[index] : index;
  }

  /** Where a row is to be seen, or what is folded with it inside. */
  indexOf(row) {
    if (!this.#visible) {
      return row;
    }
    let low = 0;
    let high = this.#visible.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#visible[middle] <= row) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  isItem(row) {
    return !this.#rows.has(GOES_ON | CLOSES, row);
  }

  /** Which item a row belongs to. */
  item(row) {
    let item = this.#rows.has(CLOSES, row) ? this.#partners.get(row) : row;
    while (this.#rows.has(GOES_ON, item)) {
      item--;
    }
    return item;
  }

  /** The item that a row's item stands in; null of the outermost. */
  parent(row) {
    const parent = this.#parents.get(this.item(row));
    return parent === NONE ? null : this.item(parent);
  }

  level(row) {
    return this.#rows.depth(row) + 1;
  }

  #opens(row) {
    return this.#partners.get(row) > row;
  }

  /** Which row opens what a row's item holds; null if it holds nothing. */
  opener(row) {
    const last = this.#last(this.item(row));
    return this.#rows.has(CLOSES, last) ? this.#partners.get(last) : null;
  }

  isFolded(row) {
    return this.#rows.has(FOLDED, row);
  }

  /** How many values there are in what a row opens. */
  size(opener) {
    let size = 0;
    for (let item = opener + 1; item < this.#partners.get(opener); item = this.#last(item) + 1) {
      size++;
    }
    return size;
  }

  isArray(opener) {
    return this.#text[this.#rows.end(opener) - 1] === '[';
  }

  /** The last row of an item. */
  #last(item) {
    let row = item;
    while (!this.#opens(row)) {
      if (row + 1 === this.#rows.count || !this.#rows.has(GOES_ON, row + 1)) {
        return row;
      }
      row++;
    }
    return this.#partners.get(row);
  }

  /** Folds what a row opens, or opens it again, in slices. */
  *fold(opener, isFolded) {
    if (isFolded) {
      this.#rows.mark(FOLDED, opener);
    } else {
      this.#rows.unmark(FOLDED, opener);
    }
    yield* this.#arrange();
  }

  /** Folds all that lies deeper than so many levels, and opens the rest, in slices. */
  *foldTo(level) {
    for (let row = 0; row < this.#rows.count; row++) {
      if (this.#opens(row)) {
        if (this.#rows.depth(row) >= level) {
          this.#rows.mark(FOLDED, row);
        } else {
          this.#rows.unmark(FOLDED, row);
        }
      }
      if (row % A_SLICE === A_SLICE - 1) {
        yield A_SLICE;
      }
    }
    yield* this.#arrange();
  }

  *#arrange() {
    const visible = new Uint32Array(this.#rows.count);
    let count = 0;
    for (let row = 0; row < this.#rows.count; row++) {
      visible[count++] = row;
      if (this.isFolded(row)) {
        row = this.#partners.get(row);
      }
      if (count % A_SLICE === 0) {
        yield A_SLICE;
      }
    }
    this.#visible = count === this.#rows.count ? null : visible.subarray(0, count);
  }

  /** Where a row's item stands, as `$.data.items[3].id`, in slices: a path may be as long as the text. */
  *path(row) {
    let path = '';
    let steps = [];
    let work = 0;
    for (let item = this.item(row); ; ) {
      const parent = this.#parents.get(item);
      if (parent === NONE) {
        return '$' + steps.reverse().join('') + path;
      }
      if (this.isArray(parent)) {
        let index = 0;
        for (let at = parent + 1; at < item; at = this.#last(at) + 1) {
          index++;
          if (++work % A_SLICE === 0) {
            yield A_SLICE;
          }
        }
        steps.push(`[${index}]`);
      } else {
        const name = this.#text.slice(this.#rows.start(item), this.#nameEnd(item));
        steps.push(WORD.test(name) ? '.' + name.slice(1, -1) : `[${name}]`);
      }
      if (steps.length === A_SLICE) {
        path = steps.reverse().join('') + path;
        steps = [];
        yield A_SLICE;
      }
      item = this.item(parent);
    }
  }

  /** Where the name of a member ends; null if it has none. */
  #nameEnd(item) {
    if (this.#rows.has(WITH_KEY, item)) {
      return this.#rows.start(item) + this.#keyAndGap(item)[1].length;
    }
    const row = this.#nameRow(item);
    return row === null ? null : this.#rows.end(row);
  }

  #keyAndGap(item) {
    return KEY_AND_GAP.exec(this.#text.slice(this.#rows.start(item), this.#rows.end(item)));
  }

  /** The row in which a name ends that stands in rows of its own. */
  #nameRow(item) {
    for (let row = item; ; row++) {
      if (this.#rows.has(COLON_AFTER, row)) {
        return row;
      }
      if (row + 1 === this.#rows.count || !this.#rows.has(GOES_ON, row + 1)) {
        return null;
      }
    }
  }

  /** The value of a row's item: a text without its quotes, all else as it came. */
  value(row) {
    const item = this.item(row);
    const nameRow = this.#nameRow(item);
    let start = this.#rows.start(nameRow === null ? item : nameRow + 1);
    if (this.#rows.has(WITH_KEY, item)) {
      start += this.#keyAndGap(item)[0].length;
    }
    const last = this.#last(item);
    if (this.#rows.has(EMPTY_OBJECT | EMPTY_ARRAY, last)) {
      return this.#rows.has(EMPTY_OBJECT, last) ? '{}' : '[]';
    }
    const text = this.#text.slice(start, this.#rows.end(last));
    return text.startsWith('"') ? JSON.parse(text) : text;
  }
}
