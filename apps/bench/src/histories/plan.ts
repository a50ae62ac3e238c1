import { randomNumbers } from '../harness/random.js';
import { DISTURBANCES } from './disturbances.js';
import type { OnConflict } from './keys.js';

/** Everything that a seed decides about a run. */
export interface Plan {
  readonly seed: number;
  readonly processes: number;
  readonly onConflict: OnConflict;
  readonly disturbances: readonly PlannedDisturbance[];
}

/** A disturbance, and when it is made and ended, milliseconds from the beginning. */
export interface PlannedDisturbance {
  readonly name: string;
  /** Which process it happens to, where it does not happen to the server. */
  readonly process: number;
  readonly from: number;
  readonly to: number;
}

const MOST_PROCESSES = 3;
const MOST_DISTURBANCES = 4;
/** How long all is well at the beginning, milliseconds. */
const WELL = 400;
/** Within how long after that all disturbances begin, milliseconds. */
const SPAN = 2500;
/** How long one lasts, milliseconds. */
const SHORTEST = 100;
const LONGEST = 2000;

/** What a seed decides. */
export function planOf(seed: number): Plan {
  const random = randomNumbers(seed);
  const below = (limit: number) => Math.floor(random() * limit);
  const names = Object.keys(DISTURBANCES);
  const processes = 1 + below(MOST_PROCESSES);
  const onConflict = (['last-write', 'local', 'remote'] as const)[below(3)] ?? 'last-write';
  const disturbances = Array.from({ length: 1 + below(MOST_DISTURBANCES) }, () => {
    const from = WELL + below(SPAN);
    return {
      name: names[below(names.length)] as string,
      process: below(processes),
      from,
      to: from + SHORTEST + below(LONGEST - SHORTEST),
    };
  });
  return { seed, processes, onConflict, disturbances: withoutOverlapOnTheServer(disturbances) };
}

/** The server itself can only be disturbed in one way at a time; the ways to it can in many. */
function withoutOverlapOnTheServer(list: readonly PlannedDisturbance[]): PlannedDisturbance[] {
  const sorted = [...list].sort((a, b) => a.from - b.from);
  let free = 0;
  return sorted.flatMap((each) => {
    if (DISTURBANCES[each.name]?.where !== 'server') return [each];
    const from = Math.max(each.from, free);
    const to = from + each.to - each.from;
    free = to + 200;
    return [{ ...each, from, to }];
  });
}

/** A plan in a line. */
export function describePlan({ processes, onConflict, disturbances }: Plan): string {
  const what = disturbances.map(({ name, process, from, to }) => {
    const whose = DISTURBANCES[name]?.where === 'server' ? '' : ` ${processName(process)}`;
    return `${name}${whose} ${from}–${to}`;
  });
  return `${processes} × ${onConflict}: ${what.join(', ')}`;
}

/** What a process is called in histories. */
export function processName(index: number): string {
  return String.fromCharCode('a'.charCodeAt(0) + index);
}
