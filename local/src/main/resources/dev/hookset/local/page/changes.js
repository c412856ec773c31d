// What differs between two texts, line by line.

const MOST_COMPARED = 1_000_000; // Pairs of lines; beyond it what lies between the first and the last difference has changed.
const BESIDE = 2;
const LONGEST_LINE = 200;

const TOKENS = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],:]|[^\s{}[\],:"]+/g;

/** Lays JSON out, with every token as it came; null if the text is none. */
export function laidOut(text) {
  try {
    JSON.parse(text);
  } catch {
    return null;
  }
  const parts = [];
  let depth = 0;
  let last = '';
  for (const [token] of text.matchAll(TOKENS)) {
    const closes = token === '}' || token === ']';
    const isEmpty = closes && (last === '{' || last === '[');
    depth -= closes ? 1 : 0;
    if (isEmpty || token === ',' || token === ':') {
      parts.push(token, token === ':' ? ' ' : '');
    } else {
      parts.push(last && last !== ':' ? '\n' + '  '.repeat(depth) : '', token);
    }
    depth += token === '{' || token === '[' ? 1 : 0;
    last = token;
  }
  return parts.join('');
}

/** Cuts a body into the lines by which it is compared: JSON laid out, a form by its parameters. */
function lines(text) {
  const isForm = /^[^\s{["]+$/.test(text);
  const parts = isForm ? text.split(/(?<=&)/) : (laidOut(text) ?? text).split('\n');
  return parts.flatMap((part) => (part.length > LONGEST_LINE ? part.match(/[^]{1,200}/g) : [part]));
}

/**
 * Returns the lines that were removed (`-`), that were added (`+`), and a few that stand beside them (` `); a line of
 * `…` stands for those that are left out.
 */
export function changes(before, after) {
  const [old, now] = [lines(before), lines(after)];
  let start = 0;
  while (start < old.length && start < now.length && old[start] === now[start]) {
    start++;
  }
  let end = 0;
  while (end < old.length - start && end < now.length - start && old.at(-1 - end) === now.at(-1 - end)) {
    end++;
  }
  const all = [
    ...old.slice(0, start).map((text) => [' ', text]),
    ...between(old.slice(start, old.length - end), now.slice(start, now.length - end)),
    ...old.slice(old.length - end).map((text) => [' ', text]),
  ];
  return around(all);
}

/** The shortest way from one to the other, by their longest common subsequence. */
function between(old, now) {
  if (old.length * now.length > MOST_COMPARED) {
    return [...old.map((text) => ['-', text]), ...now.map((text) => ['+', text])];
  }
  const width = now.length + 1;
  const common = new Uint32Array((old.length + 1) * width);
  for (let i = old.length - 1; i >= 0; i--) {
    for (let j = now.length - 1; j >= 0; j--) {
      common[i * width + j] =
        old[i] === now[j]
          ? common[(i + 1) * width + j + 1] + 1
          : Math.max(common[(i + 1) * width + j], common[i * width + j + 1]);
    }
  }
  const way = [];
  let [i, j] = [0, 0];
  while (i < old.length || j < now.length) {
    if (i < old.length && j < now.length && old[i] === now[j]) {
      way.push([' ', old[i++]]);
      j++;
    } else if (j === now.length || (i < old.length && common[(i + 1) * width + j] >= common[i * width + j + 1])) {
      way.push(['-', old[i++]]);
    } else {
      way.push(['+', now[j++]]);
    }
  }
  return way;
}

function around(all) {
  const isNear = new Uint8Array(all.length);
  all.forEach(([sign], i) => sign !== ' ' && isNear.fill(1, Math.max(0, i - BESIDE), i + BESIDE + 1));
  const kept = [];
  all.forEach((line, i) => {
    if (isNear[i]) {
      kept.push(line);
    } else if (kept.length && isNear[i - 1]) {
      kept.push(['…', '']);
    }
  });
  return kept.at(-1)?.[0] === '…' ? kept.slice(0, -1) : kept;
}
