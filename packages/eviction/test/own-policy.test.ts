import type { EvictionPolicy } from '@cachefb/core';
import { policySuite } from '@cachefb/testkit';
import { describe, it } from 'vitest';

/** As in the README. */
class RandomPolicy implements EvictionPolicy {
  readonly name = 'random';
  readonly #slots: number[] = [];
  readonly #places = new Map<number, number>();

  added(slot: number) {
    this.#places.set(slot, this.#slots.push(slot) - 1);
  }
  accessed() {}
  removed(slot: number) {
    const place = this.#places.get(slot)!;
    const last = this.#slots.pop()!;
    this.#places.delete(slot);
    if (last === slot) return;
    this.#slots[place] = last;
    this.#places.set(last, place);
  }
  evict() {
    const slot = this.#slots[Math.floor(Math.random() * this.#slots.length)] ?? -1;
    if (slot !== -1) this.removed(slot);
    return slot;
  }
  clear() {
    this.#slots.length = 0;
    this.#places.clear();
  }
}

policySuite({ describe, it }, 'of a user', () => new RandomPolicy());
