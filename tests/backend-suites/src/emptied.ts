import { readCommand } from '@cachefb/core';
import { RedisServer } from '@cachefb/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { MakeBackend, RedisLike } from './subject.js';

/** Servers that came back, with their data or without. */
export function emptied(make: MakeBackend): void {
  let server: RedisServer;
  let backends: RedisLike[];

  beforeEach(async () => {
    server = await RedisServer.start();
    backends = [];
  });

  afterEach(async () => {
    for (const backend of backends) await backend.disconnect();
    await server.close();
  });

  async function open(): Promise<RedisLike> {
    const backend = make(server.url, { timeout: 2000 });
    backends.push(backend);
    await backend.ping();
    return backend;
  }

  /** Reconnects after the server went away. */
  async function reopen(backend: RedisLike) {
    backend.abandon();
    return backend.ping();
  }

  describe('a server that came back', () => {
    it('with its data is another instance, and not emptied', async () => {
      const backend = await open();
      const before = await backend.ping();
      await server.restart();
      const after = await reopen(backend);
      expect(after.instance).toMatch(/^[0-9a-f]{40}$/);
      expect(after.instance).not.toBe(before.instance);
      expect(after.emptied).toBe(false);
      expect(after.uptime).toBeLessThan(60_000);
    });

    it('without its data is emptied, until that is acknowledged', async () => {
      const backend = await open();
      await server.restart({ empty: true });
      expect((await reopen(backend)).emptied).toBe(true);
      expect((await backend.ping()).emptied).toBe(true);
      expect((await reopen(backend)).emptied).toBe(true);
      expect(await server.call('EXISTS', '__cachefb__:epoch')).toBe(0);
      await backend.acknowledgeEmptied();
      expect((await backend.ping()).emptied).toBe(false);
      expect(await server.call('EXISTS', '__cachefb__:epoch')).toBe(1);
      expect((await reopen(backend)).emptied).toBe(false);
    });

    it('without its data is emptied for every process, however fast another one was', async () => {
      const slow = await open();
      const fast = await open();
      await server.restart({ empty: true });
      expect((await reopen(fast)).emptied).toBe(true);
      await fast.acknowledgeEmptied();
      expect((await reopen(slow)).emptied).toBe(true);
      await slow.acknowledgeEmptied();
      await server.restart();
      expect((await reopen(slow)).emptied).toBe(false);
      expect((await reopen(fast)).emptied).toBe(false);
    });

    it('is not emptied for a process that never saw it before', async () => {
      await server.restart({ empty: true });
      expect((await (await open()).ping()).emptied).toBe(false);
    });

    it('is not emptied by a flush, neither ours nor somebody else’s', async () => {
      const backend = await open();
      await backend.flushall();
      await server.restart();
      expect((await reopen(backend)).emptied).toBe(false);
      await server.call('FLUSHALL');
      await backend.ping();
      await server.restart();
      expect((await reopen(backend)).emptied).toBe(false);
    });

    it('tells the reply to a flush in its turn, and its caller when the marker is back', async () => {
      const backend = await open();
      const told: string[] = [];
      const isBack = new Promise<boolean>((resolve, failed) => {
        backend.submit?.(readCommand.flushall(), {
          answered: (_, until) => {
            told.push('flushall');
            until?.then(async () => resolve((await server.call('DBSIZE')) === 1)).catch(failed);
          },
          failed,
        });
        backend.submit?.(readCommand.hset('h', ['f', '1']), {
          answered: () => told.push('hset'),
          failed,
        });
        backend.submit?.(readCommand.del(['h']), { answered: () => told.push('del'), failed });
      });
      expect(await isBack).toBe(true);
      expect(told).toEqual(['flushall', 'hset', 'del']);
    });

    it('keeps a marker that is renewed and expires by itself', async () => {
      const backend = await open();
      await server.call('PEXPIRE', '__cachefb__:epoch', '60000');
      await backend.ping();
      expect(Number(await server.call('PTTL', '__cachefb__:epoch'))).toBeGreaterThan(60_000);
      expect(await backend.keys('*')).toEqual([]);
    });
  });
}
