// Shows JSON as a tree: what is in it can be folded, and the value or the path of each row be copied.

import { copyText } from './clipboard.js';
import { announce, element } from './dom.js';
import { inSlices } from './rows.js';
import { RowBox, fillWithLines } from './viewer.js';

const TOKENS = /("(?:[^"\\]|\\.)*")(\s*:)?|-?\d[\d.eE+-]*|\b(?:true|false|null)\b/g;
const MOST_LEVELS = 20;
const LONGEST_PATH_TOLD = 80;

/** Returns an element that shows a tree. */
export function treeBlock(tree, label) {
  return new TreeView(tree, label).element;
}

class TreeView {
  #tree;
  #box;
  #tools = element('div', { class: 'tree-tools', role: 'group', 'aria-label': 'The chosen row', hidden: true });
  #levels;
  #said = element('output', { class: 'hint' });
  #active = null; // The item that the keys go out from,
  #pointed = null; // and the row that the mouse is over.
  #doing = Promise.resolve();

  constructor(tree, label) {
    this.#tree = tree;
    this.#box = new RowBox(
      tree,
      { tabindex: 0, role: 'tree', 'aria-label': label, 'aria-keyshortcuts': 'c p', class: 'json' },
      (place, from, to) => this.#fill(place, from, to),
    );
    const box = this.#box.element;
    const button = (words, act, key) =>
      element('button', { type: 'button', onclick: act, title: key && `Key: ${key}`, 'aria-keyshortcuts': key }, words);
    this.#tools.append(
      button('Copy value', () => this.#copy('value', this.#pointed ?? this.#active), 'c'),
      button('Copy path', () => this.#copy('path', this.#pointed ?? this.#active), 'p'),
    );
    this.#levels = element(
      'select',
      { onchange: () => this.#levels.value && this.#foldTo(Number(this.#levels.value)) },
      element('option', { value: '' }, 'To level …'),
      Array.from({ length: Math.min(tree.deepest - 1, MOST_LEVELS) }, (_, i) =>
        element('option', { value: i + 1 }, `Level ${i + 1}`),
      ),
    );
    const place = element('div', { class: 'tree-place' }, box, this.#tools);
    this.element = element(
      'div',
      {},
      element(
        'div',
        { class: 'tree-bar' },
        ...(tree.deepest
          ? [button('Expand all', () => this.#foldTo(Infinity)), button('Collapse all', () => this.#foldTo(0))]
          : []),
        tree.deepest > 1 ? element('label', {}, element('span', { class: 'hidden' }, 'Expand to'), this.#levels) : null,
        this.#said,
      ),
      place,
    );
    box.addEventListener('click', (event) => this.#click(event));
    box.addEventListener('keydown', (event) => this.#key(event));
    box.addEventListener('focus', () => this.#activate(this.#active ?? tree.item(tree.at(0)), false));
    box.addEventListener('scroll', () => this.#placeTools());
    place.addEventListener('pointerover', (event) => event.pointerType === 'mouse' && this.#point(event.target));
    place.addEventListener('pointerleave', () => this.#point(null));
  }

  #fill(place, from, to) {
    const tree = this.#tree;
    const lines = Array.from({ length: to - from }, (_, i) => {
      const row = tree.at(from + i);
      const isItem = tree.isItem(row);
      const opener = isItem ? tree.opener(row) : null;
      return element(
        'span',
        {
          class: 'line',
          id: 'json-' + row,
          role: isItem ? 'treeitem' : null,
          'aria-level': isItem ? tree.level(row) : null,
          'aria-expanded': opener === null ? null : String(!tree.isFolded(opener)),
          'aria-selected': isItem ? String(row === this.#active) : null,
          'data-size': tree.isFolded(row) ? this.#size(row) : null,
        },
        tree.row(from + i),
      );
    });
    fillWithLines(place, lines);
    colour(lines.map((each) => each.firstChild));
    this.#placeTools();
  }

  #size(opener) {
    const size = this.#tree.size(opener);
    const word = this.#tree.isArray(opener) ? 'item' : 'member';
    return `${size.toLocaleString('en')} ${word}${size === 1 ? '' : 's'}`;
  }

  #lineOf(row) {
    return row === null ? null : this.#box.element.querySelector('#json-' + row);
  }

  /** Chooses an item, from which the keys go on. */
  #activate(row, reveals = true) {
    this.#lineOf(this.#active)?.setAttribute('aria-selected', 'false');
    this.#active = row;
    this.#pointed = null;
    if (reveals) {
      this.#box.reveal(this.#tree.indexOf(row));
    }
    const shown = this.#lineOf(row);
    shown?.setAttribute('aria-selected', 'true');
    this.#box.element.setAttribute('aria-activedescendant', 'json-' + row);
    this.#placeTools();
  }

  #point(target) {
    if (this.#tools.contains(target)) {
      return; // They belong to the row that they lie on.
    }
    const pointed = target?.closest('.line');
    this.#pointed = pointed ? rowOf(pointed) : null;
    this.#placeTools();
  }

  /** Lays the buttons over the row that they are for. */
  #placeTools() {
    const shown = this.#lineOf(this.#pointed) ?? this.#lineOf(this.#active);
    if (!shown) {
      this.#tools.hidden = true;
      return;
    }
    const box = this.#box.element;
    const top = shown.getBoundingClientRect().top - box.getBoundingClientRect().top;
    this.#tools.hidden = top < 0 || top >= box.clientHeight;
    this.#tools.style.transform = `translate(${box.clientWidth - box.offsetWidth}px, ${top}px)`;
  }

  #click(event) {
    const clicked = event.target.closest('.line');
    if (clicked && getSelection().isCollapsed) {
      const row = rowOf(clicked);
      const item = this.#tree.item(row);
      this.#activate(item, false);
      // What goes on for many rows, or closes something, is not what one opens it by.
      if (item === row || this.#tree.isFolded(row)) {
        this.#toggle(item);
      }
    }
  }

  #toggle(item) {
    const opener = this.#tree.opener(item);
    if (opener !== null) {
      this.#fold(opener, !this.#tree.isFolded(opener));
    }
  }

  #fold(opener, isFolded) {
    this.#levels.value = '';
    this.#change(() => this.#tree.fold(opener, isFolded));
  }

  #foldTo(level) {
    if (level === 0 || level === Infinity) {
      this.#levels.value = '';
    }
    this.#change(() => this.#tree.foldTo(level));
  }

  /** One change after the other, each in slices. */
  #change(work) {
    this.#doing = this.#doing.then(async () => {
      await inSlices(work());
      if (this.#active !== null) {
        this.#active = this.#tree.item(this.#tree.at(this.#tree.indexOf(this.#active)));
      }
      this.#box.redraw();
      if (this.#active !== null) {
        this.#activate(this.#active, document.activeElement === this.#box.element);
      }
    });
  }

  #key(event) {
    const tree = this.#tree;
    const at = this.#active ?? tree.item(tree.at(0));
    const opener = tree.opener(at);
    const isOpen = opener !== null && !tree.isFolded(opener);
    const isAside = this.#box.element.scrollLeft > 0; // The key scrolls back first.
    const isCommand = event.ctrlKey || event.metaKey;
    const go = (row) => row !== null && this.#activate(row);
    const acts = {
      ArrowDown: this.#beside(at, 1),
      ArrowUp: this.#beside(at, -1),
      Home: () => go(tree.item(tree.at(0))),
      End: () => this.#goToTheEnd(),
      ArrowRight: isOpen ? this.#beside(opener, 1) : opener === null ? null : () => this.#fold(opener, false),
      ArrowLeft: isAside ? null : isOpen ? () => this.#fold(opener, true) : () => go(tree.parent(at)),
      Enter: () => this.#toggle(at),
      ' ': () => this.#toggle(at),
      c: () => this.#copy('value', at),
      p: () => this.#copy('path', at),
    };
    const isCopy = isCommand && event.key === 'c' && getSelection().isCollapsed;
    const act = isCopy ? acts.c : isCommand || event.altKey ? null : acts[event.key];
    if (act) {
      event.preventDefault();
      event.stopPropagation();
      act();
    }
  }

  /** Shows the last row, also where it goes on with what began far above it, or closes it. */
  #goToTheEnd() {
    let index = this.#tree.count - 1;
    while (!this.#tree.isItem(this.#tree.at(index))) {
      index--;
    }
    this.#activate(this.#tree.at(index), false);
    this.#box.element.scrollTop = this.#box.element.scrollHeight;
  }

  /** Goes to the next item, up or down; null where there is none, and the box is to scroll. */
  #beside(row, step) {
    const tree = this.#tree;
    for (let index = tree.indexOf(row) + step; index >= 0 && index < tree.count; index += step) {
      const beside = tree.at(index);
      if (tree.isItem(beside)) {
        return () => this.#activate(beside);
      }
    }
    return null;
  }

  async #copy(what, row) {
    try {
      const path = await inSlices(this.#tree.path(row));
      const told = path.length > LONGEST_PATH_TOLD ? path.slice(0, LONGEST_PATH_TOLD) + '…' : path;
      const text = what === 'path' ? path : this.#tree.value(row);
      this.#said.textContent = await copyText(text, `Copied the ${what}${what === 'path' ? '' : ' of'} ${told}`);
    } catch (error) {
      this.#said.textContent = error.message;
    }
    announce(this.#said.textContent);
  }
}

function rowOf(shown) {
  return Number(shown.id.slice('json-'.length));
}

/** Colours JSON without an element more: names of members, strings, and all other values. Only what is in sight. */
function colour(texts) {
  if (!CSS.highlights || !texts.length) {
    return;
  }
  const kinds = { 'json-name': new Highlight(), 'json-string': new Highlight(), 'json-value': new Highlight() };
  let which = 0;
  let begin = 0; // Where the text begins in all of them; a string may go on over many.
  const place = (offset) => {
    while (offset > begin + texts[which].length) {
      begin += texts[which++].length + 1;
    }
    return [texts[which], offset - begin];
  };
  for (const { 0: token, 1: string, 2: colon, index } of texts.map((text) => text.data).join('\n').matchAll(TOKENS)) {
    const [startContainer, startOffset] = place(index);
    const [endContainer, endOffset] = place(index + (string ?? token).length);
    const range = new StaticRange({ startContainer, startOffset, endContainer, endOffset });
    kinds[colon ? 'json-name' : string ? 'json-string' : 'json-value'].add(range);
  }
  Object.entries(kinds).forEach(([name, ranges]) => CSS.highlights.set(name, ranges));
}
