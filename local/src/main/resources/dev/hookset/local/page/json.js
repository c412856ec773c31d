// Reads JSON and lays it out, a row for each value; what each row opens and closes is kept by the tree.

import { Numbers } from './numbers.js';
import { COLON_AFTER, COMMA, GOES_ON, SLICE, WITH_KEY } from './rows.js';
import { JsonTree } from './tree.js';

const LONGEST_SCALAR = 10_000;
const LONGEST_KEY_BESIDE_A_VALUE = 200;
const LONGEST_GAP = 16;

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
 * many characters each slice has looked at, and returns the tree; null if the text is no JSON. It keeps a stack of its
 * own, so that no nesting is too deep.
 */
export function* jsonTree(text) {
  const tree = new JsonTree(text);
  const isObject = new Numbers(Uint8Array); // By depth.
  let depth = 0;
  let expects = VALUE;
  let name = -1; // Where the name begins that waits for its value,
  let nameEnd = -1; // and where it ends.
  let work = 0;
  let at = 0;

  const put = (start, end) => {
    if (name < 0) {
      tree.add(start, end, depth);
    } else if (nameEnd - name > LONGEST_KEY_BESIDE_A_VALUE || start - nameEnd > LONGEST_GAP) {
      tree.add(name, nameEnd, depth);
      tree.mark(COLON_AFTER);
      tree.add(start, end, depth, GOES_ON);
    } else {
      tree.add(name, end, depth, WITH_KEY);
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
      tree.open();
      depth++;
      isObject.set(depth, c === OPEN_OBJECT ? 1 : 0);
      expects = c === OPEN_OBJECT ? FIRST_NAME : FIRST_VALUE;
    } else if (c === CLOSE_ARRAY || c === CLOSE_OBJECT) {
      const isEmpty = expects === (c === CLOSE_OBJECT ? FIRST_NAME : FIRST_VALUE);
      if (!depth || isObject.get(depth) !== (c === CLOSE_OBJECT ? 1 : 0) || !(isEmpty || expects === AFTER_VALUE)) {
        return null;
      }
      at++;
      depth--;
      tree.close(start, at, depth, isEmpty);
      expects = depth ? AFTER_VALUE : END;
    } else if (c === COMMA_SIGN && expects === AFTER_VALUE) {
      at++;
      tree.mark(COMMA);
      expects = isObject.get(depth) ? NAME : VALUE;
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
  return expects === END ? tree : null;
}

