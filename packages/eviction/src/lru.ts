import type { EvictionPolicy } from '@cachefb/core';
import { SlotLinks, SlotList } from './slot-list.js';

/** Evicts the entry that has not been read or written for longest. 8 bytes an entry. */
export class LruPolicy implements EvictionPolicy {
  readonly name = 'lru';
  readonly #links: SlotLinks;
  readonly #list: SlotList;

  /** @param capacity - how many entries are expected; more are welcome. */
  constructor(capacity = 0) {
    this.#links = new SlotLinks(1, capacity);
    this.#list = new SlotList(this.#links);
  }

  added(slot: number): void {
    this.#links.reserve(slot);
    this.#list.push(slot);
  }

  accessed(slot: number): void {
    this.#list.renew(slot);
  }

  removed(slot: number): void {
    this.#list.remove(slot);
  }

  evict(): number {
    return this.#list.shift();
  }

  clear(): void {
    this.#list.clear();
  }
}
