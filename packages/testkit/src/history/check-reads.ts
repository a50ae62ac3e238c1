import type { CellHistory } from './cell-history.js';
import { missingOf } from './check-counter.js';
import type { CellContext } from './check-value.js';
import type { CellEvent } from './effect.js';
import { addsOf, before, type ReadEvent, readsOf, type WriteEvent, writesOf } from './order.js';
import type { HistoryRule, Violation } from './violation.js';

/** What a process read must not be older than what it had written, or read before. */
export function checkReads(history: CellHistory, context: CellContext): Violation[] {
  const { cell, events } = history;
  const reads = readsOf(events).sort((a, b) => a.start - b.start);
  if (addsOf(events).length > 0) return checkCounterReads(history, reads, context);
  const writes = writesOf(events);
  const violations: Violation[] = [];
  const last = new Map<string, ReadEvent>();
  for (const read of reads) {
    const earlier = last.get(read.process);
    last.set(read.process, read);
    const excused =
      read.effect.value === null &&
      (context.mayVanish || context.mayMiss || context.mayHaveEnded(read.start, read.end));
    if (excused) continue;
    const found =
      unseenOwnWrite(read, writes, context) ??
      (earlier && olderThan(earlier, read, writes, context));
    if (found === undefined) continue;
    const [rule, message, others] = found;
    violations.push({
      ...cell,
      rule,
      message,
      records: [...others, read].map(({ record }) => record),
    });
  }
  return violations;
}

type Finding = readonly [HistoryRule, string, readonly CellEvent[]];

function unseenOwnWrite(
  read: ReadEvent,
  writes: readonly WriteEvent[],
  { initial, contested }: CellContext,
): Finding | undefined {
  const { value } = read.effect;
  const shown = JSON.stringify(value);
  const sources = writes.filter((write) => write.effect.value === value && write.start <= read.end);
  if (sources.length === 0 && value !== initial && value !== null) {
    return ['phantom', `${read.process} read ${shown}, which nobody had written`, []];
  }
  const own = latest(
    writes.filter(
      (write) => write.process === read.process && write.outcome === 'done' && before(write, read),
    ),
  );
  if (own === undefined) return undefined;
  const possible = sources.some(
    (write) => !before(write, own) || (contested && write.process !== own.process),
  );
  if (possible) return undefined;
  const message = `${read.process} read ${shown} after it had written ${JSON.stringify(own.effect.value)}`;
  return ['own write', message, [own]];
}

function olderThan(
  earlier: ReadEvent,
  read: ReadEvent,
  writes: readonly WriteEvent[],
  { initial, contested }: CellContext,
): Finding | undefined {
  const [seen, value] = [earlier.effect.value, read.effect.value];
  if (seen === value || !before(earlier, read)) return undefined;
  const first = writes.filter(({ effect }) => effect.value === seen);
  if (first.length === 0 || seen === initial) return undefined;
  const sources = writes.filter((write) => write.effect.value === value && write.start <= read.end);
  const older = sources.every((source) =>
    first.every(
      (write) => before(source, write) && !(contested && source.process !== write.process),
    ),
  );
  if (!older || (sources.length === 0 && value !== initial)) return undefined;
  const message = `${read.process} read ${JSON.stringify(value)} after ${JSON.stringify(seen)}, which is newer`;
  return ['older read', message, [earlier]];
}

/** A counter that only grows shows a process at least what it has added itself. */
function checkCounterReads(
  { cell, events }: CellHistory,
  reads: readonly ReadEvent[],
  context: CellContext,
): Violation[] {
  const adds = addsOf(events);
  const grows = adds.every(({ effect }) => effect.by >= 0n) && writesOf(events).length === 0;
  if (!grows || context.mayVanish || context.mayMiss) return [];
  if (context.mayHaveRestarted(context.at)) return [];
  const start = BigInt(context.initial ?? 0);
  const violations: Violation[] = [];
  for (const read of reads) {
    const own = adds.filter(
      (add) => add.process === read.process && add.outcome === 'done' && before(add, read),
    );
    const { up } = missingOf(own, context.ambiguous);
    const least = own.reduce((sum, { effect }) => sum + effect.by, start) - up;
    if (BigInt(read.effect.value ?? 0) >= least) continue;
    violations.push({
      ...cell,
      rule: 'own write',
      message: `${read.process} read ${read.effect.value} after it had counted to ${least}`,
      records: [read.record],
    });
  }
  return violations;
}

function latest(writes: readonly WriteEvent[]): WriteEvent | undefined {
  return writes.reduce<WriteEvent | undefined>(
    (best, write) => (best === undefined || write.start > best.start ? write : best),
    undefined,
  );
}
