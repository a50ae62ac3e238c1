import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { RedisServer } from '@cachefb/testkit';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../../..', import.meta.url));
/** Where both packages are installed. */
const home = path.join(root, 'apps', 'bench');

/** A process with a manager, which does what its standard input says, line by line, and prints each answer. */
const PROGRAM = `
  import { createInterface } from 'node:readline';
  import { CacheManager } from '@cachefb/manager';
  import { LmdbStore } from '@cachefb/persistence';
  const [redis, path] = process.argv.slice(1);
  const log = [];
  const note = (level) => (message, fields) => log.push([level, message, fields?.error?.code ?? null]);
  const logger = { debug() {}, info: note('info'), warn: note('warn'), error: note('error') };
  const store = new LmdbStore({ path, durability: 'strict', logger });
  const cache = new CacheManager({ redis, store, criticalKeys: ['c:*'], failoverTimeout: 3000, logger });
  await cache.initialize();
  const acts = {
    set: (key, value) => cache.set(key, value),
    get: (key) => cache.get(key),
    figures: () => {
      const { loaded, pending, failures, lastError } = cache.getSyncStats().persistence;
      return { provider: cache.getCurrentProvider(), loaded, pending, failures, code: lastError?.code ?? null };
    },
    log: () => log,
    end: () => cache.disconnect(),
  };
  console.log(JSON.stringify('ready'));
  for await (const line of createInterface({ input: process.stdin })) {
    const [act, ...args] = line.split(' ');
    console.log(JSON.stringify((await acts[act](...args)) ?? null));
    if (act === 'end') process.exit(0);
  }
`;

let server: RedisServer;
let folder: string;
const kills: (() => void)[] = [];

beforeAll(async () => {
  const turbo = path.join(root, 'node_modules', '.bin', 'turbo');
  const filters = ['manager', 'persistence'].map((name) => `--filter=@cachefb/${name}...`);
  await promisify(execFile)(turbo, ['run', 'build', '--output-logs=errors-only', ...filters], {
    cwd: root,
  });
}, 180_000);

beforeEach(async () => {
  server = await RedisServer.start({ persistence: true });
  folder = mkdtempSync(path.join(tmpdir(), 'cachefb-shared-'));
});

afterEach(async () => {
  for (const kill of kills.splice(0)) kill();
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

async function startManager() {
  const child = spawn(
    process.execPath,
    ['--input-type=module', '-e', PROGRAM, server.url, folder],
    { cwd: home, stdio: ['pipe', 'pipe', 'inherit'] },
  );
  kills.push(() => child.kill('SIGKILL'));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async (): Promise<unknown> => JSON.parse((await lines.next()).value as string);
  expect(await answer()).toBe('ready');
  return {
    ask: (words: string): Promise<unknown> => {
      child.stdin.write(`${words}\n`);
      return answer();
    },
    kill: async () => {
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

type Manager = Awaited<ReturnType<typeof startManager>>;

/** Waits until the figures of a manager say so. */
async function until(manager: Manager, figures: object): Promise<void> {
  const deadline = performance.now() + 15_000;
  for (;;) {
    const found = await manager.ask('figures');
    if (performance.now() > deadline) return expect(found).toMatchObject(figures);
    const matches = Object.entries(figures).every(
      ([name, value]) => (found as Record<string, unknown>)[name] === value,
    );
    if (matches) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

describe('two living processes with one folder', () => {
  it('are one that has it, and one that goes on without, counted and logged, until it is free', async () => {
    const first = await startManager();
    const second = await startManager();
    expect(await second.ask('figures')).toMatchObject({
      provider: 'redis',
      loaded: false,
      // It tries again and again.
      failures: expect.toSatisfy((failures: number) => failures >= 1),
      code: 'STORE_IN_USE',
    });
    await server.kill();
    await until(first, { provider: 'memory' });
    await until(second, { provider: 'memory' });
    expect(await first.ask('set c:a of-the-first')).toBe('OK');
    expect(await second.ask('set c:b of-the-second')).toBe('OK');
    expect(await second.ask('get c:b')).toBe('of-the-second');
    const errors = ((await second.ask('log')) as string[][]).filter(([level]) => level === 'error');
    expect(errors.filter(([, , code]) => code === 'STORE_IN_USE').length).toBe(1);

    // In a deploy: the first one is killed, and the second one takes over what it left, and writes what it did without.
    await first.kill();
    await until(second, { loaded: true, code: null, pending: 0 });
    expect(await second.ask('get c:a')).toBe('of-the-first');
    await second.kill();
    const third = await startManager();
    expect(await third.ask('get c:a')).toBe('of-the-first');
    expect(await third.ask('get c:b')).toBe('of-the-second');
    await server.restart();
    await until(third, { provider: 'redis' });
    await third.ask('end');
    expect(await server.call('MGET', 'c:a', 'c:b')).toEqual(['of-the-first', 'of-the-second']);
  }, 90_000);
});
