/** What everything is set with, milliseconds: longer than a run. */
export const TTL = 600_000;

/** A cache over Redis, asked for what all of them have. */
export interface Rival {
  /** The value at a key; nothing, in whatever form, if there is none. */
  get(key: string): Promise<unknown>;
  set(key: string, value: string, ttl: number): Promise<unknown>;
  del(key: string): Promise<unknown>;
  /**
   * Adds one to a counter. Where a library has no increments, what its users do instead: read, add, write. A counter
   * has one caller, so that nothing is lost by that alone.
   */
  count(key: string): Promise<unknown>;
  /** Increments of which it says itself that they may be missing, of a library that says so. */
  ambiguous?(): number;
  close(): Promise<unknown>;
}

/** A library in one configuration. */
export interface Contestant {
  readonly name: string;
  /** The configuration, in a few words. */
  readonly about: string;
  /** The packages it is made of whose versions are reported. */
  readonly packages: readonly string[];
  /** What Redis calls a key. */
  stored(key: string): string;
  /** The value that is in what Redis holds. */
  valueOf(raw: string): string | undefined;
  /** A cache over the Redis at a loopback port, ready for use, or as ready as it gets. */
  open(port: number): Promise<Rival>;
}

/** Keys and values are in Redis as they were given. */
export const AS_GIVEN: Pick<Contestant, 'stored' | 'valueOf'> = {
  stored: (key) => key,
  valueOf: (raw) => raw,
};

/** Values are in Redis as JSON with a field `value`. */
export function valueInJson(raw: string): string | undefined {
  return (JSON.parse(raw) as { value?: string }).value;
}

/** What users of a library without increments do. */
export async function readAddWrite(
  { get, set }: Pick<Rival, 'get' | 'set'>,
  key: string,
): Promise<void> {
  const count = Number((await get(key)) ?? 0);
  await set(key, String(count + 1), TTL);
}
