// Finds what two long texts have in common, row by row, in slices. First by the shortest way from one to the other (E. W.
// Myers, "An O(ND) Difference Algorithm", 1986); where that is too long, between the rows that each has once. The usual
// library, jsdiff, knows the shortest way alone: where that is too long it gives up, or takes its time in one go.

/** Beyond so many rows removed and added, the shortest way is not looked for. */
const MOST_CHANGES = 400;
const ROWS_A_SLICE = 1_024;
const STEPS_A_SLICE = 32_768;
const STEPS_A_RANGE = 100; // What it takes to begin with one.

/**
 * Yields between slices, and returns the runs of rows that are the same in both, in order: where each begins before, where
 * after, and how long it is.
 */
export function* difference(before, after) {
  const shorter = Math.min(before.count, after.count);
  let head = 0;
  while (head < shorter && before.key(head) === after.key(head)) {
    if (++head % ROWS_A_SLICE === 0) {
      yield;
    }
  }
  let tail = 0;
  while (tail < shorter - head && before.key(before.count - 1 - tail) === after.key(after.count - 1 - tail)) {
    if (++tail % ROWS_A_SLICE === 0) {
      yield;
    }
  }
  const a = yield* hashes(before, head, before.count - tail);
  const b = yield* hashes(after, head, after.count - tail);
  const pairs = yield* paired(a, b);
  const runs = [];
  const add = (from, to, length) => {
    const last = runs.at(-1);
    if (last && last[0] + last[2] === from && last[1] + last[2] === to) {
      last[2] += length;
    } else if (length) {
      runs.push([from, to, length]);
    }
  };
  add(0, 0, head);
  for (let i = 0; i < pairs.length; i++) {
    const j = pairs[i] - 1;
    // Other rows may have the same hash.
    if (j >= 0 && before.key(head + i) === after.key(head + j)) {
      add(head + i, head + j, 1);
    }
    if (i % ROWS_A_SLICE === ROWS_A_SLICE - 1) {
      yield;
    }
  }
  add(before.count - tail, after.count - tail, tail);
  return runs;
}

/** FNV-1a of each row. */
function* hashes(rows, from, to) {
  const made = new Int32Array(to - from);
  for (let i = 0; i < made.length; i++) {
    const key = rows.key(from + i);
    let hash = 0x811c9dc5;
    for (let at = 0; at < key.length; at++) {
      hash = Math.imul(hash ^ key.charCodeAt(at), 0x01000193);
    }
    made[i] = hash;
    if (i % ROWS_A_SLICE === ROWS_A_SLICE - 1) {
      yield;
    }
  }
  return made;
}

/** Returns, for each of `a`, one more than its place in `b`; 0 where it has none. */
function* paired(a, b) {
  const pairs = new Int32Array(a.length);
  const ranges = [[0, a.length, 0, b.length]];
  let steps = 0;
  while (ranges.length) {
    let [a0, a1, b0, b1] = ranges.pop();
    const room = Math.min(a1 - a0, b1 - b0);
    while (a0 < a1 && b0 < b1 && a[a0] === b[b0]) {
      pairs[a0++] = ++b0;
    }
    while (a0 < a1 && b0 < b1 && a[a1 - 1] === b[b1 - 1]) {
      pairs[--a1] = b1--;
    }
    steps += room - Math.min(a1 - a0, b1 - b0) + STEPS_A_RANGE;
    if (steps > STEPS_A_SLICE) {
      steps = 0;
      yield;
    }
    if (a0 === a1 || b0 === b1 || (yield* shortest(a.subarray(a0, a1), b.subarray(b0, b1), pairs, a0, b0))) {
      continue;
    }
    const found = yield* landmarks(a, a0, a1, b, b0, b1);
    if (!found.length) {
      continue; // All that is left here has changed.
    }
    const between = (i, j) => {
      if (a0 < i && b0 < j) {
        ranges.push([a0, i, b0, j]);
      }
      [a0, b0] = [i + 1, j + 1];
    };
    for (let at = found.length - 2; at >= 0; at -= 2) {
      pairs[found[at]] = found[at + 1] + 1;
      between(found[at], found[at + 1]);
      if (at % ROWS_A_SLICE === 0) {
        yield;
      }
    }
    between(a1, b1);
  }
  return pairs;
}

/** Fills in the pairs of the shortest way from `a` to `b`; false if it is too long. */
function* shortest(a, b, pairs, a0, b0) {
  const most = Math.min(MOST_CHANGES, a.length + b.length);
  const furthest = new Int32Array(2 * most + 3); // In `a`, by diagonal.
  const middle = most + 1;
  const trace = [];
  let steps = 0;
  for (let d = 0; d <= most; d++) {
    trace.push(furthest.slice(middle - d - 1, middle + d + 2));
    for (let k = -d; k <= d; k += 2) {
      const isDown = k === -d || (k !== d && furthest[middle + k - 1] < furthest[middle + k + 1]);
      let x = isDown ? furthest[middle + k + 1] : furthest[middle + k - 1] + 1;
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) {
        x++;
        if (++steps > STEPS_A_SLICE) {
          steps = 0;
          yield;
        }
      }
      furthest[middle + k] = x;
      if (x >= a.length && x - k >= b.length) {
        walkBack(trace, a.length, b.length, (x, y) => {
          pairs[a0 + x] = b0 + y + 1;
        });
        return true;
      }
      steps++;
    }
  }
  return false;
}

function walkBack(trace, x, y, pair) {
  for (let d = trace.length - 1; d >= 0; d--) {
    const furthest = (k) => trace[d][k + d + 1];
    const k = x - y;
    const isDown = k === -d || (k !== d && furthest(k - 1) < furthest(k + 1));
    const fromX = isDown ? furthest(k + 1) : furthest(k - 1) + 1;
    while (x > fromX && y > 0) {
      pair(--x, --y);
    }
    if (isDown) {
      y--;
    } else {
      x--;
    }
  }
}

/** Returns the longest row of pairs of what is there once on each side, the last first: where in `a`, then where in `b`. */
function* landmarks(a, a0, a1, b, b0, b1) {
  const mask = 2 ** Math.ceil(Math.log2(2 * (a1 - a0) + 2)) - 1;
  const hashOf = new Int32Array(mask + 1);
  const inA = new Int32Array(mask + 1); // One more than the place; -1 for more than one.
  const inB = new Int32Array(mask + 1);
  const slot = (hash) => {
    let at = (hash ^ (hash >>> 16)) & mask;
    while (inA[at] && hashOf[at] !== hash) {
      at = (at + 1) & mask;
    }
    return at;
  };
  for (let i = a0; i < a1; i++) {
    const at = slot(a[i]);
    hashOf[at] = a[i];
    inA[at] = inA[at] ? -1 : i + 1;
    if (i % STEPS_A_SLICE === 0) {
      yield;
    }
  }
  for (let j = b0; j < b1; j++) {
    const at = slot(b[j]);
    inB[at] = inB[at] ? -1 : j + 1;
    if (j % STEPS_A_SLICE === 0) {
      yield;
    }
  }
  const ends = []; // By length: the pair at which a row of that length ends lowest.
  const previous = new Int32Array(a1 - a0).fill(-1);
  const other = (i) => inB[slot(a[i])] - 1;
  for (let i = a0; i < a1; i++) {
    const at = slot(a[i]);
    if (inA[at] > 0 && inB[at] > 0) {
      let low = 0;
      for (let high = ends.length; low < high; ) {
        const half = (low + high) >> 1;
        if (other(ends[half]) < inB[at] - 1) {
          low = half + 1;
        } else {
          high = half;
        }
      }
      previous[i - a0] = low ? ends[low - 1] : -1;
      ends[low] = i;
    }
    if (i % ROWS_A_SLICE === 0) {
      yield;
    }
  }
  const found = new Int32Array(2 * ends.length);
  let count = 0;
  for (let i = ends.at(-1) ?? -1; i >= 0; i = previous[i - a0]) {
    found[count++] = i;
    found[count++] = other(i);
    if (count % ROWS_A_SLICE === 0) {
      yield;
    }
  }
  return found;
}
