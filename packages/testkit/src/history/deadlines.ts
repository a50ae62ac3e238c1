import { wasSet } from './effect.js';
import type { FinalState } from './final-state.js';
import type { HistoryRecord } from './record.js';
import type { Violation } from './violation.js';

const NEVER = Number.POSITIVE_INFINITY;

/** What a record asked of a key's end. */
interface Ask {
  readonly record: HistoryRecord;
  /** The first and the last instant that it may mean, epoch milliseconds. */
  readonly earliest: number;
  readonly latest: number;
  /** Whether it certainly replaces what was asked before. */
  readonly certain: boolean;
}

/** An ask, and from when on another one had certainly replaced it. */
interface StandingAsk extends Ask {
  readonly until: number;
}

/** How deadlines are judged. */
interface DeadlineRules {
  /** How far clocks may be apart, milliseconds. */
  readonly tolerance: number;
  /** What one process asked for may lose to what another asked for before. */
  readonly contested: boolean;
}

/** What was asked of the end of one key. */
export class Deadlines {
  readonly #key: string;
  readonly #asks: readonly StandingAsk[];
  readonly #touches: readonly HistoryRecord[];
  readonly #tolerance: number;

  constructor(
    key: string,
    history: readonly HistoryRecord[],
    { tolerance, contested }: DeadlineRules,
  ) {
    this.#key = key;
    this.#tolerance = tolerance;
    const asks = history.flatMap((record) => askOf(record, key) ?? []);
    this.#asks = asks.map((ask) => ({ ...ask, until: replacedAt(ask, asks, contested) }));
    this.#touches = history.filter((record) => mayCreate(record, key));
  }

  /** Whether the key may have run out at a moment between two times. */
  mayHaveEnded(from: number, to: number): boolean {
    return this.#standing(from, to).some(({ earliest }) => earliest <= to + this.#tolerance);
  }

  /** Whether the key may have run out at any time until then, and have begun anew. */
  mayHaveRestarted(at: number): boolean {
    return this.#asks.some(({ earliest }) => earliest <= at + this.#tolerance);
  }

  /** Finds a key that ends later than anybody asked for. */
  check({ keys }: FinalState): Violation[] {
    const state = keys.get(this.#key);
    if (state === undefined || state.type === 'none') return [];
    const standing = this.#standing(NEVER, NEVER);
    const asked = standing.some(({ latest }) => latest !== NEVER);
    const records = standing.map(({ record }) => record);
    const violation = (message: string): Violation[] => [
      { key: this.#key, rule: 'deadline', message, records },
    ];
    if (state.deadline === null) {
      const unbounded = standing.length === 0 || standing.some(({ latest }) => latest === NEVER);
      return unbounded || this.#mayBeginWithout()
        ? []
        : violation('it never ends, though an end was asked for');
    }
    if (!asked) return violation('it has an end that nobody asked for');
    const limit = Math.max(...standing.map(({ latest }) => (latest === NEVER ? 0 : latest)));
    const excess = Math.round(state.deadline - limit);
    return excess <= this.#tolerance
      ? []
      : violation(`it ends ${excess} ms after the latest end asked for`);
  }

  /** The asks that may hold at a moment between two times: no certain one came after them and before that. */
  #standing(from: number, to: number): Ask[] {
    return this.#asks.filter(
      ({ record, until }) => record.start <= to && (until > from || until === NEVER),
    );
  }

  /** Whether a command that sets no TTL may have found the key run out, and made a new one. */
  #mayBeginWithout(): boolean {
    return this.#touches.some(({ start, end }) => this.mayHaveEnded(start, end));
  }
}

function replacedAt({ record }: Ask, asks: readonly Ask[], contested: boolean): number {
  let at = NEVER;
  for (const { certain, record: later } of asks) {
    if (!certain || later.start <= record.end || later.end >= at) continue;
    if (!contested || later.process === record.process) at = later.end;
  }
  return at;
}

function askOf(record: HistoryRecord, key: string): Ask | undefined {
  const { command, outcome, reply, start, end } = record;
  if (outcome === 'failed') return undefined;
  const done = outcome === 'done';
  const relative = (ms: number): Ask => ({
    record,
    earliest: start + ms,
    latest: end + ms,
    certain: done,
  });
  const none = (certain: boolean): Ask => ({ record, earliest: NEVER, latest: NEVER, certain });
  switch (command.name) {
    case 'set':
      if (command.key !== key || command.keepTtl || (done && !wasSet(command, reply)))
        return undefined;
      if (command.deadline !== undefined) return relative(command.deadline - (start + end) / 2);
      return command.ttl === undefined ? none(done) : relative(command.ttl);
    case 'mset':
      return command.pairs.some((name, i) => i % 2 === 0 && name === key) ? none(done) : undefined;
    case 'pexpire':
      if (command.key !== key || (done && reply !== 1)) return undefined;
      return command.ms > 0 ? relative(command.ms) : none(done);
    case 'persist':
      return command.key === key && (!done || reply === 1) ? none(done) : undefined;
    case 'del':
      return command.keys.includes(key) ? none(done) : undefined;
    case 'flushall':
      return none(done);
    case 'hdel':
      // It may have removed the last field, and the key with it.
      return command.key === key ? none(false) : undefined;
    default:
      return undefined;
  }
}

function mayCreate({ command, outcome }: HistoryRecord, key: string): boolean {
  if (outcome === 'failed') return false;
  const { name } = command;
  return (name === 'incrby' || name === 'hset' || name === 'hincrby') && command.key === key;
}
