import type { RawRedis } from '@cachefb/testkit';

/** Somebody who can tell what is really kept: a connection of one's own, or a cache. */
export interface Evidence {
  get(key: string): Promise<string | null>;
  /** Milliseconds; `-1` without a TTL, `-2` without the key. */
  pttl(key: string): Promise<number>;
  hgetall(key: string): Promise<Record<string, string>>;
}

/** What Redis itself says, over a connection that has nothing to do with the shop's. */
export function evidenceOf(connection: RawRedis): Evidence {
  return {
    get: async (key) => {
      const reply = await connection.call('GET', key);
      return reply === null ? null : String(reply);
    },
    pttl: async (key) => Number(await connection.call('PTTL', key)),
    hgetall: async (key) => {
      const flat = (await connection.call('HGETALL', key)) as string[];
      const pairs = flat.flatMap((name, index) =>
        index % 2 === 0 ? [[name, flat[index + 1]]] : [],
      );
      return Object.fromEntries(pairs);
    },
  };
}
