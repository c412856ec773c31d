// A long text as rows, each a piece of it. The work is done in slices, each of which looks at about as many characters
// as SLICE says, so that the browser can draw and answer in between.

export const SLICE = 32_768;

const LONGEST_ROW = 240;
const DEEPEST_INDENT = 40;

/** Rows that point into a text, so that a million of them take a few megabytes. */
export class Rows {
  #text;
  #starts = new Uint32Array(1024);
  #ends = new Uint32Array(1024);
  #indents = new Uint8Array(1024);
  #marks = new Uint8Array(1024);
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
      if (this.count === this.#starts.length) {
        this.#grow();
      }
      this.#starts[this.count] = start;
      this.#ends[this.count] = stop;
      this.#indents[this.count] = Math.min(depth, DEEPEST_INDENT);
      this.#marks[this.count] = mark;
      mark = GOES_ON; // What is said of a row is said of the first.
      this.count++;
      start = stop;
    } while (start < end);
  }

  #grow() {
    const wider = (array) => {
      const more = new array.constructor(array.length * 2);
      more.set(array);
      return more;
    };
    this.#starts = wider(this.#starts);
    this.#ends = wider(this.#ends);
    this.#indents = wider(this.#indents);
    this.#marks = wider(this.#marks);
  }

  /** Marks a row, by default the one that was added last. */
  mark(more, index = this.count - 1) {
    this.#marks[index] |= more;
  }

  unmark(mark, index) {
    this.#marks[index] &= ~mark;
  }

  has(mark, index) {
    return (this.#marks[index] & mark) !== 0;
  }

  start(index) {
    return this.#starts[index];
  }

  end(index) {
    return this.#ends[index];
  }

  depth(index) {
    return this.#indents[index];
  }

  row(index) {
    return this.key(index) + (this.#marks[index] & COMMA ? ',' : '');
  }

  /** A row without the comma, which tells nothing but that another one follows: what is compared. */
  key(index) {
    const mark = this.#marks[index];
    let text = this.#text.slice(this.#starts[index], this.#ends[index]);
    if (mark & WITH_KEY) {
      text = text.replace(KEY_AND_GAP, '$1: ');
    }
    const close = mark & EMPTY_OBJECT ? '}' : mark & EMPTY_ARRAY ? ']' : mark & COLON_AFTER ? ':' : '';
    return '  '.repeat(this.#indents[index]) + text + close;
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
    const { done, value } = work.next();
    if (done) {
      return value;
    }
    await turnOfTheBrowser();
    if (!isWanted()) {
      return null;
    }
  }
}

function turnOfTheBrowser() {
  return globalThis.scheduler?.yield ? scheduler.yield() : new Promise((go) => setTimeout(go));
}
