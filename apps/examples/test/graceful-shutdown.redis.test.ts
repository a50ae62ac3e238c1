import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { freePort, RedisServer, waitFor } from '@cachefb/testkit';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const main = fileURLToPath(new URL('../dist/graceful-shutdown/main.js', import.meta.url));

let redis: RedisServer;
let service: ChildProcess;
let ended: Promise<number | null>;
let output = '';
let url = '';

beforeAll(async () => {
  const turbo = fileURLToPath(new URL('../../../node_modules/.bin/turbo', import.meta.url));
  const args = ['run', 'build', '--output-logs=errors-only', '--filter=@cachefb/examples...'];
  await promisify(execFile)(turbo, args, { cwd: root }).catch((error: { stdout: string }) => {
    throw new Error(`the examples could not be built:\n${error.stdout}`);
  });
}, 240_000);

beforeEach(async () => {
  redis = await RedisServer.start();
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  output = '';
  const env = { ...process.env, REDIS_URL: redis.url, PORT: String(port) };
  service = spawn(process.execPath, [main], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  for (const stream of [service.stdout, service.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  ended = new Promise((resolve) => service.once('close', resolve));
  await waitFor(() => output.includes('listening'), { timeout: 60_000 });
}, 70_000);

afterEach(async () => {
  service.kill('SIGKILL');
  await ended;
  await redis.close();
});

const ready = async () => (await fetch(`${url}/readyz`)).status;

describe('a service that is told to end', () => {
  it('in the middle of an outage waits for Redis, and brings back what it holds', async () => {
    await redis.kill();
    const order = await fetch(`${url}/orders/1`, { method: 'POST' });
    expect(order.status).toBe(204);
    expect(await ready()).toBe(200);

    service.kill('SIGTERM');
    await waitFor(() => output.includes('stopping'), { timeout: 10_000 });
    await redis.restart();
    expect(await ended).toBe(0);
    expect(output).toContain('stopped');
    expect(await redis.call('GET', 'order:1')).toMatch(/^\{"at":\d+\}$/);
  });

  it('while Redis is well ends at once', async () => {
    expect((await fetch(`${url}/orders/2`, { method: 'POST' })).status).toBe(204);
    service.kill('SIGTERM');
    expect(await ended).toBe(0);
    await expect(ready()).rejects.toThrow();
    expect(await redis.call('EXISTS', 'order:2')).toBe(1);
  });
});
