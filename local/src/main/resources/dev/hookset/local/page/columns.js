// The widths of the list's columns, as its texts need them in whatever font they are shown.

import { chip, element, printable, shortTime } from './dom.js';
import { again, answerCell, editedFrom, reason } from './row.js';

const MOST_MEASURED = 200;

/** Reasons are words; what is longer, as the message of a failed call, may be cut and takes no room from the others. */
const LONGEST_REASON = 32;

/** Gives each column the width that it needs. */
export class Columns {
  #overview;
  #canvas;
  #store;
  #widths = new Map(); // By class and text.

  constructor(overview, canvas, store) {
    this.#overview = overview;
    this.#canvas = canvas;
    this.#store = store;
  }

  /** Another font or another size is shown. */
  forget() {
    this.#widths.clear();
  }

  /** Fits them to deliveries, of which the newest comes first. */
  fit(deliveries) {
    const texts = { at: new Set(['20:08:58']), provider: new Set(), type: new Set(), id: new Set(), answer: new Set(['401 invalid_signature']), status: new Set() };
    const types = new Set();
    const answers = new Set(); // As they are, since to write ten thousand takes long.
    for (const delivery of deliveries) {
      texts.provider.add(delivery.sender);
      texts.status.add(this.#store.status(delivery) + (this.#store.retryAt(delivery) ? ' ↻' : ''));
      if (delivery.editedFrom) {
        texts.id.add(editedFrom(delivery)); // The ID may be cut, but not what says where it comes from.
      }
      if (types.size < MOST_MEASURED) {
        types.add(delivery.type ?? '');
      }
      const said = reason(delivery);
      if (answers.size < MOST_MEASURED && said.length <= LONGEST_REASON) {
        answers.add(delivery.answer + ' ' + said);
      }
    }
    types.forEach((type) => texts.type.add(printable(type)));
    answers.forEach((answer) => texts.answer.add(printable(answer)));
    if (deliveries.length) {
      texts.at.add(shortTime(deliveries.at(-1).at));
    }
    // All is measured before anything is set: a measure after a change has the browser lay out the page once more.
    const widths = Object.entries(texts).map(([name, some]) => {
      const widest = Math.max(heading(this.#overview, name), ...[...some].map((text) => this.#width(name, text)));
      return [`--${name}`, Math.ceil(widest) + 'px'];
    });
    for (const [name, width] of widths) {
      if (this.#overview.style.getPropertyValue(name) !== width) {
        this.#overview.style.setProperty(name, width);
      }
    }
  }

  #width(name, text) {
    const key = name + ' ' + text;
    let width = this.#widths.get(key);
    if (width === undefined) {
      const [status, isAgain] = text.split(' ');
      const cell =
        name === 'status'
          ? element('span', { class: name }, chip(status), isAgain ? again(Date.now()) : null)
          : name === 'answer'
            ? answerCell(...text.split(/ (.*)/s))
            : name === 'id'
              ? element('span', { class: name }, element('span', { class: 'edited' }, text))
              : element('span', { class: name }, text);
      const probe = element('div', { class: 'row probe', 'aria-hidden': 'true' }, cell);
      this.#canvas.append(probe);
      width = cell.getBoundingClientRect().width;
      probe.remove();
      this.#widths.set(key, width);
    }
    return width;
  }
}

/** How wide the heading of a column is; none on a narrow screen. */
function heading(overview, name) {
  const range = document.createRange();
  range.selectNodeContents(overview.querySelector(`.columns [data-column=${name}]`));
  return range.getBoundingClientRect().width;
}
