import type { CellEvent } from './effect.js';

/** Whether one event had ended before another began. Events that overlap may have happened in either order. */
export function before(a: CellEvent, b: CellEvent): boolean {
  return a.end < b.start;
}

/** An event that wrote a value, or removed it. */
export type WriteEvent = CellEvent & { readonly effect: { readonly kind: 'write' } };
/** An event that added to a counter. */
export type AddEvent = CellEvent & { readonly effect: { readonly kind: 'add' } };
/** An event that read a value. */
export type ReadEvent = CellEvent & { readonly effect: { readonly kind: 'read' } };

/** The events that wrote. */
export function writesOf(events: readonly CellEvent[]): WriteEvent[] {
  return events.filter((event): event is WriteEvent => event.effect.kind === 'write');
}

/** The events that added. */
export function addsOf(events: readonly CellEvent[]): AddEvent[] {
  return events.filter((event): event is AddEvent => event.effect.kind === 'add');
}

/** The events that read. */
export function readsOf(events: readonly CellEvent[]): ReadEvent[] {
  return events.filter((event): event is ReadEvent => event.effect.kind === 'read');
}

/**
 * The writes that may be the last one: none that was certainly made began after they had ended.
 *
 * @param contested - a write may lose to an earlier one of another process: only those of its own supersede it.
 */
export function lastWrites(writes: readonly WriteEvent[], contested: boolean): WriteEvent[] {
  const made = writes.filter(({ outcome }) => outcome === 'done');
  return writes.filter(
    (write) =>
      !made.some(
        (later) => before(write, later) && (!contested || later.process === write.process),
      ),
  );
}
