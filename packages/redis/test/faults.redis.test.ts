import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { CacheTimeoutError, CacheUnavailableError, ReplyError, silentLogger } from '@cachefb/core';
import { freePort, RedisServer, TcpProxy, waitFor } from '@cachefb/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RedisBackend, type RedisBackendOptions, type RedisTarget } from '../src/index.js';

const TIMEOUT = 400;
/** What a loaded machine may add to a bound. */
const SLACK = 400;

let server: RedisServer;
let proxy: TcpProxy;
let disposals: (() => unknown)[];

beforeEach(async () => {
  server = await RedisServer.start();
  proxy = await TcpProxy.start({ target: server });
  disposals = [];
});

afterEach(async () => {
  for (const dispose of disposals.reverse()) await dispose();
  server.cont();
  await proxy.close();
  await server.close();
});

function make(target: RedisTarget = proxy.url, options: RedisBackendOptions = {}): RedisBackend {
  const backend = new RedisBackend(target, { timeout: TIMEOUT, ...options });
  disposals.push(() => backend.disconnect());
  return backend;
}

async function open(target?: RedisTarget, options?: RedisBackendOptions): Promise<RedisBackend> {
  const backend = make(target, options);
  await backend.connect();
  return backend;
}

/** Until what was sent in this turn has left. */
const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

async function failure(promise: Promise<unknown>): Promise<CacheUnavailableError> {
  const error = await promise.then(
    () => new Error('it did not reject'),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(CacheUnavailableError);
  return error as CacheUnavailableError;
}

/** Lets a plain TCP server listen; everything is closed in the end. */
async function listen(listener: (socket: Socket) => void): Promise<number> {
  return listening(createServer(listener));
}

async function listening(listener: Server): Promise<number> {
  const sockets = new Set<Socket>();
  listener.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  disposals.push(() => {
    for (const socket of sockets) socket.destroy();
    listener.close();
  });
  return (listener.address() as AddressInfo).port;
}

async function clientIds(name: string): Promise<string[]> {
  const list = String(await server.call('CLIENT', 'LIST'));
  const lines = list.split('\n').filter((line) => line.includes(` name=${name} `));
  return lines.map((line) => /^id=(\d+)/.exec(line)?.[1] as string);
}

describe('without a connection', () => {
  it('commands reject at once, unsent', async () => {
    const backend = make();
    expect(await failure(backend.get('k'))).toMatchObject({ fate: 'unsent', scope: 'all' });
    await failure(backend.read(['k']));
    await failure(backend.apply([]));
    await failure(backend.keys('*'));
    await failure(backend.scan().next());
    await failure(backend.acknowledgeEmptied());
    expect(backend.connectionStatus).toBe('end');
  });

  it("a caller's mistake is told as that, all the same", async () => {
    await expect(make().set('k', 'v', 0)).rejects.toThrow(ReplyError);
  });

  it('connecting and pinging at once make one connection', async () => {
    const backend = make();
    const attempts = [backend.connect(), backend.ping(), backend.connect()];
    expect(backend.connectionStatus).toBe('connecting');
    await Promise.all(attempts);
    expect(proxy.accepted).toBe(1);
    expect(backend.connectionStatus).toBe('ready');
    await backend.connect();
    expect(proxy.accepted).toBe(1);
  });

  it('nothing is left once it has been disconnected', async () => {
    const backend = await open();
    proxy.blackHole();
    const pending = failure(backend.get('k'));
    await nextTurn();
    await backend.disconnect();
    expect((await pending).fate).toBe('unknown');
    proxy.heal();
    await waitFor(() => proxy.connections === 0);
    expect((await failure(backend.get('k'))).fate).toBe('unsent');
    await backend.disconnect();
    await backend.connect();
    expect(await backend.set('k', 'v')).toBe('OK');
  });

  it('may be disconnected while it connects', async () => {
    proxy.blackHole();
    const backend = make();
    const attempt = failure(backend.connect());
    await waitFor(() => proxy.accepted === 1);
    await backend.disconnect();
    await attempt;
    await waitFor(() => proxy.connections === 0);
    const again = failure(backend.ping());
    await backend.disconnect();
    await again;
  });
});

describe('a server that cannot be used', () => {
  async function refusal(target: RedisTarget, options?: RedisBackendOptions) {
    const start = performance.now();
    const error = await failure(make(target, options).connect());
    expect(performance.now() - start).toBeLessThan(TIMEOUT + SLACK);
    return error;
  }

  it('because nothing listens there', async () => {
    const port = await freePort();
    const error = await refusal({ host: '127.0.0.1', port });
    expect(error.message).toContain(`no connection to Redis at 127.0.0.1:${port}`);
    expect(error.message).toContain('ECONNREFUSED');
    expect(error.fate).toBe('unsent');
  });

  it('because its name is unknown', async () => {
    const error = await refusal({ host: 'nowhere.invalid' }, { timeout: TIMEOUT });
    expect(error.message).toContain('nowhere.invalid');
  });

  it('because it is silent', async () => {
    const port = await listen(() => {});
    const error = await refusal({ host: '127.0.0.1', port });
    expect(error).toBeInstanceOf(CacheTimeoutError);
    expect(error.fate).toBe('unsent');
    expect(error.message).toContain(`did not answer within ${TIMEOUT} ms`);
  });

  it('because it speaks HTTP', async () => {
    const port = await listening(createHttpServer((_request, response) => response.end('hello')));
    const error = await refusal({ host: '127.0.0.1', port });
    expect(error.message).toContain("does not speak Redis's protocol");
  });

  it('because it says something that only looks like a reply', async () => {
    const port = await listen((socket) => {
      socket.on('data', () => socket.write('+hello\r\n'.repeat(10)));
    });
    const error = await refusal({ host: '127.0.0.1', port });
    expect(error.message).toMatch(/does not speak Redis's protocol|nobody asked for/);
  });

  it('because it hangs up', async () => {
    const port = await listen((socket) => socket.end());
    const error = await refusal({ host: '127.0.0.1', port });
    expect(error.message).toContain(`127.0.0.1:${port}`);
  });

  it('because it requires a password', async () => {
    await server.call('CONFIG', 'SET', 'requirepass', 'secret');
    const error = await refusal(proxy.url);
    expect(error).toMatchObject({ fate: 'refused', scope: 'all' });
    expect(error.message).toContain('it requires a password');
  });

  it('because it refuses the password, which is not shown', async () => {
    await server.call('CONFIG', 'SET', 'requirepass', 'secret');
    const error = await refusal({ port: proxy.port, password: 'hunter2' });
    expect(error.message).toContain('it refuses the password');
    expect(`${error.message}${error.stack}`).not.toContain('hunter2');
  });

  it('because it has no such database', async () => {
    const error = await refusal(`${proxy.url}/99`);
    expect(error.message).toContain('no database 99');
  });

  it('because it accepts no more clients', async () => {
    const others = [await server.connect(), await server.connect()];
    disposals.push(() => others.map((other) => other.close()));
    await server.call('CONFIG', 'SET', 'maxclients', '3');
    for (let i = 0; i < 5; i++) {
      const error = await refusal(proxy.url);
      expect(error.message).toMatch(/it accepts no more clients|no connection|failed|closed/);
    }
  });

  it('because it is a replica without its master', async () => {
    await server.call('REPLICAOF', '127.0.0.1', String(await freePort()));
    await server.call('CONFIG', 'SET', 'replica-serve-stale-data', 'no');
    const error = await refusal(proxy.url);
    expect(error).toMatchObject({ fate: 'refused', scope: 'all' });
    expect(error.message).toContain('MASTERDOWN');
  });
});

describe('logging in', () => {
  it('works by user and password, in a database, under a name', async () => {
    await server.call('ACL', 'SETUSER', 'app', 'on', '>pw', '~*', '&*', '+@all');
    const backend = await open(`redis://app:pw@127.0.0.1:${proxy.port}/5`, { name: 'here' });
    await backend.set('k', 'v');
    expect(await clientIds('here')).toHaveLength(1);
    const raw = await server.connect();
    disposals.push(() => raw.close());
    await raw.call('SELECT', '5');
    expect(await raw.call('GET', 'k')).toBe('v');
  });

  it('warns of a password that nobody asked for', async () => {
    const warnings: string[] = [];
    const logger = {
      ...silentLogger,
      warn: (message: string) => {
        warnings.push(message);
      },
    };
    await open({ port: proxy.port, password: 'pw' }, { logger });
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain('needs no password');
  });

  it('goes without what an ACL forbids', async () => {
    const rights = ['on', '>pw', '~*', '+@all', '-info', '-client', '-time', '-exists'];
    await server.call('ACL', 'SETUSER', 'app', ...rights);
    const backend = await open(`redis://app:pw@127.0.0.1:${proxy.port}`, { name: 'x' });
    const status = await backend.ping();
    expect(status).toMatchObject({ writable: true, emptied: false });
    expect(status.instance).toBeUndefined();
    expect(status.uptime).toBeUndefined();
    expect(await backend.set('k', 'v')).toBe('OK');
    backend.abandon();
    await backend.connect();
    expect(await backend.settleAbandoned()).toBe(false);
  });

  it('goes without our own keys where only others are permitted', async () => {
    await server.call('ACL', 'SETUSER', 'app', 'on', '>pw', '~app:*', '+@all');
    const backend = await open(`redis://app:pw@127.0.0.1:${proxy.port}`);
    expect(await backend.ping()).toMatchObject({ writable: true, emptied: false });
    expect(await backend.set('app:k', 'v')).toBe('OK');
    await expect(backend.set('k', 'v')).rejects.toThrow(/^NOPERM/);
  });
});

describe('a connection that fails', () => {
  it('by a kill of the server rejects what is in flight, its fate unknown', async () => {
    const backend = await open();
    server.stop();
    const pending = Array.from({ length: 10 }, (_, i) => failure(backend.set(`k${i}`, 'v')));
    await server.kill();
    for (const error of await Promise.all(pending)) expect(error.fate).toBe('unknown');
    expect((await failure(backend.get('k'))).fate).toBe('unsent');
    await failure(backend.ping());
    await server.restart();
    await backend.ping();
    expect(await backend.set('k', 'v')).toBe('OK');
  });

  it('by silence is given up when the oldest command is overdue', async () => {
    const backend = await open();
    proxy.blackHole();
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
    await proxy.heal();
    await backend.ping();
    expect(await backend.get('a')).toBeNull();
  });

  it('by a stopped server is given up just so', async () => {
    const backend = await open();
    server.stop();
    expect(await failure(backend.get('k'))).toBeInstanceOf(CacheTimeoutError);
    server.cont();
    await backend.ping();
    expect(await backend.get('k')).toBeNull();
  });

  it('by a reset in the middle of a reply', async () => {
    const backend = await open();
    await backend.set('k', 'x'.repeat(1000));
    proxy.resetMidReply();
    expect((await failure(backend.get('k'))).fate).toBe('unknown');
    await backend.ping();
    expect(await backend.get('k')).toHaveLength(1000);
  });

  it('by garbage is ended, and nothing is thrown elsewhere', async () => {
    const backend = await open();
    proxy.garbage();
    await waitFor(() => backend.connectionStatus === 'end');
    expect((await failure(backend.get('k'))).message).toContain('not connected');
    await backend.ping();
  });

  it('by a reply too many is ended, for no later reply can be trusted', async () => {
    const backend = await open();
    proxy.inject();
    await waitFor(() => backend.connectionStatus === 'end');
    const error = await failure(backend.get('k'));
    expect((error.cause as Error).message).toContain('nobody asked for');
    await backend.ping();
  });

  it('by a reply too many tells no caller what another one asked for', async () => {
    const names = Array.from({ length: 30 }, (_, i) => `name${i}`);
    for (let round = 0; round < 20; round++) {
      const backend = await open();
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
      proxy.inject();
      await Promise.all(asking);
      expect({ wrong, round }).toEqual({ wrong: 0, round });
      expect(backend.connectionStatus).toBe('end');
      await backend.disconnect();
    }
  });

  it('is not blamed for a stall of our own event loop', async () => {
    const backend = await open(server.url);
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
    const backend = await open();
    proxy.delay(TIMEOUT / 2);
    expect(await backend.set('k', 'v')).toBe('OK');
  });
});

describe('abandoning', () => {
  it('rejects what is in flight at once', async () => {
    const backend = await open();
    proxy.blackHole();
    const start = performance.now();
    const pending = failure(backend.get('k'));
    await nextTurn();
    backend.abandon();
    expect((await pending).fate).toBe('unknown');
    expect(performance.now() - start).toBeLessThan(TIMEOUT - 50);
    backend.abandon();
  });

  it('knows of what has not left yet that it was not sent', async () => {
    const backend = await open();
    const pending = [failure(backend.incr('n')), failure(backend.set('k', 'v'))];
    backend.abandon();
    expect((await Promise.all(pending)).map(({ fate }) => fate)).toEqual(['unsent', 'unsent']);
    expect(await server.call('EXISTS', 'n', 'k')).toBe(0);
  });

  it.each([
    ['is killed on the server, and what it sent comes too late', '+@all', true, 'new'],
    ['that may not be killed can still do harm, which is told', '-client|kill', false, 'old'],
  ])('of a connection whose bytes are held up: it %s', async (_title, right, settled, value) => {
    await server.call('ACL', 'SETUSER', 'app', 'on', '>pw', '~*', '+@all', right);
    // The first connection goes through the proxy, every later one straight to the server.
    let connections = 0;
    const port = await listen((socket) => {
      const way = connect({
        host: '127.0.0.1',
        port: connections++ === 0 ? proxy.port : server.port,
      });
      way.on('error', () => {});
      disposals.push(() => way.destroy());
      socket.pipe(way).pipe(socket);
    });
    const backend = await open(`redis://app:pw@127.0.0.1:${port}`);
    proxy.hold({ replies: false });
    const pending = failure(backend.set('k', 'old'));
    await new Promise((resolve) => setImmediate(resolve));
    backend.abandon();
    await pending;
    await backend.connect();
    expect(await backend.settleAbandoned()).toBe(settled);
    await backend.set('k', 'new');
    await proxy.heal();
    await waitFor(async () => (await server.call('GET', 'k')) === value);
    await waitFor(() => proxy.connections === 0 || !settled);
    expect(await backend.get('k')).toBe(value);
  });

  it('has nothing to settle on a server that was started anew', async () => {
    const backend = await open();
    backend.abandon();
    await server.restart();
    expect(await backend.settleAbandoned()).toBe(true);
    expect(await backend.settleAbandoned()).toBe(true);
  });

  it('settles by killing the old connection', async () => {
    const backend = await open(proxy.url, { name: 'mine' });
    proxy.blackHole();
    await failure(backend.get('k'));
    expect(await backend.settleAbandoned().catch(() => 'away')).toBe('away');
    await proxy.heal();
    expect(await backend.settleAbandoned()).toBe(true);
    expect(await clientIds('mine')).toHaveLength(1);
  });

  it('answers false where killing is not permitted', async () => {
    await server.call('ACL', 'SETUSER', 'app', 'on', '>pw', '~*', '+@all', '-client|kill');
    const backend = await open(`redis://app:pw@127.0.0.1:${proxy.port}`);
    backend.abandon();
    await backend.connect();
    expect(await backend.settleAbandoned()).toBe(false);
    // What was applied stays remembered, as long as an older copy of it may still arrive.
    await backend.apply([
      { id: 'a', key: 'k', effect: { kind: 'put', value: 'v', deadline: null }, writtenAt: 1 },
    ]);
    await backend.confirm(['a']);
    const marks = () => server.call('SCARD', '__cachefb__:marks:');
    expect(await marks()).toBe(1);
    await waitFor(async () => {
      await backend.ping();
      return (await marks()) === 0;
    });
  });
});

describe('writes that are refused', () => {
  async function writesRefused(backend: RedisBackend, word: string): Promise<void> {
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
    const backend = await open();
    await backend.set('there', 'v');
    await server.call('CONFIG', 'SET', 'maxmemory', '1');
    await writesRefused(backend, 'OOM');
    await server.call('CONFIG', 'SET', 'maxmemory', '0');
    const status = await backend.ping();
    expect(status.writable).toBe(true);
    expect(status.error).toBeUndefined();
  });

  it('by a replica', async () => {
    const backend = await open();
    await backend.set('there', 'v');
    await server.call('REPLICAOF', '127.0.0.1', String(await freePort()));
    await writesRefused(backend, 'READONLY');
    await backend.disconnect();
    await backend.connect();
    await writesRefused(backend, 'READONLY');
  });

  it('by a server that lacks replicas', async () => {
    const backend = await open();
    await backend.set('there', 'v');
    await server.call('CONFIG', 'SET', 'min-replicas-to-write', '1');
    await writesRefused(backend, 'NOREPLICAS');
  });
});

describe('too much at once', () => {
  it('is refused beyond the limit, at once and unsent', async () => {
    const backend = await open(proxy.url, { maxInFlight: 10 });
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
