import type { RedisTarget } from '../cli/redis-target.js';
import { Refusal } from '../cli/refusal.js';
import { openConnection } from './open-connection.js';

/**
 * Removes every key under the prefix, and what the cache noted about them under names of its own. A {@link Refusal} says so if that is
 * not possible.
 */
export async function removeKeys(target: RedisTarget, prefix: string): Promise<void> {
  try {
    const connection = await openConnection(target);
    let cursor = '0';
    do {
      const reply = await connection.call('SCAN', cursor, 'MATCH', `*${prefix}*`, 'COUNT', 1000);
      const [next, keys] = reply as [string, string[]];
      if (keys.length > 0) await connection.call('DEL', ...keys);
      cursor = next;
    } while (cursor !== '0');
    connection.close();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Refusal(`The keys ${prefix}* could not be removed: ${why}.`);
  }
}
