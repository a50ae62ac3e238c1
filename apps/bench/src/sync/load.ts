/** Keys that change in an outage. */
export const KEYS = 100_000;
/** Their deadlines, milliseconds from when they are written. */
export const TTL = 3_600_000;
/** The prefix that makes a key critical. */
export const CRITICAL_PREFIX = 'session:';

const VALUE_LENGTH = 90;
/** Writes that wait for their answers at once. */
const ABREAST = 1000;

/** The names of all keys. */
export function keyNames(prefix: string): string[] {
  return Array.from({ length: KEYS }, (_, i) => `${prefix}${String(i).padStart(8, '0')}`);
}

/** A value of 90 bytes, another one for each key and version. */
export function textOf(index: number, version: string): string {
  return `${version}:${index}:`.padEnd(VALUE_LENGTH, 'x');
}

/** Writes all keys, many abreast. */
export async function writeAll(
  keys: readonly string[],
  version: string,
  write: (key: string, value: string) => Promise<unknown>,
): Promise<void> {
  for (let start = 0; start < keys.length; start += ABREAST) {
    const slice = keys.slice(start, start + ABREAST);
    await Promise.all(slice.map((key, i) => write(key, textOf(start + i, version))));
  }
}
