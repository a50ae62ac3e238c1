import { type ByteSink, damaged } from '@cachefb/core';
import type { Barrier } from '@cachefb/sync';

/** What names that are no key begin with, and keys that do so, too. */
const SPECIAL = '\0';
const KEY = '\0k';

/** The name of the flush that has to reach Redis first. */
export const BARRIER_NAME = '\0flush';
/** The name of the list of processes whose records may have been sent. */
export const SENDERS_NAME = '\0senders';

/** The name under which a key is stored: itself, but for few. */
export function nameOf(key: string): string {
  return key.startsWith(SPECIAL) ? KEY + key : key;
}

/** The key that is stored under a name; `undefined` if it is none. */
export function keyNamed(name: string): string | undefined {
  if (!name.startsWith(SPECIAL)) return name;
  return name.startsWith(KEY) ? name.slice(KEY.length) : undefined;
}

/** Writes a flush; `shift` as of the entries of keys. */
export function writeBarrier(to: ByteSink, { id, at }: Barrier, shift: number): void {
  to.rest(JSON.stringify({ id, at: at + shift }));
}

/** @throws CacheError with code `DAMAGED`. */
export function decodeBarrier(bytes: Uint8Array, shift: number): Barrier {
  const { id, at } = decode(bytes) as Partial<Barrier>;
  if (typeof id !== 'string' || typeof at !== 'number') throw damaged();
  return { id, at: at - shift };
}

/** Writes a list of processes. */
export function writeSenders(to: ByteSink, senders: ReadonlySet<string>): void {
  to.rest(JSON.stringify([...senders]));
}

/** @throws CacheError with code `DAMAGED`. */
export function decodeSenders(bytes: Uint8Array): string[] {
  const senders = decode(bytes);
  if (Array.isArray(senders) && senders.every((one) => typeof one === 'string')) return senders;
  throw damaged();
}

function decode(bytes: Uint8Array): object {
  try {
    const value: unknown = JSON.parse(Buffer.from(bytes).toString());
    if (typeof value === 'object' && value !== null) return value;
  } catch {
    // As below.
  }
  throw damaged();
}
