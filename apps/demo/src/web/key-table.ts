import { ABSENT, compileGlob, type KeyState } from '@cachefb/core';
import type { CacheManager } from '@cachefb/manager';
import type { Keys } from '../shop/keys.js';
import type { KeyRow, Mode } from './protocol.js';

/** A key to look at. */
export interface WatchedKey {
  readonly key: string;
  readonly what: string;
}

type Waits = ReturnType<CacheManager['planSync']>[number]['action'];

const WAITS: Readonly<Record<Waits, string | null>> = {
  write: 'a write',
  increment: 'an increment',
  expire: 'a deadline',
  delete: 'a deletion',
  invalidate: 'an invalidation',
  none: null,
};
/** Characters of a value that are shown. */
const PREVIEW = 40;

/** With more records than that a plan is kept for a while: making one takes as long as there are records. */
const MANY = 5000;
/** Milliseconds. */
const PLAN_AGE = 5000;

/** Tells what is to be known of some keys now, as the cache itself sees it. */
export class KeyTable {
  readonly #cache: CacheManager;
  readonly #prefix: string;
  readonly #isCritical: (key: string) => boolean;
  #plan = new Map<string, Waits>();
  #plannedAt = Number.NEGATIVE_INFINITY;

  constructor(cache: CacheManager, { prefix, critical }: Keys) {
    const patterns = critical.map(compileGlob);
    this.#cache = cache;
    this.#prefix = prefix;
    this.#isCritical = (key) => patterns.some((matches) => matches(key));
  }

  async look(mode: Mode, watched: readonly WatchedKey[]): Promise<KeyRow[]> {
    const states = await this.#cache.read(watched.map(({ key }) => key));
    this.#makePlan();
    return watched.map(({ key, what }, index) => {
      const state = states[index] ?? ABSENT;
      const action = this.#plan.get(key);
      const deadline = state.type === 'none' ? null : state.deadline;
      return {
        key: key.slice(this.#prefix.length),
        what,
        policy: this.#isCritical(key) ? 'mirror, sync' : 'invalidate',
        source: sourceOf(state, mode, action !== undefined),
        value: preview(state),
        deadline: deadline === null ? null : Math.round(deadline),
        waits: action === undefined ? null : WAITS[action],
      };
    });
  }

  #makePlan(): void {
    const { pending } = this.#cache.getSyncStats();
    if (pending > MANY && performance.now() - this.#plannedAt < PLAN_AGE) return;
    this.#plan = new Map(this.#cache.planSync().map(({ key, action }) => [key, action]));
    this.#plannedAt = performance.now();
  }
}

/** While records are brought back, only keys that have one are answered from memory. */
function sourceOf(state: KeyState, mode: Mode, hasRecord: boolean): KeyRow['source'] {
  if (state.type === 'none') return 'nowhere';
  return mode === 'redis' || (mode === 'syncing' && !hasRecord) ? 'redis' : 'memory';
}

function preview(state: KeyState): string {
  if (state.type === 'none') return '';
  const text =
    state.type === 'string'
      ? state.value
      : state.type === 'hash'
        ? [...state.fields].map(([field, value]) => `${field}: ${value}`).join(', ')
        : state.name;
  return text.length > PREVIEW ? `${text.slice(0, PREVIEW - 1)}…` : text;
}
