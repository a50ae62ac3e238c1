import { CacheUnavailableError, ReplyError } from '@cachefb/core';
import type { Link } from './link.js';

/** What a probe says of writing. */
export interface Writable {
  readonly writable: boolean;
  readonly error?: Error;
}

/** Really writes, to see whether that works. Rejects if the server does not answer at all. */
export async function probeWrites(link: Link, key: string): Promise<Writable> {
  try {
    await link.send('SET', [key, '', 'PX', '1000']);
    return { writable: true };
  } catch (error) {
    // A user who may not write this one key may well write others.
    if (error instanceof ReplyError) return { writable: true };
    if (error instanceof CacheUnavailableError && error.scope === 'writes') {
      return { writable: false, error };
    }
    throw error;
  }
}
