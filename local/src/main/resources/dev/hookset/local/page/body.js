// A body as text, byte for byte, or easier to read.

import { element } from './dom.js';

const LONGEST_AT_ONCE = 200_000;
const INDENT = '  ';

/** Returns JSON on several lines with every token as it came, or null if it is none. */
export function pretty(text) {
  try {
    JSON.parse(text);
  } catch {
    return null;
  }
  let out = '';
  let depth = 0;
  const line = () => '\n' + INDENT.repeat(depth);
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g)) {
    if (token === '{' || token === '[') {
      depth++;
      out += token + line();
    } else if (token === '}' || token === ']') {
      depth--;
      // What is empty stays on its line.
      out = /[{[]\s*$/.test(out.slice(-1 - INDENT.length * (depth + 1) - 1)) ? out.trimEnd() + token : out + line() + token;
    } else {
      out += token === ',' ? token + line() : token === ':' ? ': ' : token;
    }
  }
  return out;
}

/** Returns bytes as `xxd` shows them; no body is so long that six digits would not number them. */
export function hex(base64) {
  const binary = atob(base64);
  const lines = [];
  for (let at = 0; at < binary.length; at += 16) {
    const part = binary.slice(at, at + 16);
    const digits = Array.from(part, (c) => c.charCodeAt(0).toString(16).padStart(2, '0')).join(' ');
    const text = part.replace(/[^\x20-\x7e]/g, '.');
    lines.push(`${at.toString(16).padStart(6, '0')}  ${digits.padEnd(47)}  ${text}`);
  }
  return lines.join('\n');
}

const TOKENS = /("(?:[^"\\]|\\.)*")(\s*:)?|-?\d[\d.eE+-]*|\b(?:true|false|null)\b/g;

/**
 * Colours JSON without an element more: names of members, strings, and all other values. Only the body that is shown
 * last is coloured, and of a long one what is shown at once.
 */
export function colour(blocks) {
  if (CSS.highlights) {
    const kinds = { 'json-name': new Highlight(), 'json-string': new Highlight(), 'json-value': new Highlight() };
    const text = blocks[0].firstChild;
    for (const { 0: token, 1: string, 2: colon, index } of text.data.matchAll(TOKENS)) {
      const range = new StaticRange({
        startContainer: text,
        startOffset: index,
        endContainer: text,
        endOffset: index + (string ?? token).length,
      });
      kinds[colon ? 'json-name' : string ? 'json-string' : 'json-value'].add(range);
    }
    Object.entries(kinds).forEach(([name, ranges]) => CSS.highlights.set(name, ranges));
  }
  return blocks;
}

/** Shows text as it is; a long one in part, until all of it is asked for. */
export function textBlock(text, label, kind = null) {
  const block = element('pre', { class: kind, tabindex: 0, role: 'region', 'aria-label': label }, text.slice(0, LONGEST_AT_ONCE));
  if (text.length <= LONGEST_AT_ONCE) {
    return [block];
  }
  const more = element(
    'button',
    {
      type: 'button',
      onclick: () => {
        block.textContent = text;
        more.remove();
      },
    },
    `Show all ${text.length.toLocaleString('en')} characters`,
  );
  return [block, more];
}
