import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KeyIndex } from '../src/index/key-index.js';

/** Keeps a `Map` beside an index, and slots as the cache hands them out: those that are free are used again. */
class Pair {
  readonly keys: string[] = [];
  readonly index: KeyIndex;
  readonly map = new Map<string, number>();
  readonly #free: number[] = [];

  constructor(capacity = 1) {
    this.index = new KeyIndex(this.keys, capacity);
  }

  toggle(key: string): void {
    const slot = this.index.find(key);
    expect(slot).toBe(this.map.get(key) ?? -1);
    if (slot === -1) {
      const taken = this.#free.pop() ?? this.keys.length;
      this.keys[taken] = key;
      this.index.add(key, taken);
      this.map.set(key, taken);
    } else {
      this.index.remove(slot);
      this.keys[slot] = '';
      this.map.delete(key);
      this.#free.push(slot);
    }
  }

  check(): void {
    expect(this.index.size).toBe(this.map.size);
    for (const [key, slot] of this.map) expect(this.index.find(key)).toBe(slot);
  }
}

const ENDINGS = {
  'the same last characters': (n: number) => `${n}:${'profile'.repeat(9)}`,
  'different last characters': (n: number) => `user:${n}`,
  'nothing in front of the number': (n: number) => String(n),
  'two-byte characters': (n: number) => `사용자:${String.fromCharCode(0xac00 + (n % 11_000))}${n}`,
};

describe('KeyIndex', () => {
  it.each(Object.entries(ENDINGS))('finds what a Map finds, for keys with %s', (_, name) => {
    const pair = new Pair();
    for (let n = 0; n < 3000; n++) pair.toggle(name(n));
    pair.check();
    for (let n = 0; n < 9000; n++) pair.toggle(name((n * 7919) % 3500));
    pair.check();
    for (const key of [...pair.map.keys()]) pair.toggle(key);
    expect(pair.index.size).toBe(0);
    pair.toggle('again');
    pair.check();
  });

  it('finds what a Map finds, whatever comes and goes in whatever order', () => {
    const key = fc.oneof(
      fc.nat(300).map((n) => `${n}:same-ending`),
      fc.nat(300).map((n) => `key:${n}`),
      fc.string({ maxLength: 5 }),
    );
    fc.assert(
      fc.property(fc.array(key, { maxLength: 800 }), (keys) => {
        const pair = new Pair();
        for (const one of keys) pair.toggle(one);
        pair.check();
      }),
    );
  });

  it('forgets everything when it is cleared, and goes on', () => {
    const pair = new Pair();
    for (let n = 0; n < 500; n++) pair.toggle(`${n}:same-ending`);
    pair.index.clear();
    pair.map.clear();
    expect(pair.index.find('7:same-ending')).toBe(-1);
    for (let n = 0; n < 500; n++) {
      pair.keys[n] = `${n}:other`;
      pair.index.add(`${n}:other`, n);
      pair.map.set(`${n}:other`, n);
    }
    pair.check();
  });

  it('looks at more of the keys when they end alike, instead of trying them all', () => {
    const looks = (name: (n: number) => string) => {
      const pair = new Pair();
      for (let n = 0; n < 4000; n++) pair.toggle(name(n));
      return pair.index.looks;
    };
    expect(looks((n) => `key:${String(n).padStart(4, '0')}`)).toBe(4);
    expect(looks((n) => `${n}:${'x'.repeat(40)}`)).toBe(64);
  });
});
