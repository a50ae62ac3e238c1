import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hashKey } from '../src/index/key-hash.js';
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
    const hash = this.index.hash(key);
    const slot = this.index.find(key, hash);
    expect(slot).toBe(this.map.get(key) ?? -1);
    if (slot === -1) {
      const taken = this.#free.pop() ?? this.keys.length;
      this.keys[taken] = key;
      this.index.add(taken, hash);
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
    for (const [key, slot] of this.map) expect(this.find(key)).toBe(slot);
  }

  find(key: string): number {
    return this.index.find(key, this.index.hash(key));
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
    expect(pair.find('7:same-ending')).toBe(-1);
    for (let n = 0; n < 500; n++) {
      pair.keys[n] = `${n}:other`;
      pair.index.add(n, pair.index.hash(`${n}:other`));
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
    expect(looks((n) => `${n}:profile`)).toBe(16);
    expect(looks((n) => `${n}:${'x'.repeat(40)}`)).toBe(64);
    expect(looks((n) => `${n}:${'x'.repeat(100)}`)).toBeGreaterThan(100);
  });

  it('finds keys that were made to collide without trying them all', () => {
    let reads = 0;
    const keys = new Proxy([] as string[], {
      get: (target, name) => {
        reads++;
        return Reflect.get(target, name) as string;
      },
    });
    const index = new KeyIndex(keys, 1);
    const flood = collidingKeys(1000);
    for (const looks of [4, 16, 64]) {
      expect(new Set(flood.map((key) => hashKey(key, looks))).size).toBe(1);
    }
    for (const [slot, key] of flood.entries()) {
      const hash = index.hash(key);
      expect(index.find(key, hash)).toBe(-1);
      keys[slot] = key;
      index.add(slot, hash);
    }
    reads = 0;
    for (const [slot, key] of flood.entries()) expect(index.find(key, index.hash(key))).toBe(slot);
    expect(reads).toBeLessThan(2 * flood.length);
  });
});

/** Keys for which all hashes without a secret are the same, found by computing backwards: an attacker at his best. */
function collidingKeys(count: number): string[] {
  const prime = 0x01000193;
  let inverse = 1;
  for (let i = 0; i < 5; i++) inverse = Math.imul(inverse, 2 - Math.imul(prime, inverse));
  const end = 'same';
  const start = hashKey('', 4) ^ (4 + end.length);
  const aim = 0x1234567;
  const keys: string[] = [];
  for (let n = 1; keys.length < count; n++) {
    const [a, b] = [n & 0xff, n >>> 8];
    const before = Math.imul(Math.imul(start ^ a, prime) ^ b, prime);
    for (let d = 0; d < 0x10000; d++) {
      const wanted = Math.imul(Math.imul(aim, inverse) ^ d, inverse);
      if (wanted >>> 16 !== before >>> 16) continue;
      keys.push(String.fromCharCode(a, b, (wanted ^ before) & 0xffff, d) + end);
      break;
    }
  }
  return keys;
}
