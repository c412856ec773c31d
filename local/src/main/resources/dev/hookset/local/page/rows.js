// A long text as rows, each a piece of it. The work is done in slices, each of which looks at about as many characters
// as SLICE says, so that the browser can draw and answer in between.

import { Numbers } from './numbers.js';

export const SLICE = 32_768;

const FRAME = 12; // Of the 16 ms that a frame lasts. A turn of the browser takes longer than most slices.
const LONGEST_ROW = 240;
export const DEEPEST_INDENT = 40; // Else the blanks before deep brackets are a thousand times as long as the text.

/** Rows that point into a text, so that a million of them take a few megabytes. */
export class Rows {
  #text;
  #starts = new Numbers(Uint32Array);
  #lengths = new Numbers(Uint8Array);
  #indents = new Numbers(Uint8Array);
  #marks = new Numbers(Uint8Array);
  count = 0;

  constructor(text) {
    this.#text = text;
  }

  /** Adds a piece of the text; a long one becomes several rows, none of which ends within a character. */
  add(start, end, depth = 0, mark = 0) {
    do {
      let stop = Math.min(end, start + LONGEST_ROW);
      if (stop < end && isLowSurrogate(this.#text.charCodeAt(stop))) {
        stop++;
      }
      this.#starts.set(this.count, start);
      this.#lengths.set(this.count, stop - start);
      this.#indents.set(this.count, Math.min(depth, DEEPEST_INDENT));
      this.#marks.set(this.count, mark);
      mark = GOES_ON; // What is said of a row is said of the first.
      this.count++;
      start = stop;
    } while (start < end);
  }

  /** Marks a row, by default the one that was added last. */
  mark(more, index = this.count - 1) {
    this.#marks.set(index, this.#marks.get(index) | more);
  }

  unmark(mark, index) {
    this.#marks.set(index, this.#marks.get(index) & ~mark);
  }

  has(mark, index) {
    return (this.#marks.get(index) & mark) !== 0;
  }

  start(index) {
    return this.#starts.get(index);
  }

  end(index) {
    return this.#starts.get(index) + this.#lengths.get(index);
  }

  depth(index) {
    return this.#indents.get(index);
  }

  row(index) {
    return this.key(index) + (this.#marks.get(index) & COMMA ? ',' : '');
  }

  /** A row without the comma, which tells nothing but that another one follows: what is compared. */
  key(index) {
    const mark = this.#marks.get(index);
    let text = this.#text.slice(this.start(index), this.end(index));
    if (mark & WITH_KEY) {
      text = text.replace(KEY_AND_GAP, '$1: ');
    }
    const close = mark & EMPTY_OBJECT ? '}' : mark & EMPTY_ARRAY ? ']' : mark & COLON_AFTER ? ':' : '';
    return '  '.repeat(this.#indents.get(index)) + text + close;
  }
}

// What is marked of a row.
export const COMMA = 1;
export const WITH_KEY = 2;
export const EMPTY_OBJECT = 4;
export const EMPTY_ARRAY = 8;
export const COLON_AFTER = 16;
export const GOES_ON = 32; // With what began in a row before.
export const CLOSES = 64;
export const FOLDED = 128;

export const KEY_AND_GAP = /^("(?:[^"\\]|\\.)*")\s*:\s*/;

function isLowSurrogate(unit) {
  return (unit & 0xfc00) === 0xdc00;
}

/** Cuts a text at its line feeds. Yields how many characters each slice has looked at, and returns the rows. */
export function* textRows(text) {
  const rows = new Rows(text);
  let work = 0;
  let lineEnd = -1;
  for (let at = 0; at < text.length; ) {
    if (lineEnd < at) {
      lineEnd = text.indexOf('\n', at);
      lineEnd = lineEnd < 0 ? text.length : lineEnd;
    }
    const stop = Math.min(lineEnd, at + SLICE);
    rows.add(at, stop);
    work += stop - at + 1;
    at = stop === lineEnd ? stop + 1 : stop;
    if (work >= SLICE) {
      yield work;
      work = 0;
    }
  }
  return rows;
}

/** Returns bytes as `xxd` shows them; no body is so long that six digits would not number them. */
export function hexRows(bytes) {
  return {
    count: Math.ceil(bytes.length / 16),
    row(index) {
      const part = bytes.subarray(index * 16, index * 16 + 16);
      const digits = Array.from(part, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
      const text = Array.from(part, (byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('');
      return `${(index * 16).toString(16).padStart(6, '0')}  ${digits.padEnd(47)}  ${text}`;
    },
  };
}

/** Runs what works in slices to its end, and lets the browser have its turn in between; null if nobody waits any more. */
export async function inSlices(work, isWanted = () => true) {
  for (;;) {
    const since = performance.now();
    let slice;
    do {
      slice = work.next();
      if (slice.done) {
        return slice.value;
      }
    } while (performance.now() - since < FRAME);
    await turnOfTheBrowser();
    if (!isWanted()) {
      return null;
    }
  }
}

function turnOfTheBrowser() {
  return globalThis.scheduler?.yield ? scheduler.yield() : new Promise((go) => setTimeout(go));
}
