import { compileGlob, type KeyState } from '@cachefb/core';
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

/** What is to be known of some keys now, as the cache itself sees it. */
export async function lookAt(
  cache: CacheManager,
  keys: Keys,
  mode: Mode,
  watched: readonly WatchedKey[],
): Promise<KeyRow[]> {
  const states = await cache.read(watched.map(({ key }) => key));
  const planned = new Map(cache.planSync().map(({ key, action }) => [key, action]));
  const critical = keys.critical.map(compileGlob);
  return watched.map(({ key, what }, index) => {
    const state = states[index] ?? { type: 'none' };
    const action = planned.get(key);
    return {
      key: key.slice(keys.prefix.length),
      what,
      policy: critical.some((matches) => matches(key)) ? 'mirror, sync' : 'invalidate',
      source: sourceOf(state, mode, action !== undefined),
      value: preview(state),
      deadline: 'deadline' in state && state.deadline !== null ? Math.round(state.deadline) : null,
      waits: action === undefined ? null : WAITS[action],
    };
  });
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
