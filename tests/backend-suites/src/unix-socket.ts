import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CacheTimeoutError } from '@cachefb/core';
import { RedisServer, waitFor } from '@cachefb/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { failure, SLACK, TIMEOUT } from './stage.js';
import type { MakeBackend, RedisLike } from './subject.js';

/** A server on the same machine, reached without TCP. */
export function unixSocket(makeBackend: MakeBackend): void {
  let folder: string;
  let path: string;
  let server: RedisServer;
  let backend: RedisLike;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cachefb-socket-'));
    path = join(folder, 'redis.sock');
    server = await RedisServer.start({ args: ['--unixsocket', path] });
    backend = makeBackend({ path }, { timeout: TIMEOUT, name: 'mine' });
  });

  afterEach(async () => {
    await backend.disconnect();
    await server.close();
    await rm(folder, { recursive: true, force: true });
  });

  describe('over a Unix socket', () => {
    it('a server is used and followed, lost with its process, and reached again', async () => {
      const seen: (string | undefined)[] = [];
      const tracking = backend.track(['k*'], (key) => seen.push(key));
      await backend.connect();
      await backend.set('mine', 'v');
      await server.call('SET', 'k', 'theirs');
      await waitFor(() => seen.includes('k'));
      await server.kill();
      await waitFor(() => backend.connectionStatus === 'end');
      expect(tracking.intact).toBe(false);
      const error = await failure(backend.connect());
      expect(error.message).toContain(`no connection to Redis at ${path}`);
      await server.restart();
      await backend.connect();
      expect(tracking.intact).toBe(true);
      expect(await backend.get('mine')).toBe('v');
    });

    it('one that freezes is given up in time; of what was sent to it nothing runs after it is settled', async () => {
      await backend.connect();
      server.stop();
      const start = performance.now();
      expect(await failure(backend.set('k', 'old'))).toBeInstanceOf(CacheTimeoutError);
      expect(performance.now() - start).toBeLessThan(TIMEOUT + SLACK);
      server.cont();
      await backend.connect();
      expect(await backend.settleAbandoned()).toBe(true);
      const list = String(await server.call('CLIENT', 'LIST'));
      expect(list.split(' name=mine ')).toHaveLength(2);
      expect(await backend.set('k', 'new')).toBe('OK');
      expect(await server.call('GET', 'k')).toBe('new');
    });
  });
}
