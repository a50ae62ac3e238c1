import { escapeGlob, visibleKeys } from './commands.js';
import type { Link } from './link.js';

/** Keys that the server looks at for one reply, about. */
const COUNT = '500';

/** Walks the keys that match a pattern, each once, ours left out. */
export async function* scanKeys(
  link: () => Link,
  pattern: string,
  keyPrefix: string,
): AsyncIterableIterator<string> {
  const match = escapeGlob(keyPrefix) + pattern;
  const seen = new Set<string>();
  let cursor = '0';
  do {
    const reply = await link().send('SCAN', [cursor, 'MATCH', match, 'COUNT', COUNT]);
    const [next, keys] = reply as [string, string[]];
    for (const key of visibleKeys(keys, keyPrefix)) {
      if (seen.has(key)) continue;
      seen.add(key);
      yield key;
    }
    cursor = next;
  } while (cursor !== '0');
}
