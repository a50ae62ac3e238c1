import type { CacheCommands } from '@cachefb/core';
import { Random } from './random.js';

/** What a {@link workload} touches. */
export interface WorkloadOptions {
  /** Goes before every key. @defaultValue `''` */
  readonly prefix?: string;
  /** How many keys there are of each kind. @defaultValue `8` */
  readonly keysPerKind?: number;
  /** The kinds of keys. @defaultValue all */
  readonly kinds?: readonly WorkloadKind[];
  /** Makes the values of this process its own, so that each can be told by whom it was written. @defaultValue the seed */
  readonly writer?: string;
  /** Fields that only this writer uses are named after it; the others are shared. @defaultValue `true` */
  readonly sharedFields?: boolean;
}

/**
 * What a key is used as: a counter, a register that is set and deleted, a session that is set with a TTL and prolonged,
 * a code that soon runs out, or a hash of fields and counts. A key is named after its kind: `counter:3`.
 */
export type WorkloadKind = 'counter' | 'register' | 'session' | 'code' | 'hash';

/** One command of a workload. */
export interface WorkloadStep {
  readonly kind: WorkloadKind;
  readonly key: string;
  /** Sends it. */
  run(cache: CacheCommands): Promise<unknown>;
}

const KINDS: readonly WorkloadKind[] = ['counter', 'register', 'session', 'code', 'hash'];
const FIELDS = 4;

/** The shortest and the longest life of a code, milliseconds. */
const CODE_TTL = [200, 2000] as const;

/** Long enough that none runs out while it is looked at, milliseconds. */
const SESSION_TTL = 600_000;

/**
 * An endless sequence of commands, the same for the same seed: counters that count, registers and sessions whose every
 * value is written once, hashes of fields and counts. What {@link checkHistory} can judge best.
 */
export function* workload(
  seed: number,
  options: WorkloadOptions = {},
): Generator<WorkloadStep, never> {
  const { prefix = '', keysPerKind = 8, kinds = KINDS, writer = String(seed) } = options;
  const random = new Random(seed);
  for (let i = 0; ; i++) {
    const kind = random.pick(kinds);
    const key = `${prefix}${kind}:${random.below(keysPerKind)}`;
    const draw = { random, key, value: `${writer}#${i}`, field: fieldOf(random, writer, options) };
    yield { kind, key, run: STEPS[kind](draw) };
  }
}

function fieldOf(random: Random, writer: string, { sharedFields = true }: WorkloadOptions): string {
  const number = random.below(FIELDS);
  return sharedFields ? `field:${number}` : `${writer}:${number}`;
}

interface Draw {
  readonly random: Random;
  readonly key: string;
  readonly value: string;
  readonly field: string;
}

type Run = WorkloadStep['run'];

const STEPS: Readonly<Record<WorkloadKind, (draw: Draw) => Run>> = {
  counter: ({ random, key }) => {
    const by = 1 + random.below(5);
    const read: Run = (cache) => cache.get(key);
    return random.pick<Run>([(cache) => cache.incr(key), (cache) => cache.incrby(key, by), read]);
  },
  register: ({ random, key, value }) => {
    const chance = random.next();
    if (chance < 0.4) return (cache) => cache.set(key, value);
    return chance < 0.5 ? (cache) => cache.del(key) : (cache) => cache.get(key);
  },
  session: ({ random, key, value }) => {
    const chance = random.next();
    const ttl = SESSION_TTL + random.below(SESSION_TTL);
    if (chance < 0.3) return (cache) => cache.set(key, value, ttl);
    if (chance < 0.4) return (cache) => cache.pexpire(key, ttl);
    return chance < 0.45 ? (cache) => cache.del(key) : (cache) => cache.get(key);
  },
  code: ({ random, key, value }) => {
    const ttl = CODE_TTL[0] + random.below(CODE_TTL[1] - CODE_TTL[0]);
    const chance = random.next();
    if (chance < 0.2) return (cache) => cache.set(key, value, ttl);
    return chance < 0.25 ? (cache) => cache.persist(key) : (cache) => cache.get(key);
  },
  hash: ({ random, key, value, field }) => {
    const chance = random.next();
    const by = 1 + random.below(3);
    if (chance < 0.3) return (cache) => cache.hset(key, field, value);
    if (chance < 0.4) return (cache) => cache.hdel(key, field);
    if (chance < 0.6) return (cache) => cache.hincrby(key, 'count', by);
    return (cache) => cache.hget(key, field);
  },
};
