// The deliveries that are ticked in the list.

/** Fires `change` when others are. */
export class Selection extends EventTarget {
  #numbers = new Set();
  #anchor = null; // Where a range begins,
  #before = new Set(); // and what was ticked when it did.

  has(number) {
    return this.#numbers.has(number);
  }

  /** Those of deliveries that are ticked: what is hidden by a filter is nothing that is done to. */
  of(deliveries) {
    return this.#numbers.size ? deliveries.filter(({ number }) => this.#numbers.has(number)) : [];
  }

  toggle(number) {
    if (!this.#numbers.delete(number)) {
      this.#numbers.add(number);
    }
    this.beginAt(number);
    this.#tell();
  }

  /** The next range begins here. */
  beginAt(number) {
    this.#anchor = number;
    this.#before = new Set(this.#numbers);
  }

  /** Ticks all from where the range begins up to a delivery, and no more those of a longer range before. */
  extend(deliveries, number, begin) {
    if (this.#anchor === null) {
      this.beginAt(begin ?? number);
    }
    const [low, high] = [Math.min(this.#anchor, number), Math.max(this.#anchor, number)];
    const range = deliveries.map((delivery) => delivery.number).filter((each) => each >= low && each <= high);
    this.#numbers = new Set([...this.#before, ...range]);
    this.#tell();
  }

  add(deliveries) {
    deliveries.forEach(({ number }) => this.#numbers.add(number));
    this.#tell();
  }

  clear() {
    this.#numbers.clear();
    this.#anchor = null;
    this.#tell();
  }

  #tell() {
    this.dispatchEvent(new Event('change'));
  }
}
