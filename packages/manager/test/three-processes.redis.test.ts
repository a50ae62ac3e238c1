import { RedisServer, sleep, waitFor } from '@cachefb/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CacheManagerConfig } from '../src/index.js';
import { Node } from './support/cut-off.js';

let server: RedisServer;
let nodes: readonly [a: Node, b: Node, c: Node];

async function begin(config?: CacheManagerConfig): Promise<void> {
  nodes = [
    await Node.start(server, config),
    await Node.start(server, config),
    await Node.start(server, config),
  ];
}

beforeEach(async () => {
  server = await RedisServer.start({ persistence: true });
});

afterEach(async () => {
  await Promise.all(nodes.map((node) => node.close()));
  await server.close();
});

const redis = (...args: string[]) => server.call(...args);

/** Nobody holds anything back any more. */
async function isCalm(): Promise<void> {
  await waitFor(
    () =>
      nodes.every(
        ({ cache }) => cache.getCurrentProvider() === 'redis' && cache.getSyncStats().pending === 0,
      ),
    { timeout: 20_000, message: 'everything is brought back' },
  );
}

describe('three processes whose outages differ in length and overlap', () => {
  it('count together, keep their own fields, and end with the latest write', async () => {
    await begin();
    const [a, b, c] = nodes;
    await a.cache.set('c:page', 'before');
    await a.cache.set('c:gone', 'before');
    let goesOn = true;
    const sent = [0, 0, 0];
    const counting = nodes.map(async ({ cache }, index) => {
      while (goesOn) {
        await cache.incr('c:count');
        await cache.incr('hits');
        await cache.hincrby('c:cart', 'sum', 2);
        sent[index] = (sent[index] ?? 0) + 1;
        await cache.hset('c:cart', `of ${index}`, String(sent[index]));
        await sleep(2);
      }
    });
    await sleep(100);
    // a is away from here to the end, b from the middle on and back first, c not at all.
    await a.cutOff();
    await a.cache.set('c:page', 'of a');
    await a.cache.del('c:gone');
    await sleep(100);
    await b.cutOff();
    await sleep(100);
    await b.cache.set('c:page', 'of b, the latest');
    await b.letBack();
    await sleep(200);
    await a.letBack();
    await sleep(100);
    goesOn = false;
    await Promise.all(counting);
    await isCalm();

    const ambiguous = nodes.reduce((sum, { cache }) => sum + cache.getSyncStats().ambiguous, 0);
    const all = sent.reduce((sum, count) => sum + count, 0);
    for (const found of [await redis('GET', 'c:count'), await redis('GET', 'hits')]) {
      expect(Number(found)).toBeLessThanOrEqual(all);
      expect(Number(found)).toBeGreaterThanOrEqual(all - ambiguous);
    }
    const cart = await c.cache.hgetall('c:cart');
    expect(Number(cart.sum)).toBeLessThanOrEqual(2 * all);
    expect(Number(cart.sum)).toBeGreaterThanOrEqual(2 * (all - ambiguous));
    for (const [index, count] of sent.entries()) expect(cart[`of ${index}`]).toBe(String(count));
    expect(await redis('GET', 'c:page')).toBe('of b, the latest');
    expect(await redis('EXISTS', 'c:gone')).toBe(0);
    for (const { cache } of nodes) {
      expect(await cache.get('c:page')).toBe('of b, the latest');
      expect(await cache.get('c:gone')).toBeNull();
    }
    expect(Math.min(...sent)).toBeGreaterThan(10);
  }, 60_000);

  it('end with the latest write though the process that made it comes back first or last', async () => {
    await begin();
    const [a, b] = nodes;
    for (const [key, last] of [
      ['c:first', a],
      ['c:last', b],
    ] as const) {
      const other = last === a ? b : a;
      await Promise.all([a.cutOff(), b.cutOff()]);
      await other.cache.set(key, 'earlier');
      await sleep(20);
      await last.cache.set(key, 'later');
      await a.letBack();
      await b.letBack();
      await isCalm();
      expect(await redis('GET', key)).toBe('later');
    }
  }, 60_000);

  it('leave alone what somebody wrote who could still reach Redis', async () => {
    for (const onConflict of ['remote', 'last-write'] as const) {
      await begin({
        keyPolicies: [{ match: 'c:*', mirror: true, onRecovery: 'sync', onConflict }],
      });
      const [a, b, c] = nodes;
      await a.cache.set('c:k', 'base');
      await b.cache.get('c:k');
      await sleep(50);
      await Promise.all([a.cutOff(), b.cutOff()]);
      await a.cache.set('c:k', 'of a');
      await b.cache.set('c:k', 'of b');
      await c.cache.set('c:k', 'newer, of c');
      await b.letBack();
      await a.letBack();
      await isCalm();
      expect(await redis('GET', 'c:k'), onConflict).toBe('newer, of c');
      for (const { cache } of nodes) expect(await cache.get('c:k')).toBe('newer, of c');
      if (onConflict === 'remote') await Promise.all(nodes.map((node) => node.close()));
    }
  }, 60_000);

  it('do not serve a session in an outage that another one deleted just before', async () => {
    await begin();
    const [a, b, c] = nodes;
    await a.cache.set('c:session', 'ada', 60_000);
    for (const { cache } of nodes) expect(await cache.get('c:session')).toBe('ada');
    await sleep(50);
    expect(await c.cache.del('c:session')).toBe(1);
    await sleep(50);
    await Promise.all([a.cutOff(), b.cutOff()]);
    expect(await a.cache.get('c:session')).toBeNull();
    expect(await b.cache.get('c:session')).toBeNull();
    await a.letBack();
    await b.letBack();
    await isCalm();
    expect(await redis('EXISTS', 'c:session')).toBe(0);
  }, 60_000);
});
