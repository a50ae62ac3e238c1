import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { disconnectRedis, logger } from '../../packages/manager/src/index.js';
import { defineRedisInstances } from '../../packages/redis/src/index.js';
import { RedisServer } from '../../packages/testkit/src/index.js';
import { withClaims } from './claims.js';
import { root } from './documents.js';
import { type Program, programsOf, readPrograms } from './programs.js';
import { runSample } from './sample-runner.js';
import { typeCheck } from './type-check.js';

const folder = path.join(root, '.cache', 'docs-test');
const runner = path.join(root, 'tests', 'docs', 'sample-runner.js');
const programs = readPrograms();
const redis = await RedisServer.start();
process.env.REDIS_URL = redis.url;
write();

afterAll(() => redis.close());

describe('the code in READMEs and guides', () => {
  beforeEach(async () => {
    await redis.call('FLUSHALL');
    vi.stubEnv('NODE_ENV', 'development');
    logger.level = 'silent';
    for (const method of ['debug', 'info', 'log', 'warn', 'error'] as const) {
      vi.spyOn(console, method).mockImplementation(() => {});
    }
  });

  afterEach(async () => {
    vi.restoreAllMocks();
    vi.unstubAllEnvs();
    await disconnectRedis();
    defineRedisInstances(undefined);
  });

  for (const program of programs) {
    if (program.isRun) it(`runs as it says: ${program.name}`, () => runProgram(program));
  }

  it('compiles', () => {
    expect(typeCheck(programs.map((program) => fileOf(program, '.ts')))).toEqual([]);
  }, 180_000);
});

describe('how code is read out of a document', () => {
  it('goes on with the program before where nothing is imported', () => {
    const text =
      '```ts\nimport a from "a";\n```\n\n```ts\na();\n```\n\n```ts\nimport b from "b";\n```\n';
    const found = programsOf({ name: 'x.md', text });
    expect(found.map(({ name }) => name)).toEqual(['x.md:2', 'x.md:10']);
    expect(found[0]?.source.split('\n')[5]).toBe('a();');
  });

  it('wants a reason for what is not run', () => {
    expect(() => programsOf({ name: 'x.md', text: '```ts no-run\n```\n' })).toThrow(
      'x.md:1: say why above',
    );
  });

  it('takes comments that are values at their word', () => {
    expect(withClaims("await get('a'); // 'b'")).toBe("__claim(await get('a'), 'b', 1);");
    expect(withClaims('f(); // 2, in all')).toBe('__claim(f(), 2, 1);');
    expect(withClaims('const n = f(); // 2')).toBe('const n = f();  __claim(n, 2, 1);');
    expect(withClaims('f(); // 60 seconds')).toBe('f(); // 60 seconds');
  });
});

Object.assign(globalThis, {
  __claim: (actual: unknown, claimed: unknown, line: number) =>
    expect(actual, `what line ${line} says`).toEqual(claimed),
});

function fileOf({ name }: Program, extension: string): string {
  return path.join(folder, `${name.replace(':', '.').replaceAll('/', '-')}${extension}`);
}

/** Each program twice: as it stands, for the types, and with its claims, for running. */
function write(): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  // What others are called that a guide is about: the benches compare with them.
  symlinkSync(path.join(root, 'apps', 'bench', 'node_modules'), path.join(folder, 'node_modules'));
  for (const program of programs) {
    const runs = withClaims(program.source)
      .replaceAll(/redis:\/\/localhost(:6379)?/g, redis.url)
      .replaceAll(/(?<=from )'(?:vitest|node:test)'/g, `'${runner}'`);
    writeFileSync(fileOf(program, '.ts'), program.source);
    writeFileSync(fileOf(program, '.run.ts'), runs);
  }
}

async function runProgram(program: Program): Promise<void> {
  await import(pathToFileURL(fileOf(program, '.run.ts')).href);
  await runSample();
}
