// What differs between two texts, line by line.

import { difference } from './diff.js';
import { DEEPEST_INDENT, inSlices } from './rows.js';

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
      parts.push(last && last !== ':' ? '\n' + '  '.repeat(Math.min(depth, DEEPEST_INDENT)) : '', token);
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
export async function changes(before, after) {
  const [old, now] = [lines(before), lines(after)];
  const parts = [];
  let [from, to] = [0, 0];
  for (const [a, b, length] of [...(await inSlices(difference(rows(old), rows(now)))), [old.length, now.length, 0]]) {
    parts.push(
      old.slice(from, a).map((text) => ['-', text]),
      now.slice(to, b).map((text) => ['+', text]),
      now.slice(b, b + length).map((text) => [' ', text]),
    );
    [from, to] = [a + length, b + length];
  }
  return around(parts.flat());
}

function rows(lines) {
  return { count: lines.length, key: (i) => lines[i] };
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
