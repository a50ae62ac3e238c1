import { MemoryStore, sleep, waitFor } from '@cachefb/testkit';
import { describe, expect, it } from 'vitest';
import {
  createProcess,
  handedOver,
  leftBy,
  memorableLogger,
  recovered,
  startProcess,
  startRedis,
} from './processes.js';

describe('a process that is killed during an outage', () => {
  it('leaves its changes to the next one, which serves from them at once and brings them back', async () => {
    const server = await startRedis();
    await server.call('MSET', 'c:count', '10', 'c:gone', 'x', 'c:kept', 'old');
    await server.call('HSET', 'c:hash', 'a', '1', 'b', '2');
    const store = new MemoryStore();
    const first = await startProcess(server, { store });
    for (const key of ['c:count', 'c:gone', 'c:kept']) await first.get(key);
    await first.hgetall('c:hash');
    await waitFor(() => store.entries.size === 4);
    await server.kill();
    await first.set('c:session', 'ada', 60_000);
    for (let i = 0; i < 5; i++) await first.incr('c:count');
    await first.incrby('c:new', 3);
    await first.del('c:gone');
    await first.hset('c:hash', 'b', '3');
    await first.hincrby('c:hash', 'n', 4);
    await first.hdel('c:hash', 'a');
    await first.expire('c:kept', 100);
    await handedOver(first);

    const second = await startProcess(server, { store: leftBy(store) });
    expect(second.getCurrentProvider()).toBe('memory');
    expect(await second.get('c:session')).toBe('ada');
    expect(await second.ttl('c:session')).toBeGreaterThan(55);
    expect(await second.get('c:count')).toBe('15');
    expect(await second.get('c:new')).toBe('3');
    expect(await second.exists('c:gone')).toBe(0);
    expect(await second.hgetall('c:hash')).toEqual({ b: '3', n: '4' });
    expect(await second.ttl('c:kept')).toBeGreaterThan(95);
    expect(await second.incr('c:count')).toBe(16);
    await second.hincrby('c:hash', 'n', 1);
    await first.disconnect();

    await server.restart();
    await recovered(second);
    expect(await server.call('GET', 'c:session')).toBe('ada');
    expect(await server.call('GET', 'c:count')).toBe('16');
    expect(await server.call('GET', 'c:new')).toBe('3');
    expect(await server.call('EXISTS', 'c:gone')).toBe(0);
    expect(await server.call('HGETALL', 'c:hash')).toEqual(['b', '3', 'n', '5']);
    expect(await server.call('TTL', 'c:kept')).toBeGreaterThan(90);
    expect(second.getSyncStats()).toMatchObject({ conflicts: 0, dropped: 0, ambiguous: 0 });
  });

  it('leaves a flush, which comes before what followed it', async () => {
    const server = await startRedis();
    await server.call('MSET', 'c:old', 'x', 'other', 'x');
    const store = new MemoryStore();
    const first = await startProcess(server, { store });
    await first.get('c:old');
    await server.kill();
    await first.set('c:before', 'x');
    await first.flushall();
    await first.set('c:after', 'v');
    await handedOver(first);
    const second = await startProcess(server, { store: leftBy(store) });
    await first.disconnect();
    expect(await second.keys('*')).toEqual(['c:after']);
    await server.restart();
    await recovered(second);
    expect(await second.keys('*')).toEqual(['c:after']);
  });

  it('does not lengthen a deadline: what has expired meanwhile is not served, and deleted in Redis', async () => {
    const server = await startRedis();
    await server.call('SET', 'c:short', 'old');
    const store = new MemoryStore();
    const first = await startProcess(server, { store });
    await first.get('c:short');
    await server.kill();
    await first.set('c:short', 'new', 300);
    await first.set('c:long', 'v', 60_000);
    await handedOver(first);
    const left = leftBy(store);
    await first.disconnect();
    await sleep(310);
    const second = await startProcess(server, { store: left });
    expect(await second.mget('c:short', 'c:long')).toEqual([null, 'v']);
    await server.restart();
    await recovered(second);
    expect(await server.call('MGET', 'c:short', 'c:long')).toEqual([null, 'v']);
    expect(await server.call('PTTL', 'c:long')).toBeLessThan(60_000);
  });

  it('may be followed by others that are killed, too', async () => {
    const server = await startRedis();
    await server.kill();
    let store = new MemoryStore();
    for (let i = 1; i <= 5; i++) {
      const process = await startProcess(server, { store });
      expect(await process.incr('c:count')).toBe(i);
      expect(await process.hincrby('c:hash', 'n', 1)).toBe(i);
      await handedOver(process);
      store = leftBy(store);
      await process.disconnect();
    }
    const last = await startProcess(server, { store });
    // As long as nothing was sent, one record goes on.
    expect(last.getSyncStats().pending).toBe(2);
    await server.restart();
    await recovered(last);
    expect(await server.call('GET', 'c:count')).toBe('5');
    expect(await server.call('HGET', 'c:hash', 'n')).toBe('5');
    await handedOver(last);
  });
});

describe('a start with Redis up', () => {
  it('brings back the changes, and lets copies neither overwrite Redis nor be served instead of it', async () => {
    const server = await startRedis();
    await server.call('MSET', 'c:copy', '1', 'c:deleted', '1', 'c:count', '1');
    const store = new MemoryStore();
    const first = await startProcess(server, { store });
    for (const key of ['c:copy', 'c:deleted', 'c:count']) await first.get(key);
    await waitFor(() => ['c:copy', 'c:deleted', 'c:count'].every((key) => store.entries.has(key)));
    await server.kill();
    await first.incr('c:count');
    await handedOver(first);
    const left = leftBy(store);
    await first.disconnect();
    await server.restart();
    await server.call('SET', 'c:copy', '2');
    await server.call('DEL', 'c:deleted');
    await server.call('INCRBY', 'c:count', '100');

    const second = await startProcess(server, { store: left });
    expect(second.getCurrentProvider()).toBe('redis');
    expect(await second.get('c:copy')).toBe('2');
    expect(await second.exists('c:deleted')).toBe(0);
    await recovered(second);
    expect(await server.call('MGET', 'c:copy', 'c:deleted', 'c:count')).toEqual(['2', null, '102']);
    // Copies are compared with Redis, and what it does not hold any more leaves the disk.
    await waitFor(() => !left.entries.has('c:deleted'));
    // And what was brought back is read anew.
    await waitFor(() => Buffer.from(left.entries.get('c:count') ?? []).includes('102'));
    await server.kill();
    expect(await second.mget('c:copy', 'c:deleted', 'c:count')).toEqual(['2', null, '102']);
  });

  it('does not overwrite what somebody else wrote to a key whose base is known', async () => {
    const server = await startRedis();
    await server.call('SET', 'c:k', 'base');
    const store = new MemoryStore();
    const first = await startProcess(server, { store });
    await first.get('c:k');
    await waitFor(() => store.entries.has('c:k'));
    await server.kill();
    await first.set('c:k', 'ours');
    await handedOver(first);
    const left = leftBy(store);
    await first.disconnect();
    await server.restart();
    await server.call('SET', 'c:k', 'theirs');
    const second = await startProcess(server, { store: left });
    await recovered(second);
    expect(await server.call('GET', 'c:k')).toBe('theirs');
    expect(second.getSyncStats().conflicts).toBe(1);
  });

  it('gives an outage right after it the copies of the process before', async () => {
    const server = await startRedis();
    await server.call('SET', 'c:k', 'v');
    const store = new MemoryStore();
    const first = await startProcess(server, { store });
    await first.get('c:k');
    await waitFor(() => store.entries.has('c:k'));
    const left = leftBy(store);
    await first.disconnect();
    await server.kill();
    const second = await startProcess(server, { store: left });
    expect(await second.get('c:k')).toBe('v');
    expect(second.getSyncStats()).toMatchObject({ pending: 0 });
  });
});

describe('a process that is killed while it brings back', () => {
  it('leaves records that were applied and are still on its disk; they are not applied again', async () => {
    const server = await startRedis();
    const store = new MemoryStore();
    const first = await startProcess(server, { store });
    await server.kill();
    for (let i = 0; i < 5; i++) await first.incr('c:count');
    await first.set('c:k', 'ours');
    await first.hincrby('c:hash', 'n', 2);
    await first.del('c:gone');
    await handedOver(first);
    // From here on its disk learns nothing: as if it were killed before it does.
    const write = store.write.bind(store);
    store.write = async (changes) => {
      if (changes.some(({ value }) => value === null)) throw new Error('killed');
      return write(changes);
    };
    await server.restart();
    await recovered(first);
    const left = leftBy(store);
    expect(await server.call('GET', 'c:count')).toBe('5');
    await server.call('SET', 'c:gone', 'theirs');
    await server.call('SET', 'c:k', 'later');
    await server.kill();

    // With Redis away, what follows is not merged into what may have been applied.
    const second = await startProcess(server, { store: left });
    expect(await second.incr('c:count')).toBe(6);
    await handedOver(second);
    const third = await startProcess(server, { store: leftBy(left) });
    expect(await third.incr('c:count')).toBe(7);
    await first.disconnect();
    await second.disconnect();
    await server.restart();
    await recovered(third);
    expect(await server.call('GET', 'c:count')).toBe('7');
    expect(await server.call('HGET', 'c:hash', 'n')).toBe('2');
    expect(await server.call('MGET', 'c:k', 'c:gone')).toEqual(['later', 'theirs']);
  });

  it('keeps the marks in Redis until the records have left the disk, and no longer', async () => {
    const server = await startRedis();
    const store = new MemoryStore();
    const flush = { open: () => {}, calls: 0 };
    const gate = new Promise<void>((resolve) => {
      flush.open = resolve;
    });
    Object.assign(store, {
      flush: async () => {
        flush.calls++;
        await gate;
      },
    });
    const first = await startProcess(server, { store });
    await server.kill();
    await first.incr('c:count');
    await server.restart();
    await recovered(first);
    const marks = async () =>
      ((await server.call('KEYS', '__cachefb__:*')) as string[]).filter((key) =>
        key.startsWith('__cachefb__:marks:'),
      );
    await waitFor(() => flush.calls > 1);
    expect(await marks()).toHaveLength(1);
    flush.open();
    await waitFor(async () => (await marks()).length === 0);
  });
});

describe('a start while the store is being loaded', () => {
  it('lets Redis answer only when the changes are here, even if it comes up meanwhile', async () => {
    const server = await startRedis();
    const store = new MemoryStore();
    const first = await startProcess(server, { store });
    await server.kill();
    await first.set('c:k', 'ours');
    await first.incr('c:count');
    await handedOver(first);
    const left = leftBy(store);
    await first.disconnect();
    let go = () => {};
    const gate = new Promise<void>((resolve) => {
      go = resolve;
    });
    const load = left.load.bind(left);
    left.load = async function* (options) {
      await gate;
      yield* load(options);
    };
    const second = createProcess(server, { store: left, failoverTimeout: 20_000 });
    const initialized = second.initialize();
    await server.restart();
    await waitFor(() => second.getHealthStatus().isHealthy, { timeout: 15_000 });
    go();
    await initialized;
    expect(await second.get('c:k')).toBe('ours');
    expect(await second.incr('c:count')).toBe(2);
    await recovered(second);
    expect(await server.call('MGET', 'c:k', 'c:count')).toEqual(['ours', '2']);
  });

  it('goes on without it when it takes too long; what is written then comes after what is loaded', async () => {
    const server = await startRedis();
    const store = new MemoryStore();
    const first = await startProcess(server, { store });
    await server.kill();
    await first.set('c:k', 'old');
    await first.set('c:unwritten', 'v');
    await first.incrby('c:count', 5);
    await handedOver(first);
    const left = leftBy(store);
    await first.disconnect();
    let go = () => {};
    const gate = new Promise<void>((resolve) => {
      go = resolve;
    });
    const load = left.load.bind(left);
    left.load = async function* (options) {
      await gate;
      yield* load(options);
    };
    const { logger, lines } = memorableLogger();
    const second = await startProcess(server, { store: left, failoverTimeout: 300, logger });
    expect(lines.map(({ message }) => message)).toContainEqual(expect.stringContaining('not wait'));
    expect(await second.set('c:k', 'new')).toBe('OK');
    await second.incr('c:count');
    go();
    await waitFor(() => second.getSyncStats().persistence?.loaded === true);
    expect(await second.get('c:k')).toBe('new');
    expect(await second.get('c:unwritten')).toBe('v');
    await server.restart();
    await recovered(second);
    expect(await server.call('MGET', 'c:k', 'c:unwritten', 'c:count')).toEqual(['new', 'v', '6']);
  });
});
