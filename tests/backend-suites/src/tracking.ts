import { RedisServer, TcpProxy, waitFor } from '@cachefb/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { MakeBackend, RedisLike, SubjectOptions } from './subject.js';

/** Following what others do to keys. */
export function tracking(make: MakeBackend): void {
  let server: RedisServer;
  let proxy: TcpProxy;
  let backends: RedisLike[];

  beforeEach(async () => {
    server = await RedisServer.start();
    proxy = await TcpProxy.start({ target: server });
    backends = [];
  });

  afterEach(async () => {
    for (const backend of backends) await backend.disconnect();
    await proxy.close();
    await server.close();
  });

  async function open(query = '', options: SubjectOptions = { timeout: 1000 }) {
    const backend = make(`${proxy.url}${query}`, options);
    backends.push(backend);
    await backend.connect();
    return backend;
  }

  describe('following what others do', () => {
    it('tells of keys under the patterns that another client changes, deletes or lets expire', async () => {
      const backend = await open();
      const seen: (string | undefined)[] = [];
      const tracking = backend.track(['session:*', 'config:app'], (key) => seen.push(key));
      await waitFor(() => tracking.intact);
      await server.call('SET', 'session:1', 'v');
      await server.call('SET', 'other', 'v');
      await server.call('HSET', 'config:app', 'f', 'v');
      await server.call('DEL', 'session:1');
      await waitFor(() => seen.length === 3);
      expect(seen).toEqual(['session:1', 'config:app', 'session:1']);
    });

    it('is silent about what this connection does itself', async () => {
      const backend = await open();
      const seen: (string | undefined)[] = [];
      const tracking = backend.track(['k*'], (key) => seen.push(key));
      await waitFor(() => tracking.intact);
      await backend.set('k1', 'mine');
      await server.call('SET', 'k2', 'theirs');
      await waitFor(() => seen.includes('k2'));
      expect(seen).toEqual(['k2']);
    });

    it('tells an interruption apart from a flush, where it is asked to', async () => {
      const backend = await open();
      const seen: (string | undefined)[] = [];
      let interruptions = 0;
      const tracking = backend.track(
        ['k*'],
        (key) => seen.push(key),
        () => interruptions++,
      );
      await waitFor(() => tracking.intact);
      await server.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
      await waitFor(() => interruptions > 0 && tracking.intact);
      expect(seen).toEqual([]);
      await server.call('FLUSHALL');
      await waitFor(() => seen.length > 0);
      expect(seen).toEqual([undefined]);
      expect(interruptions).toBe(1);
    });

    it('tells of a flush as of any key', async () => {
      const backend = await open();
      const seen: (string | undefined)[] = [];
      const tracking = backend.track(['k*'], (key) => seen.push(key));
      await waitFor(() => tracking.intact);
      await server.call('FLUSHALL');
      await waitFor(() => seen.length > 0);
      expect(seen).toEqual([undefined]);
    });

    it('leaves out patterns that begin with a wildcard, and copes with patterns that overlap', async () => {
      const backend = await open();
      const seen: (string | undefined)[] = [];
      const tracking = backend.track(['*:x', 'a*', 'ab*', 'a:b'], (key) => seen.push(key));
      expect(tracking.patterns).toEqual(['a*', 'ab*', 'a:b']);
      await waitFor(() => tracking.intact);
      await server.call('SET', 'abc', '1');
      await waitFor(() => seen.length > 0);
      expect(seen).toEqual(['abc']);
    });

    it('is not intact where no pattern can be followed', async () => {
      const backend = await open();
      const tracking = backend.track(['*'], () => {});
      expect(tracking.patterns).toEqual([]);
      await backend.ping();
      expect(tracking.intact).toBe(false);
    });

    it('knows keys without the prefix of the connection', async () => {
      const backend = await open('?keyPrefix=app:');
      const seen: (string | undefined)[] = [];
      const tracking = backend.track(['*'], (key) => seen.push(key));
      expect(tracking.patterns).toEqual(['*']);
      await waitFor(() => tracking.intact);
      await server.call('SET', 'app:k', 'v');
      await server.call('SET', 'app:__cachefb__:stamps:1', 'v');
      await server.call('SET', 'k', 'v');
      await server.call('SET', 'app:last', 'v');
      await waitFor(() => seen.includes('last'));
      expect(seen).toEqual(['k', 'last']);
    });

    it('stands before commands are admitted on a new connection, and tells that changes may have been missed', async () => {
      const backend = make(proxy.url, { timeout: 1000 });
      backends.push(backend);
      const seen: (string | undefined)[] = [];
      const tracking = backend.track(['k*'], (key) => seen.push(key));
      expect(tracking.intact).toBe(false);
      await backend.connect();
      expect(tracking.intact).toBe(true);
      expect(seen).toEqual([]);
      proxy.cut();
      await waitFor(() => backend.connectionStatus === 'end');
      expect(tracking.intact).toBe(false);
      await backend.connect();
      expect(tracking.intact).toBe(true);
      expect(seen).toEqual([undefined]);
      await server.call('SET', 'k', 'v');
      await waitFor(() => seen.length === 2);
      expect(seen[1]).toBe('k');
    });

    it('is set up again when only its own connection was lost', async () => {
      const backend = await open();
      const seen: (string | undefined)[] = [];
      const tracking = backend.track(['k*'], (key) => seen.push(key));
      await waitFor(() => tracking.intact);
      await killSubscribers();
      await waitFor(() => seen.length > 0);
      expect(seen).toEqual([undefined]);
      await waitFor(() => tracking.intact);
      await server.call('SET', 'k', 'v');
      await waitFor(() => seen.length === 2);
      expect(backend.connectionStatus).toBe('ready');
    });

    it('is not intact where an ACL forbids it, and nothing else suffers', async () => {
      await server.call('ACL', 'SETUSER', 'app', 'on', '>pw', '~*', '+@all', '-client|tracking');
      const backend = make({ port: proxy.port, username: 'app', password: 'pw' });
      backends.push(backend);
      const tracking = backend.track(['k*'], () => {});
      await backend.connect();
      expect(tracking.intact).toBe(false);
      await backend.ping();
      expect(await backend.set('k', 'v')).toBe('OK');
    });

    it('ends with the first call when it is called again, and with the connection', async () => {
      const backend = await open();
      const first = backend.track(['a*'], () => {});
      await waitFor(() => first.intact);
      const second = backend.track(['a*', 'b*'], () => {});
      expect(first.intact).toBe(false);
      await waitFor(() => second.intact);
      await backend.disconnect();
      expect(second.intact).toBe(false);
      await waitFor(async () => proxy.connections === 0);
    });
  });

  async function killSubscribers(): Promise<void> {
    const list = String(await server.call('CLIENT', 'LIST'));
    const lines = list.split('\n').filter((line) => / sub=1 /.test(line));
    expect(lines).toHaveLength(1);
    for (const line of lines) {
      await server.call('CLIENT', 'KILL', 'ID', /^id=(\d+)/.exec(line)?.[1] as string);
    }
  }
}
