import { ReplyError } from '@cachefb/core';
import { waitFor } from '@cachefb/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { failure, nextTurn, Stage } from './stage.js';
import type { MakeBackend } from './subject.js';

/** What a backend does without a connection, and with one that is too busy. */
export function withoutConnection(makeBackend: MakeBackend): void {
  let stage: Stage;
  beforeEach(async () => {
    stage = await Stage.start(makeBackend);
  });
  afterEach(() => stage.close());

  describe('without a connection', () => {
    it('commands reject at once, unsent', async () => {
      const backend = stage.make();
      expect(await failure(backend.get('k'))).toMatchObject({ fate: 'unsent', scope: 'all' });
      await failure(backend.read(['k']));
      await failure(backend.apply([]));
      await failure(backend.keys('*'));
      await failure(backend.scan().next());
      await failure(backend.acknowledgeEmptied());
      expect(backend.connectionStatus).toBe('end');
    });

    it("a caller's mistake is told as that, all the same", async () => {
      await expect(stage.make().set('k', 'v', 0)).rejects.toThrow(ReplyError);
    });

    it('connecting and pinging at once make one connection', async () => {
      const backend = stage.make();
      const attempts = [backend.connect(), backend.ping(), backend.connect()];
      expect(backend.connectionStatus).toBe('connecting');
      await Promise.all(attempts);
      expect(stage.proxy.accepted).toBe(1);
      expect(backend.connectionStatus).toBe('ready');
      await backend.connect();
      expect(stage.proxy.accepted).toBe(1);
    });

    it('nothing is left once it has been disconnected', async () => {
      const backend = await stage.open();
      stage.proxy.blackHole();
      const pending = failure(backend.get('k'));
      await nextTurn();
      await backend.disconnect();
      expect((await pending).fate).toBe('unknown');
      stage.proxy.heal();
      await waitFor(() => stage.proxy.connections === 0);
      expect((await failure(backend.get('k'))).fate).toBe('unsent');
      await backend.disconnect();
      await backend.connect();
      expect(await backend.set('k', 'v')).toBe('OK');
    });

    it('may be disconnected while it connects', async () => {
      stage.proxy.blackHole();
      const backend = stage.make();
      const attempt = failure(backend.connect());
      await waitFor(() => stage.proxy.accepted === 1);
      await backend.disconnect();
      await attempt;
      await waitFor(() => stage.proxy.connections === 0);
      const again = failure(backend.ping());
      await backend.disconnect();
      await again;
    });
  });

  describe('too much at once', () => {
    it('is refused beyond the limit, at once and unsent', async () => {
      const backend = await stage.open(stage.proxy.url, { maxInFlight: 10 });
      const outcomes = await Promise.allSettled(
        Array.from({ length: 15 }, (_, i) => backend.set(`k${i}`, 'v')),
      );
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(10);
      for (const outcome of outcomes.slice(10)) {
        expect((outcome as PromiseRejectedResult).reason).toMatchObject({ fate: 'unsent' });
      }
      expect(await backend.get('k9')).toBe('v');
    });
  });
}
