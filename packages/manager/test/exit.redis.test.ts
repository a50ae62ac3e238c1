import { execFile, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { freePort, RedisServer } from '@cachefb/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const home = fileURLToPath(new URL('..', import.meta.url));

/** Brings a manager into a state, disconnects, and says so. Nothing ends the process but its having nothing to do. */
const program = (url: string, state: string) => `
  import { CacheManager } from '@cachefb/manager';
  const logger = { debug() {}, info() {}, warn() {}, error() {} };
  const redis = ${JSON.stringify(url)};
  const cache = new CacheManager({ redis, criticalKeys: ['session:*'], failoverTimeout: 500, logger });
  ${state}
  await cache.disconnect();
  console.log('disconnected');
`;
const BEGIN = 'await cache.initialize(); await cache.set("session:1", "a", 60000);';

const STATES: Readonly<Record<string, string>> = {
  'before the beginning': '',
  'in the middle of the beginning': 'void cache.initialize();',
  'while Redis answers': BEGIN,
  'while memory answers by request': `${BEGIN} cache.switchToMemoryCache(); await cache.incr("n");`,
  'on the way back': `${BEGIN} cache.switchToMemoryCache(); await cache.incr("session:n");
    void cache.switchToRedis(); await new Promise((resolve) => cache.once("sync:start", resolve));`,
};

let server: RedisServer;

beforeAll(async () => {
  server = await RedisServer.start({ persistence: false });
  const turbo = fileURLToPath(new URL('../../../node_modules/.bin/turbo', import.meta.url));
  const args = ['run', 'build', '--output-logs=errors-only', '--filter=@cachefb/manager...'];
  await promisify(execFile)(turbo, args, { cwd: root }).catch((error: { stdout: string }) => {
    throw new Error(`the manager could not be built:\n${error.stdout}`);
  });
}, 120_000);

afterAll(() => server.close());

/** How a process ended that ran the program: by itself with 0, or killed because it would not. */
async function ending(code: string): Promise<{ output: string; exitCode: number | null }> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], { cwd: home });
  const patience = setTimeout(() => child.kill('SIGKILL'), 20_000);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const exitCode = await new Promise<number | null>((resolve) => child.once('close', resolve));
  clearTimeout(patience);
  return { output, exitCode };
}

describe('the process ends by itself after disconnect()', () => {
  for (const [name, state] of Object.entries(STATES)) {
    it(name, async () => {
      expect(await ending(program(server.url, state))).toEqual({
        output: 'disconnected\n',
        exitCode: 0,
      });
    });
  }

  it('during an outage', async () => {
    const url = `redis://127.0.0.1:${await freePort()}`;
    expect(await ending(program(url, BEGIN))).toEqual({ output: 'disconnected\n', exitCode: 0 });
  });

  it('while Redis refuses writes', async () => {
    await server.call('CONFIG', 'SET', 'maxmemory', '1');
    const { output, exitCode } = await ending(program(server.url, BEGIN));
    await server.call('CONFIG', 'SET', 'maxmemory', '0');
    expect({ output, exitCode }).toEqual({ output: 'disconnected\n', exitCode: 0 });
  });
});
