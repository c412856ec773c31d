// What is done to the list as a whole: select all, replay, compare, pause, clear.

import { ask } from './ask.js';
import { compare } from './compare.js';
import { announce } from './dom.js';
import { replaySelected } from './replay.js';

const byId = (id) => document.getElementById(id);

/** Fires `change` when other deliveries are to be shown. */
export class Tools extends EventTarget {
  #store;
  #selection;
  #shown = [];
  #pausedAfter = null; // The last delivery that is shown.

  constructor(store, selection) {
    super();
    this.#store = store;
    this.#selection = selection;
    byId('select-all').addEventListener('change', ({ target }) =>
      target.checked ? selection.add(this.#shown) : selection.clear(),
    );
    selection.addEventListener('change', () => this.#drawSelection());
    byId('replay-selected').addEventListener('click', () => replaySelected(selection.of(this.#shown), store));
    byId('compare-selected').addEventListener('click', () =>
      compare(...selection.of(this.#shown).map(({ number }) => number)),
    );
    byId('pause').addEventListener('click', () => this.#pause());
    byId('clear').addEventListener('click', () => this.#clear());
    store.addEventListener('begin', () => {
      byId('clear').hidden = Boolean(store.stack);
      // Another stack counts from one again.
      if (this.#pausedAfter > store.newest) {
        this.#pausedAfter = store.newest;
      }
    });
  }

  /** Whether a delivery came while the list was paused. */
  holdsBack(delivery) {
    return this.#pausedAfter !== null && delivery.number > this.#pausedAfter;
  }

  get isPaused() {
    return this.#pausedAfter !== null;
  }

  draw(shown, kept, held) {
    this.#shown = shown;
    const some = shown.length === kept ? '' : shown.length.toLocaleString('en') + ' of ';
    const back = held ? `, ${held.toLocaleString('en')} held back` : '';
    byId('count').textContent = `${some}${kept.toLocaleString('en')} ${kept === 1 ? 'delivery' : 'deliveries'}${back}`;
    byId('pause').textContent = !this.isPaused ? 'Pause' : held ? `Resume (${held.toLocaleString('en')} new)` : 'Resume';
    byId('pause').classList.toggle('primary', this.isPaused);
    byId('clear').setAttribute('aria-disabled', kept + held === 0);
    this.#drawSelection();
  }

  #drawSelection() {
    const selected = this.#selection.of(this.#shown).length;
    const all = byId('select-all');
    all.checked = selected > 0 && selected === this.#shown.length;
    all.indeterminate = selected > 0 && !all.checked;
    byId('selected').textContent = selected ? `${selected.toLocaleString('en')} selected` : 'Select all';
    const replay = byId('replay-selected');
    replay.hidden = selected === 0 || !this.#store.canReplay;
    replay.textContent = `Replay ${selected.toLocaleString('en')} …`;
    byId('compare-selected').hidden = selected !== 2;
  }

  #pause() {
    this.#pausedAfter = this.isPaused ? null : this.#store.newest;
    announce(this.isPaused ? 'Paused; what comes is held back' : 'Resumed');
    this.dispatchEvent(new Event('change'));
  }

  #clear() {
    const count = this.#store.deliveries.length;
    if (count === 0) {
      return;
    }
    ask({
      title: `Clear the list of ${count.toLocaleString('en')}?`,
      says: [
        'All deliveries go, also those that a filter hides, with what they brought and what their handlers printed. This cannot be undone.',
        'The records of their events stay: ./hookset list has them, and ./hookset replay has them handled again.',
      ],
      yes: 'Clear the list',
      isFinal: true,
      act: async () => {
        const { deliveries } = await this.#store.act('/api/clear', {});
        this.#selection.clear();
        announce(`Cleared of ${deliveries.toLocaleString('en')}`);
      },
    });
  }
}
