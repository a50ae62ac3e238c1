import { CacheTimeoutError } from '@cachefb/core';
import { freePort, RedisServer, TcpProxy, waitFor } from '@cachefb/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Certificate, makeCertificate } from './certificate.js';
import { failure, SLACK } from './stage.js';
import type { MakeBackend, Place, RedisLike, SubjectOptions } from './subject.js';

const timeout = 1500;

/** An encrypted connection. */
export function overTls(makeBackend: MakeBackend): void {
  let certificate: Certificate;
  let server: RedisServer;
  let proxy: TcpProxy;
  let backends: RedisLike[];

  beforeEach(async () => {
    certificate = makeCertificate();
    const port = await freePort();
    server = await RedisServer.start({
      args: [...certificate.serverArgs(port), '--user', 'app', 'on', '>pw', '~*', '&*', '+@all'],
    });
    proxy = await TcpProxy.start({ target: { host: '127.0.0.1', port } });
    backends = [];
  });

  afterEach(async () => {
    for (const backend of backends) await backend.disconnect();
    server.cont();
    await proxy.close();
    await server.close();
    certificate[Symbol.dispose]();
  });

  function make(target: string | Place, options?: SubjectOptions): RedisLike {
    const backend = makeBackend(target, { timeout, ...options });
    backends.push(backend);
    return backend;
  }

  function trusting(options?: SubjectOptions): RedisLike {
    const login = { username: 'app', password: 'pw' };
    return make(
      { host: '127.0.0.1', port: proxy.port, ...login, tls: { ca: certificate.pem } },
      options,
    );
  }

  async function clients(name: string): Promise<number> {
    const list = String(await server.call('CLIENT', 'LIST'));
    return list.split('\n').filter((line) => line.includes(` name=${name} `)).length;
  }

  describe('over TLS', () => {
    it('a server whose certificate is trusted is logged in to, used and followed', async () => {
      const backend = trusting();
      const seen: (string | undefined)[] = [];
      const tracking = backend.track(['k*'], (key) => seen.push(key));
      await backend.connect();
      expect(tracking.intact).toBe(true);
      const large = 'é'.repeat(500_000);
      await Promise.all([backend.set('k', large), backend.incr('n'), backend.incr('n')]);
      expect(await Promise.all([backend.get('k'), backend.get('n')])).toEqual([large, '2']);
      await server.call('SET', 'k2', 'theirs');
      await waitFor(() => seen.includes('k2'));
      expect(String(await server.call('CLIENT', 'LIST'))).toContain(' user=app ');
    });

    it.each([
      ['a URL', (port: number) => `rediss://127.0.0.1:${port}`],
      ['options', (port: number) => ({ host: '127.0.0.1', port, tls: {} })],
    ])('one whose certificate is not trusted is unavailable, and why: %s', async (_, target) => {
      const error = await failure(make(target(proxy.port)).connect());
      expect(error.message).toContain('self-signed certificate');
      expect(error.fate).toBe('unsent');
      await waitFor(() => proxy.connections === 0);
    });

    it('one that does not speak TLS is unavailable', async () => {
      const port = server.port;
      const error = await failure(make({ host: '127.0.0.1', port, tls: {} }).connect());
      expect(error.message).toContain(`127.0.0.1:${port}`);
      expect(error.fate).toBe('unsent');
    });

    it('one that stops before it has shown its certificate is given up in time, without a trace', async () => {
      proxy.blackHole();
      const start = performance.now();
      const error = await failure(trusting().connect());
      expect(performance.now() - start).toBeLessThan(timeout + SLACK);
      expect(error).toBeInstanceOf(CacheTimeoutError);
      expect(error.message).toContain(`did not answer within ${timeout} ms`);
      await waitFor(() => proxy.connections === 0);
    });

    it('one that freezes is given up in time, and what it may still do is settled', async () => {
      const backend = trusting({ name: 'mine' });
      await backend.connect();
      server.stop();
      const start = performance.now();
      expect(await failure(backend.incr('n'))).toBeInstanceOf(CacheTimeoutError);
      expect(performance.now() - start).toBeLessThan(timeout + SLACK);
      expect(backend.connectionStatus).toBe('end');
      server.cont();
      await backend.connect();
      expect(await backend.settleAbandoned()).toBe(true);
      await waitFor(async () => (await clients('mine')) === 1);
    });

    it('a connection that is cut rejects what is in flight at once, and can be opened again', async () => {
      const backend = trusting();
      await backend.connect();
      proxy.hold();
      const pending = failure(backend.get('k'));
      await new Promise((resolve) => setTimeout(resolve, 20));
      const start = performance.now();
      proxy.cut();
      expect((await pending).fate).toBe('unknown');
      expect(performance.now() - start).toBeLessThan(timeout - 100);
      await proxy.heal();
      await backend.connect();
      expect(await backend.set('k', 'v')).toBe('OK');
    });
  });
}
