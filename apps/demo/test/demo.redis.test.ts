import { RedisServer, waitFor } from '@cachefb/testkit';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { buildDemo, DemoRun } from './run-demo.js';

const ROWS = [
  'Sessions',
  'Ended sessions',
  'Counters',
  'Config',
  'Cached pages',
  'Deadlines',
  'Session reads',
  'Page reads',
  'Failed calls',
  'Slowest call',
  "Others' writes",
  'Outages',
  'Journal',
  'Killed till',
];
const ALL_OK = Object.fromEntries(ROWS.map((row) => [row, 'ok']));

const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

beforeAll(buildDemo, 300_000);

describe('the story on a redis-server of its own', { timeout: 120_000 }, () => {
  it('keeps every promise, in plain lines, and leaves no server behind', async () => {
    const run = new DemoRun(['--fast']);
    expect(await run.exitCode, run.output).toBe(0);
    expect(run.verdicts).toEqual(ALL_OK);
    expect(run.output).not.toContain('\x1b');
    expect(run.output).not.toContain('\r');
    expect(run.output).toMatch(/Bringing back: \d+ of \d+/);
    expect(run.serverPids.length).toBeGreaterThanOrEqual(3);
    expect(run.serverPids.filter(isAlive)).toEqual([]);
  });

  it('fails in every row of which Redis was changed behind its back', async () => {
    const run = new DemoRun(['--fast', '--tamper']);
    expect(await run.exitCode, run.output).toBe(1);
    const wrong = Object.entries(run.verdicts).filter(([, verdict]) => verdict !== 'ok');
    expect(wrong.map(([row]) => row)).toEqual([
      'Sessions',
      'Ended sessions',
      'Counters',
      'Config',
      'Cached pages',
      'Deadlines',
    ]);
  });

  it('ends at Ctrl-C, and its redis-server with it', async () => {
    const run = new DemoRun(['--fast']);
    await run.printed('kill -9');
    run.interrupt();
    expect(await run.exitCode, run.output).toBe(130);
    expect(run.serverPids.filter(isAlive)).toEqual([]);
  });
});

describe('the story on a Redis of somebody else', { timeout: 120_000 }, () => {
  let server: RedisServer;
  afterEach(() => server?.close());

  /** Keys of the demo, what the cache noted about them, and anything that would stay for ever. */
  async function leftovers(): Promise<string[]> {
    const keys = (await server.call('KEYS', '*')) as string[];
    const kept: string[] = [];
    for (const key of keys) {
      const forEver = (await server.call('PTTL', key)) === -1;
      if (key !== 'theirs' && (key.includes('cachefb-demo:') || forEver)) kept.push(key);
    }
    return kept;
  }

  it('keeps every promise, never stops the server, and leaves no key behind', async () => {
    server = await RedisServer.start();
    await server.call('SET', 'theirs', 'untouched');
    const { pid } = server;
    const run = new DemoRun(['--fast', '--redis', server.url]);
    expect(await run.exitCode, run.output).toBe(0);
    expect(run.verdicts).toEqual(ALL_OK);
    expect(run.output).toContain('Act two is skipped');
    expect(server.pid).toBe(pid);
    expect(await server.call('GET', 'theirs')).toBe('untouched');
    expect(await leftovers()).toEqual([]);
  });

  it('works in a database of its own, with a password, and cleans up at Ctrl-C', async () => {
    server = await RedisServer.start();
    await server.call('CONFIG', 'SET', 'requirepass', 'p@ss/word');
    await server.call('AUTH', 'p@ss/word');
    await server.call('SELECT', 3);
    const url = `redis://:p%40ss%2Fword@127.0.0.1:${server.port}/3`;
    const run = new DemoRun(['--fast', '--redis', url]);
    await run.printed('memory answers everything');
    expect(Number(await server.call('DBSIZE'))).toBeGreaterThan(0);
    run.interrupt();
    expect(await run.exitCode, run.output).toBe(130);
    expect(run.output).not.toContain('p@ss');
    expect(await leftovers()).toEqual([]);
  });

  it('says in one line that a server lets it in only with a password', async () => {
    server = await RedisServer.start();
    await server.call('CONFIG', 'SET', 'requirepass', 'secret');
    const run = new DemoRun(['--redis', server.url]);
    expect(await run.exitCode).toBe(1);
    expect(run.output).toMatch(/^Redis at \S+ does not let the demo in: NOAUTH .*\n$/);
  });

  it('says in one line that nothing answers', async () => {
    server = await RedisServer.start();
    await server.kill();
    const run = new DemoRun(['--redis', server.url]);
    expect(await run.exitCode).toBe(1);
    expect(run.output).toMatch(/^No Redis can be reached at 127\.0\.0\.1:\d+: .*\n$/);
  });
});

describe('without any Redis', () => {
  it('says how to get one, shows what memory does, and succeeds', async () => {
    const run = new DemoRun(['--fast'], { ...process.env, PATH: '' });
    expect(await run.exitCode, run.output).toBe(0);
    expect(run.output).toContain('apt-get install redis-server');
    await waitFor(() => run.output.includes('Every promise was kept.'));
    expect(Object.values(run.verdicts)).not.toContain('NOT OK');
    expect(Object.keys(run.verdicts).length).toBeGreaterThan(5);
  });
});

describe('the command line', () => {
  it('prints its help', async () => {
    const run = new DemoRun(['--help']);
    expect(await run.exitCode).toBe(0);
    expect(run.output).toContain('--redis URL');
  });

  it.each([['--webb'], ['--fast', 'now'], ['--redis'], ['--web', '--fast']])(
    'refuses %s with exit code 2',
    async (...args) => {
      const run = new DemoRun(args);
      expect(await run.exitCode).toBe(2);
      expect(run.output).toMatch(/^.*See --help\.\n$/);
    },
  );
});
