import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cacheSide, DivergenceError, fuzz, RedisServer, rawSide } from '../src/index.js';
import { ReferenceBackend } from './reference/reference-backend.js';
import { WRONG_BACKENDS } from './reference/wrong-backends.js';

describe('the fuzzer', { timeout: 180_000 }, () => {
  let mine: RedisServer;
  let theirs: RedisServer;
  beforeAll(async () => {
    [mine, theirs] = await Promise.all([
      RedisServer.start({ persistence: false }),
      RedisServer.start({ persistence: false }),
    ]);
  });
  afterAll(() => Promise.all([mine.close(), theirs.close()]));

  async function run(Backend: typeof ReferenceBackend, commands: number, seed?: number) {
    const subject = new Backend(await mine.connect());
    const reference = await theirs.connect();
    try {
      return await fuzz({
        subject: cacheSide(subject, { inFlight: 20 }),
        reference: rawSide(reference),
        commands,
        ...(seed === undefined ? {} : { seed }),
      });
    } finally {
      await subject.disconnect();
      reference.close();
    }
  }

  it('finds nothing between a plain backend and Redis itself', async () => {
    const { commands } = await run(ReferenceBackend, 5000);
    expect(commands).toBeGreaterThanOrEqual(5000);
  });

  const MISTAKES = [
    'set ignores nx',
    'PXAT is taken for PX',
    'counting ends the TTL',
    'sums are rounded to 53 bits',
    'messages are only nearly those of Redis',
    'hgetall fills a plain object',
    'mget leaves out what is missing',
    'get takes anything for a key',
  ];
  const findable = WRONG_BACKENDS.filter(({ mistake }) => MISTAKES.includes(mistake));

  it('is shown every mistake by its name', () => {
    expect(findable).toHaveLength(MISTAKES.length);
  });

  for (const { mistake, Backend } of findable) {
    it(`finds that ${mistake}`, async () => {
      const error = await run(Backend, 60_000).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(DivergenceError);
      const { script, message, seed } = error as DivergenceError;
      expect(script.split('\n').length).toBeLessThanOrEqual(6);
      expect(message).toContain(`seed ${seed}`);
    });
  }

  it('finds the same with the same seed', async () => {
    const wrong = findable[0];
    if (wrong === undefined) throw new Error('no wrong backend');
    const scripts: string[] = [];
    for (let i = 0; i < 2; i++) {
      await run(wrong.Backend, 20_000, 42).catch((error: DivergenceError) =>
        scripts.push(error.script),
      );
    }
    expect(scripts).toHaveLength(2);
    expect(scripts[0]).toBe(scripts[1]);
  });
});
