// A list of numbers that grows by parts: to copy a million of them at once would hold up the tab.

const PART = 14; // As a power of two.
const WITHIN = (1 << PART) - 1;

export class Numbers {
  #kind;
  #parts = [];

  /** Keeps them as a kind of typed array does; each is 0 until it is set. */
  constructor(kind) {
    this.#kind = kind;
  }

  get(index) {
    const part = this.#parts[index >> PART];
    return part === undefined ? 0 : part[index & WITHIN];
  }

  set(index, number) {
    (this.#parts[index >> PART] ??= new this.#kind(WITHIN + 1))[index & WITHIN] = number;
  }
}
