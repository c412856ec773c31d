// A long text as rows, each a piece of it. The work is done in slices, each of which looks at about as many characters
// as SLICE says, so that the browser can draw and answer in between.

export const SLICE = 32_768;

const LONGEST_ROW = 240;
const DEEPEST_INDENT = 40;
const LONGEST_SCALAR = 10_000;
const LONGEST_KEY_BESIDE_A_VALUE = 200;
const LONGEST_GAP = 16;

/** Rows that point into a text, so that a million of them take a few megabytes. */
class Rows {
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
      mark = 0; // Only of the first.
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

  /** Marks the row that was added last. */
  mark(more) {
    this.#marks[this.count - 1] |= more;
  }

  row(index) {
    const mark = this.#marks[index];
    let text = this.#text.slice(this.#starts[index], this.#ends[index]);
    if (mark & WITH_KEY) {
      text = text.replace(KEY_AND_GAP, '$1: ');
    }
    const close = mark & EMPTY_OBJECT ? '}' : mark & EMPTY_ARRAY ? ']' : mark & COLON_AFTER ? ':' : '';
    return '  '.repeat(this.#indents[index]) + text + close + (mark & COMMA ? ',' : '');
  }
}

const COMMA = 1;
const WITH_KEY = 2;
const EMPTY_OBJECT = 4;
const EMPTY_ARRAY = 8;
const COLON_AFTER = 16;
const KEY_AND_GAP = /^("(?:[^"\\]|\\.)*")\s*:\s*/;

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

/** By character below 128: 1 for white space, 2 for what else ends a number or a word. */
const CLASS = new Uint8Array(128);
[...' \t\r\n'].forEach((c) => (CLASS[c.charCodeAt(0)] = 1));
[...',:[]{}"'].forEach((c) => (CLASS[c.charCodeAt(0)] = 2));
const ESCAPED = new Set(['"', '\\', '/', 'b', 'f', 'n', 'r', 't', 'u'].map((c) => c.charCodeAt(0)));
const SCALAR = /^(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)$/;
const HEX = /^[0-9a-fA-F]{4}$/;
const [VALUE, FIRST_VALUE, NAME, FIRST_NAME, BEFORE_COLON, AFTER_VALUE, END] = [0, 1, 2, 3, 4, 5, 6]; // What is expected.
const [QUOTE, BACKSLASH, LETTER_U] = [34, 92, 117];
const [OPEN_ARRAY, CLOSE_ARRAY, OPEN_OBJECT, CLOSE_OBJECT, COLON, COMMA_SIGN] = [91, 93, 123, 125, 58, 44];

/**
 * Lays JSON out, with every token as it came: no number is read and written again, no doubled name is lost. Yields how
 * many characters each slice has looked at, and returns the rows; null if the text is no JSON. It keeps a stack of its
 * own, so that no nesting is too deep.
 */
export function* jsonRows(text) {
  const rows = new Rows(text);
  let isObject = new Uint8Array(64); // By depth.
  let depth = 0;
  let expects = VALUE;
  let name = -1; // Where the name begins that waits for its value,
  let nameEnd = -1; // and where it ends.
  let work = 0;
  let at = 0;

  const put = (start, end) => {
    if (name < 0) {
      rows.add(start, end, depth);
    } else if (nameEnd - name > LONGEST_KEY_BESIDE_A_VALUE || start - nameEnd > LONGEST_GAP) {
      rows.add(name, nameEnd, depth);
      rows.mark(COLON_AFTER);
      rows.add(start, end, depth);
    } else {
      rows.add(name, end, depth, WITH_KEY);
    }
    name = -1;
  };

  while (at < text.length) {
    const c = text.charCodeAt(at);
    const start = at;
    if (CLASS[c] === 1) {
      at++;
    } else if (c === QUOTE) {
      at++;
      for (let closed = false; !closed; at++) {
        const inside = text.charCodeAt(at);
        if (inside === QUOTE) {
          closed = true;
        } else if (inside === BACKSLASH) {
          at++;
          const escaped = text.charCodeAt(at);
          if (!ESCAPED.has(escaped) || (escaped === LETTER_U && !HEX.test(text.slice(at + 1, at + 5)))) {
            return null;
          }
        } else if (!(inside >= 0x20)) {
          return null; // A control character, or the end of the text.
        }
        if (work + at - start >= SLICE) {
          yield SLICE;
          work = start - at;
        }
      }
      if (expects === NAME || expects === FIRST_NAME) {
        name = start;
        nameEnd = at;
        expects = BEFORE_COLON;
      } else if (expects === VALUE || expects === FIRST_VALUE) {
        put(start, at);
        expects = depth ? AFTER_VALUE : END;
      } else {
        return null;
      }
    } else if (c === OPEN_ARRAY || c === OPEN_OBJECT) {
      if (expects !== VALUE && expects !== FIRST_VALUE) {
        return null;
      }
      at++;
      put(start, at);
      depth++;
      if (depth === isObject.length) {
        const more = new Uint8Array(depth * 2);
        more.set(isObject);
        isObject = more;
      }
      isObject[depth] = c === OPEN_OBJECT ? 1 : 0;
      expects = c === OPEN_OBJECT ? FIRST_NAME : FIRST_VALUE;
    } else if (c === CLOSE_ARRAY || c === CLOSE_OBJECT) {
      const isEmpty = expects === (c === CLOSE_OBJECT ? FIRST_NAME : FIRST_VALUE);
      if (!depth || isObject[depth] !== (c === CLOSE_OBJECT ? 1 : 0) || !(isEmpty || expects === AFTER_VALUE)) {
        return null;
      }
      at++;
      depth--;
      if (isEmpty) {
        rows.mark(c === CLOSE_OBJECT ? EMPTY_OBJECT : EMPTY_ARRAY);
      } else {
        rows.add(start, at, depth);
      }
      expects = depth ? AFTER_VALUE : END;
    } else if (c === COMMA_SIGN && expects === AFTER_VALUE) {
      at++;
      rows.mark(COMMA);
      expects = isObject[depth] ? NAME : VALUE;
    } else if (c === COLON && expects === BEFORE_COLON) {
      at++;
      expects = VALUE;
    } else if (expects === VALUE || expects === FIRST_VALUE) {
      while (at < text.length && at - start <= LONGEST_SCALAR && !CLASS[text.charCodeAt(at)]) {
        at++;
      }
      if (!SCALAR.test(text.slice(start, at))) {
        return null;
      }
      put(start, at);
      expects = depth ? AFTER_VALUE : END;
    } else {
      return null;
    }
    work += at - start;
    if (work >= SLICE) {
      yield work;
      work = 0;
    }
  }
  return expects === END ? rows : null;
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
