import { CacheTimeoutError, CacheUnavailableError } from '@cachefb/core';
import { waitFor } from '@cachefb/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { failure, SLACK, Stage, TIMEOUT } from './stage.js';
import type { MakeBackend } from './subject.js';

/** Connections that fail, one way or another. */
export function failingConnection(makeBackend: MakeBackend): void {
  let stage: Stage;
  beforeEach(async () => {
    stage = await Stage.start(makeBackend);
  });
  afterEach(() => stage.close());

  describe('a connection that fails', () => {
    it('by a kill of the server rejects what is in flight, its fate unknown', async () => {
      const backend = await stage.open();
      stage.server.stop();
      const pending = Array.from({ length: 10 }, (_, i) => failure(backend.set(`k${i}`, 'v')));
      await stage.server.kill();
      for (const error of await Promise.all(pending)) expect(error.fate).toBe('unknown');
      expect((await failure(backend.get('k'))).fate).toBe('unsent');
      await failure(backend.ping());
      await stage.server.restart();
      await backend.ping();
      expect(await backend.set('k', 'v')).toBe('OK');
    });

    it('by silence is given up when the oldest command is overdue', async () => {
      const backend = await stage.open();
      stage.proxy.blackHole();
      const start = performance.now();
      const errors = await Promise.all([failure(backend.get('a')), failure(backend.incr('b'))]);
      const waited = performance.now() - start;
      expect(waited).toBeGreaterThan(TIMEOUT - 50);
      expect(waited).toBeLessThan(TIMEOUT + SLACK);
      for (const error of errors) {
        expect(error).toBeInstanceOf(CacheTimeoutError);
        expect(error).toMatchObject({ fate: 'unknown', code: 'TIMEOUT' });
      }
      const next = await failure(backend.get('a'));
      expect(next.fate).toBe('unsent');
      expect(next.cause).toBe(errors[0]);
      const again = performance.now();
      await failure(backend.ping());
      expect(performance.now() - again).toBeLessThan(TIMEOUT + SLACK);
      await stage.proxy.heal();
      await backend.ping();
      expect(await backend.get('a')).toBeNull();
    });

    it('by a stopped server is given up just so', async () => {
      const backend = await stage.open();
      stage.server.stop();
      expect(await failure(backend.get('k'))).toBeInstanceOf(CacheTimeoutError);
      stage.server.cont();
      await backend.ping();
      expect(await backend.get('k')).toBeNull();
    });

    it('by a reset in the middle of a reply', async () => {
      const backend = await stage.open();
      await backend.set('k', 'x'.repeat(1000));
      stage.proxy.resetMidReply();
      expect((await failure(backend.get('k'))).fate).toBe('unknown');
      await backend.ping();
      expect(await backend.get('k')).toHaveLength(1000);
    });

    it('by garbage is ended, and nothing is thrown elsewhere', async () => {
      const backend = await stage.open();
      stage.proxy.garbage();
      await waitFor(() => backend.connectionStatus === 'end');
      expect((await failure(backend.get('k'))).message).toContain('not connected');
      await backend.ping();
    });

    it('by a reply too many is ended, for no later reply can be trusted', async () => {
      const backend = await stage.open();
      stage.proxy.inject();
      await waitFor(() => backend.connectionStatus === 'end');
      const error = await failure(backend.get('k'));
      expect((error.cause as Error).message).toContain('nobody asked for');
      await backend.ping();
    });

    it('by a reply too many tells no caller what another one asked for', async () => {
      const names = Array.from({ length: 30 }, (_, i) => `name${i}`);
      for (let round = 0; round < 20; round++) {
        const backend = await stage.open();
        await backend.mset(Object.fromEntries(names.map((name) => [name, name])));
        let wrong = 0;
        const ask = async (name: string) => {
          while (backend.connectionStatus === 'ready' && wrong === 0) {
            const found = await backend.get(name).catch((error: unknown) => {
              expect(error).toBeInstanceOf(CacheUnavailableError);
              return name;
            });
            if (found !== name) wrong++;
          }
        };
        // One alone, a few, many: replies lie differently in packets.
        const asking = names.slice(0, [1, 3, 30][round % 3]).map(ask);
        await new Promise((resolve) => setTimeout(resolve, 5));
        stage.proxy.inject();
        await Promise.all(asking);
        expect({ wrong, round }).toEqual({ wrong: 0, round });
        expect(backend.connectionStatus).toBe('end');
        await backend.disconnect();
      }
    });

    it('is not blamed for a stall of our own event loop', async () => {
      const backend = await stage.open(stage.server.url);
      const stall = () => {
        const end = performance.now() + 3 * TIMEOUT;
        while (performance.now() < end);
      };
      const before = backend.set('k', 'v');
      stall();
      expect(await before).toBe('OK');
      const during = backend.get('k');
      await Promise.resolve();
      process.nextTick(stall);
      expect(await during).toBe('v');
      const sent = backend.get('k');
      setImmediate(stall);
      expect(await sent).toBe('v');
      expect(backend.connectionStatus).toBe('ready');
    });

    it('is not blamed for slowness within the timeout', async () => {
      const backend = await stage.open();
      stage.proxy.delay(TIMEOUT / 2);
      expect(await backend.set('k', 'v')).toBe('OK');
    });
  });
}
