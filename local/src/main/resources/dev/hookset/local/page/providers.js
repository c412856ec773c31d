// The providers' counters, each of which narrows the list to its deliveries.

import { element } from './dom.js';
import { STATUSES } from './filters.js';

const COUNTED = [...new Set(Object.values(STATUSES))];
const BAD = ['failed', 'refused', 'quarantined', 'not received'];

/** With more than these, each has one line. */
const MOST_AT_LARGE = 8;

export class ProviderCounts {
  #box;
  #store;
  #filters;

  constructor(box, store, filters) {
    this.#box = box;
    this.#store = store;
    this.#filters = filters;
  }

  draw(deliveries) {
    const counts = new Map(this.#store.providers.map(({ name }) => [name, { all: 0 }]));
    for (const delivery of deliveries) {
      const count = counts.get(delivery.provider);
      if (count) {
        const word = STATUSES[this.#store.status(delivery)] ?? 'open';
        count.all++;
        count[word] = (count[word] ?? 0) + 1;
      }
    }
    this.#box.classList.toggle('many', counts.size > MOST_AT_LARGE);
    // The stack may have been started again with other providers.
    this.#box
      .querySelectorAll('[data-provider]')
      .forEach((button) => counts.has(button.dataset.provider) || button.remove());
    for (const [name, count] of counts) {
      const button = this.#box.querySelector(`[data-provider="${name}"]`) ?? this.#add(name);
      button.setAttribute('aria-pressed', this.#filters.provider === name);
      const said = JSON.stringify(count) + counts.size;
      if (button.dataset.said !== said) {
        button.dataset.said = said;
        this.#count(button, count, counts.size > MOST_AT_LARGE);
      }
    }
  }

  #add(name) {
    const choose = () => this.#filters.set({ provider: this.#filters.provider === name ? '' : name });
    const button = element(
      'button',
      { type: 'button', 'data-provider': name, onclick: choose },
      element('span', { class: 'name' }, this.#store.title(name)),
      element('span', { class: 'all' }),
      element('span', { class: 'parts' }),
    );
    this.#box.append(button);
    return button;
  }

  #count(button, count, isShort) {
    const [name, all, parts] = button.children;
    const told = COUNTED.filter((word) => count[word]).map((word) => [word, `${count[word].toLocaleString('en')} ${word}`]);
    const words = told.length ? told.map(([, each]) => each).join(', ') : 'none yet';
    const bad = BAD.reduce((sum, word) => sum + (count[word] ?? 0), 0);
    all.textContent = count.all.toLocaleString('en');
    if (isShort) {
      button.title = words;
      button.setAttribute('aria-label', `${name.textContent} ${all.textContent}: ${words}`);
      parts.replaceChildren(...(bad ? [element('span', { 'data-part': 'failed' }, `✕ ${bad.toLocaleString('en')}`)] : []));
    } else {
      button.removeAttribute('title');
      button.removeAttribute('aria-label');
      parts.replaceChildren(
        ...(told.length ? told.map(([word, each]) => element('span', { 'data-part': word }, each)) : ['none yet']),
      );
    }
  }
}
