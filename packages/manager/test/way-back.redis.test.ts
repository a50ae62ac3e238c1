import { RedisServer, sleep, waitFor } from '@cachefb/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CacheManager, type CacheManagerConfig, type ManagerEvents } from '../src/index.js';
import { Node } from './support/cut-off.js';

let server: RedisServer;
let nodes: Node[];

beforeEach(async () => {
  server = await RedisServer.start({ persistence: true });
  nodes = [];
});

afterEach(async () => {
  await Promise.all(nodes.map((node) => node.close()));
  await server.close();
});

async function join(config?: CacheManagerConfig): Promise<Node> {
  const node = await Node.start(server, config);
  nodes.push(node);
  return node;
}

/** What somebody else sees in Redis, and does there. */
const redis = (...args: string[]) => server.call(...args);

/** Waits until a copy of the key is kept, and true. */
async function isMirrored(node: Node, key: string, value: string): Promise<void> {
  await waitFor(async () => {
    const found = await node.cache.get(key);
    return found === value && node.cache.getMemoryCacheMetrics().itemCount > 0;
  });
  await sleep(20);
}

describe('what a process knows', () => {
  it('takes no copy for a base that somebody else has changed before the outage', async () => {
    const a = await join();
    await a.cache.set('c:k', 'v0');
    await isMirrored(a, 'c:k', 'v0');
    await redis('SET', 'c:k', 'v5');
    await sleep(50);
    await a.cutOff();
    await a.cache.set('c:k', 'v6');
    await a.letBack();
    expect(await redis('GET', 'c:k')).toBe('v6');
    expect(a.cache.getSyncStats()).toMatchObject({ conflicts: 0, totalSynced: 1 });
  });

  it('does not serve a session that somebody else has deleted just before the outage', async () => {
    const a = await join();
    await a.cache.set('c:session', 'ada');
    await isMirrored(a, 'c:session', 'ada');
    await redis('DEL', 'c:session');
    await sleep(50);
    await a.cutOff();
    expect(await a.cache.get('c:session')).toBeNull();
  });

  it('serves its copies, though for a moment it was not told of changes', async () => {
    const a = await join();
    await a.cache.set('c:session', 'ada');
    await isMirrored(a, 'c:session', 'ada');
    await redis('CLIENT', 'KILL', 'TYPE', 'pubsub');
    await sleep(100);
    await a.cutOff();
    expect(await a.cache.get('c:session')).toBe('ada');
  });

  it('serves what somebody else has written just before, if it was in use here', async () => {
    const a = await join();
    await a.cache.set('c:session', 'old');
    await isMirrored(a, 'c:session', 'old');
    await redis('SET', 'c:session', 'new', 'PX', '60000');
    await sleep(100);
    await a.cutOff();
    expect(await a.cache.get('c:session')).toBe('new');
    expect(await a.cache.pttl('c:session')).toBeLessThanOrEqual(60_000);
  });

  it('keeps the copy of a hash of which it deletes a field, though the server has only just come up', async () => {
    const a = await join();
    await a.cache.hset('c:h', { one: '1', two: '2' });
    await waitFor(() => a.cache.getMemoryCacheMetrics().itemCount > 0);
    expect(await a.cache.hdel('c:h', 'one')).toBe(1);
    // Long enough for Redis to tell of it, if it took that for somebody else's doing.
    await sleep(50);
    expect(a.cache.getMemoryCacheMetrics().itemCount).toBe(1);
    await a.cutOff();
    expect(await a.cache.hgetall('c:h')).toEqual({ two: '2' });
  });

  it('counts what it may itself have written as its own', async () => {
    const a = await join();
    await a.cache.set('c:k', 'v0');
    await isMirrored(a, 'c:k', 'v0');
    a.proxy.blackHole({ requests: false });
    const unanswered = a.cache.set('c:k', 'v1');
    await waitFor(async () => (await redis('GET', 'c:k')) === 'v1');
    expect(await unanswered).toBe('OK');
    await a.isProvider('memory');
    await a.cache.set('c:k', 'v2');
    await a.letBack();
    expect(await redis('GET', 'c:k')).toBe('v2');
    expect(a.cache.getSyncStats().conflicts).toBe(0);
  });

  for (const prolong of ['persist', 'pexpire'] as const) {
    it(`counts as its own what a ${prolong} may have kept alive that memory had let end`, async () => {
      const a = await join();
      await a.cache.set('c:code', 'v1', 300);
      await isMirrored(a, 'c:code', 'v1');
      a.proxy.blackHole({ requests: false });
      const unanswered =
        prolong === 'persist' ? a.cache.persist('c:code') : a.cache.pexpire('c:code', 600_000);
      await waitFor(async () => Number(await redis('PTTL', 'c:code')) !== 0);
      // Its deadline is later than the copy's end.
      expect(await unanswered).toBe(0);
      expect(await redis('GET', 'c:code')).toBe('v1');
      await a.isProvider('memory');
      await a.cache.set('c:code', 'v2');
      await a.letBack();
      expect(await redis('GET', 'c:code')).toBe('v2');
      expect(a.cache.getSyncStats().conflicts).toBe(0);
    });
  }
});

describe('conflicts', () => {
  async function conflict(
    onConflict: NonNullable<CacheManagerConfig['keyPolicies']>[0]['onConflict'],
  ) {
    const a = await join(onConflict && { keyPolicies: [{ match: '*', onConflict }] });
    const conflicts: ManagerEvents['conflict'][] = [];
    a.cache.on('conflict', (payload) => conflicts.push(payload));
    await a.cache.set('c:k', 'base');
    await isMirrored(a, 'c:k', 'base');
    await a.cutOff();
    await a.cache.set('c:k', 'ours');
    await redis('SET', 'c:k', 'theirs');
    await a.letBack();
    expect(a.cache.getSyncStats()).toMatchObject({ conflicts: 1, pending: 0 });
    expect(conflicts).toHaveLength(1);
    const value = await redis('GET', 'c:k');
    expect(await a.cache.get('c:k')).toBe(value);
    return { value, resolution: conflicts[0]?.resolution };
  }

  it('leaves a newer write of somebody else alone, by default', async () => {
    expect(await conflict(undefined)).toEqual({ value: 'theirs', resolution: 'remote' });
  });

  it('writes ours, if so told', async () => {
    expect(await conflict('local')).toEqual({ value: 'ours', resolution: 'local' });
  });

  it('keeps theirs, if so told', async () => {
    expect(await conflict('remote')).toEqual({ value: 'theirs', resolution: 'remote' });
  });

  it('writes what a resolver makes of local, remote and base', async () => {
    const resolver = ({
      local,
      remote,
      base,
    }: {
      local: unknown;
      remote: unknown;
      base: unknown;
    }) => `${local}+${remote}-${base}`;
    expect(await conflict(resolver)).toEqual({ value: 'ours+theirs-base', resolution: 'merged' });
  });

  it('are found field by field', async () => {
    const a = await join();
    await a.cache.hset('c:h', { mine: '0', both: '0', theirs: '0' });
    await waitFor(() => a.cache.getMemoryCacheMetrics().itemCount === 1);
    await a.cutOff();
    await a.cache.hset('c:h', { mine: 'a', both: 'a' });
    await redis('HSET', 'c:h', 'both', 'b', 'theirs', 'b');
    await a.letBack();
    expect(await a.cache.hgetall('c:h')).toEqual({ mine: 'a', both: 'b', theirs: 'b' });
    expect(a.cache.getSyncStats().conflicts).toBe(1);
  });

  for (const first of ['a', 'b'] as const) {
    it(`let the latest of two outages win, whichever comes back first: ${first}`, async () => {
      const [a, b] = await Promise.all([join(), join()]);
      await a.cache.set('c:k', 'base');
      await isMirrored(a, 'c:k', 'base');
      await isMirrored(b, 'c:k', 'base');
      await Promise.all([a.cutOff(), b.cutOff()]);
      await a.cache.set('c:k', 'earlier');
      await sleep(30);
      await b.cache.set('c:k', 'later');
      const order = first === 'a' ? [a, b] : [b, a];
      for (const node of order) await node.letBack();
      expect(await redis('GET', 'c:k')).toBe('later');
    });
  }

  it('do not stop the others: a record that can never be applied is settled and counted', async () => {
    const errors: unknown[] = [];
    const ignore = () => {};
    const error = (...line: unknown[]) => errors.push(line);
    const a = await join({ logger: { debug: ignore, info: ignore, warn: ignore, error } });
    await a.cutOff();
    for (const key of ['c:list', 'c:list2', 'c:list3']) await a.cache.incr(key);
    await a.cache.set('c:fine', 'v');
    for (const key of ['c:list', 'c:list2', 'c:list3']) await redis('RPUSH', key, 'item');
    await a.letBack();
    expect(await redis('GET', 'c:fine')).toBe('v');
    expect(await redis('TYPE', 'c:list')).toBe('list');
    expect(a.cache.getSyncStats()).toMatchObject({ conflicts: 3, pending: 0 });
    const fields = { key: 'c:list', error: expect.stringContaining('WRONGTYPE') };
    expect(errors).toEqual([['Redis refuses for good what is to be brought back', fields]]);
  });

  it('count a flush that Redis does not permit', async () => {
    await redis('ACL', 'SETUSER', 'app', 'on', 'nopass', '~*', '&*', '+@all', '-flushall');
    const a = await join();
    const b = new CacheManager({
      redis: { host: '127.0.0.1', port: a.proxy.port, username: 'app', password: 'any' },
      criticalKeys: ['c:*'],
      failoverTimeout: 500,
      logger: { debug() {}, info() {}, warn() {}, error() {} },
    });
    try {
      await b.initialize();
      await redis('SET', 'c:k', 'v');
      await a.cutOff();
      await waitFor(() => b.getCurrentProvider() === 'memory');
      await b.flushall();
      await a.letBack();
      await waitFor(() => b.getCurrentProvider() === 'redis');
      expect(b.getSyncStats()).toMatchObject({ conflicts: 1, pending: 0 });
      expect(await redis('GET', 'c:k')).toBe('v');
    } finally {
      await b.disconnect();
    }
  });
});

describe('several processes', () => {
  it('add their counts up, fields and all', async () => {
    const [a, b] = await Promise.all([join(), join()]);
    await a.cache.set('c:n', 100);
    await a.cache.hset('c:h', 'n', 10);
    await Promise.all([a.cutOff(), b.cutOff()]);
    for (let i = 0; i < 50; i++) {
      await a.cache.incr('c:n');
      await b.cache.incrby('c:n', 2);
      await a.cache.hincrby('c:h', 'n', 1);
      await b.cache.hincrby('c:h', 'n', 3);
    }
    await redis('INCRBY', 'c:n', '1000');
    await a.letBack();
    await b.letBack();
    expect(await redis('GET', 'c:n')).toBe('1250');
    expect(await redis('HGET', 'c:h', 'n')).toBe('210');
  });

  it('keep disjoint fields of two writers', async () => {
    const [a, b] = await Promise.all([join(), join()]);
    await Promise.all([a.cutOff(), b.cutOff()]);
    await a.cache.hset('c:h', 'a', '1');
    await b.cache.hset('c:h', 'b', '2');
    await a.letBack();
    await b.letBack();
    expect(await a.cache.hgetall('c:h')).toEqual({ a: '1', b: '2' });
  });

  it('do not bring back what one of them deleted', async () => {
    const [a, b] = await Promise.all([join(), join()]);
    await a.cache.set('c:k', 'v');
    await isMirrored(a, 'c:k', 'v');
    await isMirrored(b, 'c:k', 'v');
    await Promise.all([a.cutOff(), b.cutOff()]);
    expect(await a.cache.del('c:k')).toBe(1);
    expect(await b.cache.get('c:k')).toBe('v');
    await a.letBack();
    await b.letBack();
    expect(await redis('EXISTS', 'c:k')).toBe(0);
    expect(await b.cache.get('c:k')).toBeNull();
  });

  it('do not bring back into an emptied server what one of them deleted meanwhile', async () => {
    const [a, b] = await Promise.all([join(), join()]);
    await a.cache.mset({ 'c:gone': 'v', 'c:kept': 'v' });
    for (const node of [a, b]) {
      await isMirrored(node, 'c:gone', 'v');
      await isMirrored(node, 'c:kept', 'v');
    }
    await Promise.all([a.proxy.refuse(), b.proxy.refuse()]);
    await Promise.all([a.isProvider('memory'), b.isProvider('memory')]);
    await b.cache.del('c:gone');
    await server.restart({ empty: true });
    await b.letBack();
    await a.letBack();
    expect(await redis('GET', 'c:kept')).toBe('v');
    expect(await redis('EXISTS', 'c:gone')).toBe(0);
  });

  it('give their copies to an empty server that takes the place of theirs at once', async () => {
    const a = await join();
    await a.cache.set('c:session', 'ada');
    await a.cache.incrby('c:count', 2);
    await isMirrored(a, 'c:session', 'ada');
    await isMirrored(a, 'c:count', '2');
    await using other = await RedisServer.start();
    a.proxy.redirect({ host: other.host, port: other.port });
    a.proxy.cut();
    const after = await Promise.all([a.cache.get('c:session'), a.cache.incr('c:count')]);
    expect(after).toEqual(['ada', 3]);
    await waitFor(async () => (await other.call('GET', 'c:session')) === 'ada');
    await waitFor(async () => (await other.call('GET', 'c:count')) === '3');
  });

  it('know a server for empty that takes the place of theirs while nobody asks', async () => {
    const a = await join();
    await a.cache.set('c:session', 'ada');
    await isMirrored(a, 'c:session', 'ada');
    await using other = await RedisServer.start();
    a.proxy.redirect({ host: other.host, port: other.port });
    a.proxy.cut();
    await waitFor(async () => (await other.call('GET', 'c:session')) === 'ada');
    expect(await a.cache.get('c:session')).toBe('ada');
  });

  it('do not bring back into an emptied server what a healthy one deletes there', async () => {
    const [a, b] = await Promise.all([join(), join()]);
    await a.cache.set('c:gone', 'v');
    await isMirrored(a, 'c:gone', 'v');
    await isMirrored(b, 'c:gone', 'v');
    await Promise.all([a.proxy.refuse(), b.proxy.refuse()]);
    await Promise.all([a.isProvider('memory'), b.isProvider('memory')]);
    await server.restart({ empty: true });
    await b.letBack();
    expect(await redis('GET', 'c:gone')).toBe('v');
    expect(await b.cache.del('c:gone')).toBe(1);
    await a.letBack();
    expect(await redis('EXISTS', 'c:gone')).toBe(0);
    expect(await a.cache.get('c:gone')).toBeNull();
  });
});

describe('time', () => {
  it('ends what was written during the outage, in Redis as well', async () => {
    const a = await join();
    await a.cache.set('c:k', 'old');
    await a.cutOff();
    await a.cache.set('c:k', 'new', 50);
    await waitFor(async () => (await a.cache.get('c:k')) === null);
    await a.letBack();
    expect(await redis('EXISTS', 'c:k')).toBe(0);
  });

  it('does not end what somebody else prolonged while the copy here ran out', async () => {
    const a = await join();
    await a.cache.set('c:k', 'v', 500);
    await isMirrored(a, 'c:k', 'v');
    await a.cutOff();
    await redis('PERSIST', 'c:k');
    await waitFor(async () => (await a.cache.get('c:k')) === null);
    await a.letBack();
    expect(await redis('GET', 'c:k')).toBe('v');
    expect(await a.cache.get('c:k')).toBe('v');
  });

  it('keeps a session that was prolonged here while Redis let it expire', async () => {
    const a = await join();
    await a.cache.hset('c:session', { user: 'ada', cart: '3' });
    await a.cache.pexpire('c:session', 700);
    await waitFor(() => a.cache.getMemoryCacheMetrics().itemCount === 1, { interval: 1 });
    await a.cutOff();
    expect(await a.cache.pexpire('c:session', 60_000)).toBe(1);
    await waitFor(async () => (await redis('EXISTS', 'c:session')) === 0);
    await a.letBack();
    expect(await a.cache.hgetall('c:session')).toEqual({ user: 'ada', cart: '3' });
    const ttl = Number(await redis('PTTL', 'c:session'));
    expect(ttl).toBeGreaterThan(50_000);
    expect(ttl).toBeLessThanOrEqual(60_000);
  });

  it('takes the earlier deadline if somebody else has set one, too', async () => {
    const a = await join();
    await a.cache.set('c:k', 'v', 100_000);
    await isMirrored(a, 'c:k', 'v');
    await a.cutOff();
    await a.cache.pexpire('c:k', 200_000);
    await redis('PEXPIRE', 'c:k', '30000');
    await a.letBack();
    expect(Number(await redis('PTTL', 'c:k'))).toBeLessThanOrEqual(30_000);
  });

  it('prolongs what nobody else has touched', async () => {
    const a = await join();
    await a.cache.set('c:k', 'v', 100_000);
    await isMirrored(a, 'c:k', 'v');
    await a.cutOff();
    await a.cache.pexpire('c:k', 200_000);
    await a.letBack();
    expect(Number(await redis('PTTL', 'c:k'))).toBeGreaterThan(190_000);
  });

  it('serves for maxOutageTTL only, and brings back all the same', async () => {
    const a = await join({ keyPolicies: [{ match: 'c:*', maxOutageTTL: 50 }] });
    await a.cutOff();
    await a.cache.set('c:k', 'v', 60_000);
    await waitFor(async () => (await a.cache.get('c:k')) === null);
    await a.letBack();
    expect(await redis('GET', 'c:k')).toBe('v');
    expect(Number(await redis('PTTL', 'c:k'))).toBeGreaterThan(50_000);
  });
});

describe('exactly once', () => {
  it('does not count twice what was applied before its reply was lost', async () => {
    const a = await join();
    await a.cutOff();
    for (let i = 0; i < 20; i++) await a.cache.incr('c:n');
    a.proxy.blackHole({ requests: false });
    await a.proxy.heal();
    // The first reply that the sync waits for is lost, together with the connection.
    await waitFor(
      async () => {
        if ((await redis('EXISTS', 'c:n')) === 0) return false;
        a.proxy.cut();
        return true;
      },
      { timeout: 15_000, interval: 1 },
    );
    await a.isProvider('redis');
    expect(await redis('GET', 'c:n')).toBe('20');
  });
});

describe('keys that are not critical', () => {
  it('are removed from Redis where they would reappear in an older form, and leave memory', async () => {
    const a = await join();
    await a.cache.set('page', 'old');
    await a.cache.hset('hash', { touched: 'old', other: 'old' });
    await a.cutOff();
    expect(await a.cache.get('page')).toBeNull();
    await a.cache.set('page', 'new');
    await a.cache.hset('hash', 'touched', 'new');
    await a.cache.incr('hits');
    await a.letBack();
    expect(await redis('GET', 'page')).toBeNull();
    expect(await redis('HGETALL', 'hash')).toEqual(['other', 'old']);
    expect(await redis('GET', 'hits')).toBe('1');
    expect(a.cache.getMemoryCacheMetrics().itemCount).toBe(0);
    expect(a.cache.getSyncStats()).toMatchObject({ invalidated: 2, totalSynced: 1 });
  });

  it('reject at once where the policy is to fail, before any part runs', async () => {
    const a = await join({ keyPolicies: [{ match: 'lock:*', onOutage: 'fail' }] });
    await a.cache.set('lock:1', 'v');
    await a.cutOff();
    const start = performance.now();
    await expect(a.cache.get('lock:1')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await expect(a.cache.mset({ free: '1', 'lock:2': '2' })).rejects.toThrow(/lock:2/);
    expect(await a.cache.get('free')).toBeNull();
    expect(performance.now() - start).toBeLessThan(400);
    await a.letBack();
    expect(await a.cache.get('lock:1')).toBe('v');
  });

  it('stay as they are where the policy is to ignore', async () => {
    const a = await join({ keyPolicies: [{ match: 'i:*', onRecovery: 'ignore' }] });
    await a.cache.set('i:k', 'old');
    await a.cutOff();
    await a.cache.set('i:k', 'new');
    await a.letBack();
    expect(await redis('GET', 'i:k')).toBe('old');
    expect(await a.cache.get('i:k')).toBe('old');
  });
});

describe('a flush during the outage', () => {
  it('comes first: what was there is gone, what came after follows', async () => {
    const a = await join();
    await a.cache.mset({ 'c:old': '1', page: '1' });
    await a.cutOff();
    await a.cache.set('c:before', '1');
    await a.cache.flushall();
    await a.cache.set('c:after', '1');
    await a.letBack();
    expect((await a.cache.keys('*')).sort()).toEqual(['c:after']);
  });
});

describe('bounds', () => {
  it('gives up the oldest records at the limit, counted and reported', async () => {
    const a = await join({ maxPendingRecords: 10 });
    await a.cache.mset(Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`c:${i}`, 'old'])));
    await a.cutOff();
    for (let i = 0; i < 50; i++) await a.cache.set(`c:${i}`, 'new');
    const stats = a.cache.getSyncStats();
    expect(stats.pending).toBeLessThanOrEqual(20);
    expect(stats.dropped).toBeGreaterThanOrEqual(40);
    let told: ManagerEvents['recovery'] | undefined;
    a.cache.on('recovery', (recovery) => {
      told = recovery;
    });
    await a.letBack();
    expect(told?.dropped).toBe(stats.dropped);
    expect(await redis('GET', 'c:49')).toBe('new');
    // Shrunk to an invalidation: no older form reappears.
    expect(await redis('GET', 'c:35')).toBeNull();
  });
});
