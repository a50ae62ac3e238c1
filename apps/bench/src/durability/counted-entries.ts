import type { CriticalStore, StoreChange } from '@cachefb/core';

/** What is wrong with what was found after a crash. */
export interface FoundCounts {
  /** How far each writer came. */
  readonly counts: ReadonlyMap<number, number>;
  /** Entries that no complete transaction leaves behind. */
  readonly torn: readonly string[];
}

/**
 * One step of a writer, as one transaction: its count goes up, the entry of this count comes, and that of the count
 * before goes. Whatever is there afterwards, exactly one entry must be, and the count must be its.
 */
export function changesTo(writer: number, count: number): StoreChange[] {
  const text = Buffer.from(String(count));
  return [
    { key: `count:${writer}`, value: text },
    { key: `entry:${writer}:${count}`, value: Buffer.alloc(20 + (count % 400), text) },
    { key: `entry:${writer}:${count - 1}`, value: null },
  ];
}

/** Reads what the writers left. */
export async function readCounts(store: CriticalStore): Promise<FoundCounts> {
  const counts = new Map<number, number>();
  const entries: string[] = [];
  for await (const { key, value } of store.load()) {
    const [kind, writer = '', count = ''] = key.split(':');
    if (kind === 'count') counts.set(Number(writer), Number(Buffer.from(value)));
    else entries.push(`${writer}:${count}:${isWhole(value, count) ? 'whole' : 'torn'}`);
  }
  const expected = [...counts].map(([writer, count]) => `${writer}:${count}:whole`);
  const torn = [...difference(entries, expected), ...difference(expected, entries)];
  return { counts, torn };
}

function isWhole(value: Uint8Array, count: string): boolean {
  return Buffer.alloc(20 + (Number(count) % 400), count).equals(value);
}

function difference(some: readonly string[], others: readonly string[]): string[] {
  const known = new Set(others);
  return some.filter((one) => !known.has(one));
}
