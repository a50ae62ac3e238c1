import type { CellHistory } from './cell-history.js';
import type { CellContext } from './check-value.js';
import { type AddEvent, addsOf, before, lastWrites, type WriteEvent, writesOf } from './order.js';
import type { Violation } from './violation.js';

/** From where to where a counter may be; and whether it may not be there at all. */
interface Range {
  least: bigint;
  most: bigint;
  absent: boolean;
}

/** A cell with increments lies between what was answered and what was ever sent, counted from the last write. */
export function checkCounter({ cell, events }: CellHistory, context: CellContext): Violation[] {
  const writes = writesOf(events);
  const adds = addsOf(events);
  const ranges = lastWrites(writes, context.contested).map((write) =>
    rangeFrom(write.effect.value, adds, write),
  );
  if (writes.every(({ outcome }) => outcome !== 'done')) {
    ranges.push(rangeFrom(context.initial, adds, undefined));
  }
  const { final } = context;
  const restarted = context.mayHaveRestarted(context.at);
  if (final === null) {
    if (context.mayVanish || restarted || ranges.some(({ absent }) => absent)) return [];
  } else if (/^-?\d+$/.test(final)) {
    const missing = missingOf(adds, context.ambiguous);
    const value = BigInt(final);
    for (const range of ranges) {
      const anyway = restarted || context.mayVanish;
      const least = (anyway && range.least > 0n ? 0n : range.least) - missing.up;
      const most = (anyway && range.most < 0n ? 0n : range.most) + missing.down;
      if (value >= least && value <= most) return [];
    }
  }
  const allowed = ranges.map(({ least, most }) =>
    least === most ? `${least}` : `${least} to ${most}`,
  );
  return [
    {
      ...cell,
      rule: final === null ? 'lost' : 'counter',
      message: `it is ${final}; it should be ${[...new Set(allowed)].join(' or ')}`,
      records: adds.map(({ record }) => record),
    },
  ];
}

function rangeFrom(
  base: string | null,
  adds: readonly AddEvent[],
  write: WriteEvent | undefined,
): Range {
  const start = base !== null && /^-?\d+$/.test(base) ? BigInt(base) : 0n;
  const range: Range = { least: start, most: start, absent: base === null };
  for (const add of adds) {
    if (write !== undefined && before(add, write)) continue;
    const { by } = add.effect;
    const certain = add.outcome === 'done' && (write === undefined || before(write, add));
    if (certain) {
      range.least += by;
      range.most += by;
      range.absent = false;
    } else if (by > 0n) range.most += by;
    else range.least += by;
  }
  return range;
}

/** By how much a counter may be too low, and too high, where the greatest increments that were answered are missing. */
export function missingOf(
  adds: readonly AddEvent[],
  ambiguous: number,
): { readonly up: bigint; readonly down: bigint } {
  const sizes = adds.map(({ effect }) => effect.by);
  const greatest = (list: readonly bigint[]) =>
    [...list]
      .sort((a, b) => (a < b ? 1 : a > b ? -1 : 0))
      .slice(0, ambiguous)
      .reduce((sum, size) => sum + size, 0n);
  return {
    up: greatest(sizes.filter((size) => size > 0n)),
    down: greatest(sizes.filter((size) => size < 0n).map((size) => -size)),
  };
}
