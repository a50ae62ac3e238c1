import type { EvictionPolicy } from '@cachefb/core';

/** Evicts nothing: the cache grows until entries are deleted or expire. No bookkeeping at all. */
export class NonePolicy implements EvictionPolicy {
  readonly name = 'none';
  readonly evicts = false;

  added(): void {}

  accessed(): void {}

  removed(): void {}

  evict(): number {
    return -1;
  }

  clear(): void {}
}
