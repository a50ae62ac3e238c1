import type { CriticalStore } from '@cachefb/core';

/** Everything that a store loads. */
export async function contentOf(store: CriticalStore): Promise<Map<string, Buffer>> {
  const found = new Map<string, Buffer>();
  for await (const { key, value } of store.load()) found.set(key, Buffer.from(value));
  return found;
}
