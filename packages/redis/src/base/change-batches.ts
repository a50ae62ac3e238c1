import type { Change } from '@cachefb/core';
import { isFrom, originOf } from './internal-keys.js';

/** Changes in one script at most: other clients wait meanwhile. */
const MOST = 100;
/** Characters of values in one script, about. */
const SIZE = 256 * 1024;

/**
 * Changes that can be made by one script: few and small enough, of different keys, and with their marks in one place. A
 * flush goes by itself.
 */
export function* batchesOf(changes: readonly Change[]): Generator<readonly Change[]> {
  let start = 0;
  let size = 0;
  let origin = '';
  let flush = false;
  const ids = new Set<string>();
  const keys = new Set<string>();
  for (let i = 0; i < changes.length; i++) {
    const change = changes[i] as Change;
    const { id, key, effect } = change;
    const full = i - start === MOST || size >= SIZE;
    const alone = flush || effect.kind === 'flush';
    if (i > start && (full || alone || !isFrom(origin, id) || ids.has(id) || keys.has(key))) {
      yield changes.slice(start, i);
      start = i;
      size = 0;
      ids.clear();
      keys.clear();
    }
    if (i === start) origin = originOf(id);
    flush = effect.kind === 'flush';
    ids.add(id);
    keys.add(key);
    size += sizeOf(change);
  }
  if (start < changes.length) yield changes.slice(start);
}

function sizeOf({ effect, expect }: Change): number {
  let size = 0;
  for (const value of expect?.value ?? []) size += value?.length ?? 0;
  if (effect.kind === 'put') return size + effect.value.length;
  if (effect.kind === 'put-hash') return size + sizeOfPairs(effect.fields);
  return effect.kind === 'fields' ? size + sizeOfPairs(effect.set) : size;
}

function sizeOfPairs(pairs: ReadonlyMap<string, string>): number {
  let size = 0;
  for (const [name, value] of pairs) size += name.length + value.length;
  return size;
}
