/** Characters of a key. */
const LENGTH = 16;

/** Keys of 16 characters, numbered from `first` on; each is in one piece and was never used, like one from a socket. */
export function keyNames(count: number, first: number): string[] {
  const bytes = Buffer.allocUnsafe(LENGTH * count);
  for (let i = 0; i < count; i++) {
    bytes.write(`user:${String(first + i).padStart(LENGTH - 5, '0')}`, LENGTH * i, 'latin1');
  }
  return Array.from({ length: count }, (_, i) =>
    bytes.toString('latin1', LENGTH * i, LENGTH * (i + 1)),
  );
}

/** Hands out slices of keys that a cache is to take in. */
export interface KeySource {
  /** The next slice. */
  next(): readonly string[];
}

/** Keys that never were before: strings whose hash nobody has computed. */
export function newKeys(slice: number): KeySource {
  let first = 1_000_000;
  return {
    next() {
      first += slice;
      return keyNames(slice, first);
    },
  };
}

/**
 * The same strings over and over, each of them only when `size` others have come after it: a cache of that many entries
 * holds it no more, but the engine has computed its hash before.
 */
export function keysSeenBefore(slice: number, size: number): KeySource {
  const first = 1_000_000;
  const slices = Array.from({ length: Math.ceil((3 * size + slice) / slice) }, (_, i) =>
    keyNames(slice, first + i * slice),
  );
  let next = 0;
  return { next: () => slices[next++ % slices.length]! };
}

/** The same slice at each turn. */
export function sameKeys(slice: readonly string[]): KeySource {
  return { next: () => slice };
}
