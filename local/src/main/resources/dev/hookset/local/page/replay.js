// Has the events of all selected deliveries handled again.

import { ask } from './ask.js';
import { element, printable } from './dom.js';

const AT_ONCE = 4;

/** Asks, with the number; then says how many were replayed, and which not. */
export function replaySelected(deliveries, store) {
  const recorded = deliveries.filter((delivery) => store.isRecorded(delivery));
  const events = [...new Map(recorded.map((delivery) => [delivery.key, delivery])).values()];
  const without = deliveries.length - recorded.length;
  const again = recorded.length - events.length;
  ask({
    title: events.length ? `Replay ${counted(events.length, 'event')}?` : 'Nothing to replay',
    says: [
      events.length ? 'Each is handled again by its handlers, from its record.' : null,
      without ? `${counted(without, 'delivery', 'deliveries')} left no record, so there is nothing to replay.` : null,
      again ? `${counted(again, 'delivery', 'deliveries')} brought an event that another one brought, too; it is replayed once.` : null,
    ].filter(Boolean),
    yes: events.length ? `Replay ${events.length.toLocaleString('en')}` : null,
    act: (tell, signal) => replayAll(events, store, tell, signal),
  });
}

async function replayAll(events, store, tell, signal) {
  const failed = [];
  const waiting = events.values();
  let done = 0;
  const replayThem = async () => {
    for (const event of waiting) {
      if (signal.aborted) {
        return;
      }
      try {
        await store.act('/api/replay', { key: event.key });
      } catch (error) {
        failed.push({ event, why: error.message });
      }
      tell(`${(++done).toLocaleString('en')} of ${events.length.toLocaleString('en')} …`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, replayThem));
  const replayed = `${counted(done - failed.length, 'event')} replayed`;
  return failed.length === 0
    ? [replayed + '.']
    : [
        `${replayed}, ${counted(failed.length, 'event')} not:`,
        element(
          'ul',
          {},
          failed
            .sort((a, b) => b.event.number - a.event.number)
            .map(({ event, why }) => element('li', {}, `delivery ${event.number}, ${printable(event.id)}: ${why}`)),
        ),
      ];
}

function counted(count, one, many = one + 's') {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
}
