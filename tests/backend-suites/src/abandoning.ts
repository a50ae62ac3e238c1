import { connect } from 'node:net';
import { waitFor } from '@cachefb/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { failure, nextTurn, Stage, TIMEOUT } from './stage.js';
import type { MakeBackend } from './subject.js';

/** Connections given up, and what was sent on them. */
export function abandoning(makeBackend: MakeBackend): void {
  let stage: Stage;
  beforeEach(async () => {
    stage = await Stage.start(makeBackend);
  });
  afterEach(() => stage.close());

  describe('abandoning', () => {
    it('rejects what is in flight at once', async () => {
      const backend = await stage.open();
      stage.proxy.blackHole();
      const start = performance.now();
      const pending = failure(backend.get('k'));
      await nextTurn();
      backend.abandon();
      expect((await pending).fate).toBe('unknown');
      expect(performance.now() - start).toBeLessThan(TIMEOUT - 50);
      backend.abandon();
    });

    it('knows of what has not left yet that it was not sent', async () => {
      const backend = await stage.open();
      const pending = [failure(backend.incr('n')), failure(backend.set('k', 'v'))];
      backend.abandon();
      expect((await Promise.all(pending)).map(({ fate }) => fate)).toEqual(['unsent', 'unsent']);
      expect(await stage.server.call('EXISTS', 'n', 'k')).toBe(0);
    });

    it.each([
      ['is killed on the server, and what it sent comes too late', '+@all', true, 'new'],
      ['that may not be killed can still do harm, which is told', '-client|kill', false, 'old'],
    ])('of a connection whose bytes are held up: it %s', async (_title, right, settled, value) => {
      await stage.server.call('ACL', 'SETUSER', 'app', 'on', '>pw', '~*', '+@all', right);
      // The first connection goes through the proxy, every later one straight to the stage.server.
      let connections = 0;
      const port = await stage.listen((socket) => {
        const way = connect({
          host: '127.0.0.1',
          port: connections++ === 0 ? stage.proxy.port : stage.server.port,
        });
        way.on('error', () => {});
        stage.atEnd(() => way.destroy());
        socket.pipe(way).pipe(socket);
      });
      const backend = await stage.open(`redis://app:pw@127.0.0.1:${port}`);
      stage.proxy.hold({ replies: false });
      const pending = failure(backend.set('k', 'old'));
      await nextTurn();
      backend.abandon();
      await pending;
      await backend.connect();
      expect(await backend.settleAbandoned()).toBe(settled);
      await backend.set('k', 'new');
      await stage.proxy.heal();
      await waitFor(async () => (await stage.server.call('GET', 'k')) === value);
      await waitFor(() => stage.proxy.connections === 0 || !settled);
      expect(await backend.get('k')).toBe(value);
    });

    it('has nothing to settle on a server that was started anew', async () => {
      const backend = await stage.open();
      backend.abandon();
      await stage.server.restart();
      expect(await backend.settleAbandoned()).toBe(true);
      expect(await backend.settleAbandoned()).toBe(true);
    });

    it('settles by killing the old connection', async () => {
      const backend = await stage.open(stage.proxy.url, { name: 'mine' });
      stage.proxy.blackHole();
      await failure(backend.get('k'));
      expect(await backend.settleAbandoned().catch(() => 'away')).toBe('away');
      await stage.proxy.heal();
      expect(await backend.settleAbandoned()).toBe(true);
      expect(await stage.clientIds('mine')).toHaveLength(1);
    });

    it('answers false where killing is not permitted', async () => {
      await stage.server.call('ACL', 'SETUSER', 'app', 'on', '>pw', '~*', '+@all', '-client|kill');
      const backend = await stage.open(`redis://app:pw@127.0.0.1:${stage.proxy.port}`);
      backend.abandon();
      await backend.connect();
      expect(await backend.settleAbandoned()).toBe(false);
      // What was applied stays remembered, as long as an older copy of it may still arrive.
      await backend.apply([
        { id: 'a', key: 'k', effect: { kind: 'put', value: 'v', deadline: null }, writtenAt: 1 },
      ]);
      await backend.confirm(['a']);
      const marks = () => stage.server.call('SCARD', '__cachefb__:marks:');
      expect(await marks()).toBe(1);
      await waitFor(async () => {
        await backend.ping();
        return (await marks()) === 0;
      });
    });
  });
}
