import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ConfigurationError, silentLogger } from '@cachefb/core';
import { RedisServer, waitFor } from '@cachefb/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CacheManager, type HealthHandlerOptions, healthHandler } from '../src/index.js';

let redis: RedisServer;
let cache: CacheManager;
const servers: Server[] = [];

beforeAll(async () => {
  redis = await RedisServer.start();
});

afterAll(() => redis.close());

beforeEach(() => {
  cache = new CacheManager({ redis: redis.url, criticalKeys: ['*'], logger: silentLogger });
});

afterEach(async () => {
  for (const server of servers.splice(0)) server.close();
  await cache.disconnect();
});

/** Serves the handler, and answers how to ask it. */
async function serve(options?: HealthHandlerOptions, withNext = false) {
  const handler = healthHandler(cache, options);
  const server = createServer((request, response) =>
    withNext
      ? handler(request, response, () => response.writeHead(418).end('next'))
      : handler(request, response),
  );
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return async (path: string, method = 'GET') => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { method });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: text.startsWith('{') ? (JSON.parse(text) as object) : text,
    };
  };
}

function isProvider(provider: 'redis' | 'memory'): Promise<boolean> {
  return waitFor(() => cache.getCurrentProvider() === provider, { timeout: 20_000 });
}

describe('healthHandler', () => {
  it('stays ready through an outage, and says who answers', async () => {
    const ask = await serve();
    const strict = await serve({ memoryIsReady: false });
    const statuses = async () => [
      (await ask('/livez')).status,
      (await ask('/readyz')).status,
      (await strict('/readyz')).status,
    ];
    expect(await statuses()).toEqual([200, 503, 503]);
    await cache.initialize();
    expect(await statuses()).toEqual([200, 200, 200]);
    expect((await ask('/readyz?verbose')).body).toEqual({
      status: 'ready',
      provider: 'redis',
      redis: { isHealthy: true },
      sync: { pending: 0, inProgress: false },
    });

    await redis.kill();
    await isProvider('memory');
    await cache.set('k', 'v');
    expect(await statuses()).toEqual([200, 200, 503]);
    const during = await ask('/readyz');
    expect(during.body).toEqual({
      status: 'ready',
      provider: 'memory',
      redis: { isHealthy: false },
      sync: { pending: 1, inProgress: false },
    });
    expect(JSON.stringify(during.body)).not.toContain('127.0.0.1');

    await redis.restart();
    await isProvider('redis');
    expect(await statuses()).toEqual([200, 200, 200]);
    await cache.disconnect();
    expect(await statuses()).toEqual([200, 503, 503]);
  });

  it('asks the application as well', async () => {
    await cache.initialize();
    let stopping = false;
    const ask = await serve({ isReady: () => !stopping });
    expect((await ask('/readyz')).status).toBe(200);
    stopping = true;
    expect((await ask('/readyz')).body).toMatchObject({ status: 'not ready', provider: 'redis' });
    const broken = await serve({
      isReady: () => {
        throw new Error('broken');
      },
    });
    expect((await broken('/readyz')).status).toBe(503);
  });

  it('answers its own paths by GET and HEAD, and leaves the others to the next one', async () => {
    await cache.initialize();
    const alone = await serve({ livePath: '/alive', readyPath: '/up' });
    expect((await alone('/livez')).status).toBe(404);
    expect((await alone('/alive')).body).toEqual({ status: 'alive' });
    expect(await alone('/up', 'HEAD')).toMatchObject({ status: 200, body: '' });
    const refused = await alone('/up', 'POST');
    expect([refused.status, refused.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
    expect((await alone('/up')).headers.get('cache-control')).toBe('no-store');
    const middleware = await serve({}, true);
    expect(await middleware('/page', 'POST')).toMatchObject({ status: 418, body: 'next' });
    expect((await middleware('/readyz')).status).toBe(200);
  });

  it.each([
    ['livePath', { livePath: 'livez' }],
    ['readyPath', { readyPath: '' }],
    ['memoryIsReady', { memoryIsReady: 'no' }],
    ['isReady', { isReady: true }],
    ['path', { path: '/' }],
  ])('names the option %s where it is wrong', (option, options) => {
    const call = () => healthHandler(cache, options as never);
    expect(call).toThrow(ConfigurationError);
    expect(call).toThrow(new RegExp(`^${option}: `));
  });
});
