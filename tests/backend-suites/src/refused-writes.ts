import { freePort } from '@cachefb/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { failure, Stage } from './stage.js';
import type { MakeBackend, RedisLike } from './subject.js';

/** Servers that answer reads and refuse writes. */
export function refusedWrites(makeBackend: MakeBackend): void {
  let stage: Stage;
  beforeEach(async () => {
    stage = await Stage.start(makeBackend);
  });
  afterEach(() => stage.close());

  describe('writes that are refused', () => {
    async function writesRefused(backend: RedisLike, word: string): Promise<void> {
      const status = await backend.ping();
      expect(status.writable).toBe(false);
      expect(status.error).toMatchObject({ scope: 'writes', fate: 'refused' });
      expect(status.error?.message).toContain(word);
      expect(await failure(backend.set('k', 'v'))).toMatchObject({ scope: 'writes' });
      const put = { kind: 'put', value: 'v', deadline: null } as const;
      const changes = [{ id: 'c', key: 'k', effect: put, writtenAt: 1 }];
      expect(await failure(backend.apply(changes))).toMatchObject({ scope: 'writes' });
      expect(await backend.get('there')).toBe('v');
    }

    it('by a full server', async () => {
      const backend = await stage.open();
      await backend.set('there', 'v');
      await stage.server.call('CONFIG', 'SET', 'maxmemory', '1');
      await writesRefused(backend, 'OOM');
      await stage.server.call('CONFIG', 'SET', 'maxmemory', '0');
      const status = await backend.ping();
      expect(status.writable).toBe(true);
      expect(status.error).toBeUndefined();
    });

    it('by a replica', async () => {
      const backend = await stage.open();
      await backend.set('there', 'v');
      await stage.server.call('REPLICAOF', '127.0.0.1', String(await freePort()));
      await writesRefused(backend, 'READONLY');
      await backend.disconnect();
      await backend.connect();
      await writesRefused(backend, 'READONLY');
    });

    it('by a server that lacks replicas', async () => {
      const backend = await stage.open();
      await backend.set('there', 'v');
      await stage.server.call('CONFIG', 'SET', 'min-replicas-to-write', '1');
      await writesRefused(backend, 'NOREPLICAS');
    });
  });
}
