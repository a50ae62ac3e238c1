import type { KeyState } from '@cachefb/core';
import { type KeyReply, toKeyState } from './key-reply.js';
import type { Link } from './link.js';
import { runScript } from './run-script.js';
import { READ_KEYS } from './scripts/read-keys.js';
import type { ServerClock } from './server-clock.js';

/** Keys in one script at most: other clients wait meanwhile. */
const BATCH = 100;

/** The states of keys, in the order asked. */
export async function readKeys(
  link: Link,
  keys: readonly string[],
  keyPrefix: string,
  clock: ServerClock,
): Promise<KeyState[]> {
  const batches: Promise<unknown>[] = [];
  for (let i = 0; i < keys.length; i += BATCH) {
    const names = keys.slice(i, i + BATCH).map((key) => keyPrefix + key);
    batches.push(runScript(link, READ_KEYS, names, []));
  }
  const replies = (await Promise.all(batches)) as KeyReply[][];
  return replies.flat().map((reply) => toKeyState(reply, clock));
}
