import { CacheTimeoutError, CacheUnavailableError } from '@cachefb/core';
import { RedisServer, waitFor } from '@cachefb/testkit';
import { createClient } from 'redis';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { NodeRedisBackend, type NodeRedisOptions, type NodeRedisTarget } from '../src/index.js';
import { StreamingProvider } from './streaming-provider.js';

const timeout = 1500;

let server: RedisServer;
let backends: NodeRedisBackend[];

beforeEach(async () => {
  server = await RedisServer.start({
    persistence: false,
    args: ['--user', 'app', 'on', '>first', '~*', '&*', '+@all'],
  });
  await server.call('ACL', 'SETUSER', 'default', 'resetpass', '>secret');
  backends = [];
});

afterEach(async () => {
  for (const backend of backends) await backend.disconnect();
  await server.close();
});

function make(target: NodeRedisTarget): NodeRedisBackend {
  const backend = new NodeRedisBackend(target, { timeout });
  backends.push(backend);
  return backend;
}

/** Has its credentials looked up for every connection. */
function asking(credentials: () => Promise<{ username?: string; password: string }>) {
  const type = 'async-credentials-provider' as const;
  const socket = { host: server.host, port: server.port };
  return { socket, credentialsProvider: { type, credentials } } satisfies NodeRedisOptions;
}

/** How many connections the server has, beside the one by which it is asked. */
async function others(): Promise<number> {
  const list = String(await server.call('CLIENT', 'LIST'));
  return list.trim().split('\n').length - 1;
}

async function refusal(backend: NodeRedisBackend): Promise<CacheUnavailableError> {
  const error = await backend.connect().catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(CacheUnavailableError);
  expect(error).toHaveProperty('fate', expect.stringMatching(/^(?:refused|unsent)$/));
  return error as CacheUnavailableError;
}

it.each<[string, () => NodeRedisTarget]>([
  ['a password alone', () => ({ url: server.url, password: 'secret' })],
  ['a user and a password', () => ({ url: server.url, username: 'app', password: 'first' })],
  ['a client', () => createClient({ url: server.url, username: 'app', password: 'first' })],
  ['a provider', () => asking(async () => ({ username: 'app', password: 'first' }))],
  ['a provider of a password alone', () => asking(async () => ({ password: 'secret' }))],
  [
    "a client's provider",
    () => createClient(asking(async () => ({ username: 'app', password: 'first' }))),
  ],
])('%s logs in, and so the connection does that is told of changes', async (_, target) => {
  const backend = make(target());
  const seen: (string | undefined)[] = [];
  const tracking = backend.track(['k*'], (key) => seen.push(key));
  await backend.connect();
  expect(tracking.intact).toBe(true);
  expect(await backend.set('mine', 'v')).toBe('OK');
  await server.call('SET', 'k', 'theirs');
  await waitFor(() => seen.includes('k'));
});

it('a provider is asked again for every connection, and so a new password is known', async () => {
  let password = 'first';
  const backend = make(asking(async () => ({ username: 'app', password })));
  await backend.connect();
  await server.call('ACL', 'SETUSER', 'app', 'resetpass', '>second');
  await server.call('CLIENT', 'KILL', 'USER', 'app');
  await waitFor(() => backend.connectionStatus === 'end');
  const error = await refusal(backend);
  expect(error.message).toContain('it refuses the password');
  expect(`${error.message}${error.stack}`).not.toContain('first');
  password = 'second';
  await backend.connect();
  expect(await backend.set('k', 'v')).toBe('OK');
});

it('a provider that goes on has each connection log in once more, beside what else is said there', async () => {
  const credentialsProvider = new StreamingProvider({ username: 'app', password: 'first' });
  const socket = { host: server.host, port: server.port };
  const backend = make({ socket, credentialsProvider });
  await backend.connect();
  const setting = Array.from({ length: 20 }, (_, i) => backend.set(`k${i}`, `${i}`));
  credentialsProvider.renew({ username: 'default', password: 'secret' });
  await Promise.all(setting);
  expect(await backend.mget('k0', 'k19')).toEqual(['0', '19']);
  expect(String(await server.call('CLIENT', 'LIST'))).not.toContain(' user=app ');
  expect(backend.connectionStatus).toBe('ready');
  await backend.disconnect();
  expect(credentialsProvider).toMatchObject({ failures: [], listeners: 0 });
});

it('a provider that knows nothing, or never answers, makes the server unavailable in time', async () => {
  const failing = make(asking(() => Promise.reject(new Error('the vault is sealed'))));
  expect((await refusal(failing)).message).toContain('the vault is sealed');
  const start = performance.now();
  const silent = make(asking(() => new Promise(() => {})));
  expect(await refusal(silent)).toBeInstanceOf(CacheTimeoutError);
  expect(performance.now() - start).toBeLessThan(timeout + 500);
  await waitFor(async () => (await others()) === 0);
});
