import { describe, expect, it } from 'vitest';
import type { Fate } from './support/fated-primary.js';
import { World } from './support/world.js';

/** Runs it in a world in which all keys are critical, and ends that. */
async function inWorld(body: (world: World) => Promise<void>): Promise<void> {
  const world = new World(['*']);
  try {
    await world.start();
    await body(world);
  } finally {
    await world.end();
  }
}

/** What memory, and Redis in the end, hold of a key. */
async function held(world: World, key: string): Promise<unknown[]> {
  const inMemory = world.cache.get(key);
  await world.meanwhile(inMemory);
  await world.heal();
  const [state] = await world.states([key]);
  return [await inMemory, state?.type === 'string' ? state.value : null];
}

/** A record of the key is on its way to Redis. */
async function bringBack(world: World, key: string): Promise<void> {
  world.cache.switchToMemoryCache();
  await world.meanwhile(world.cache.set(key, '0'));
  world.primary.latency = 20;
  void world.cache.switchToRedis();
  for (let i = 0; !world.cache.getSyncStats().syncInProgress; i++) {
    await world.clock.advance(1);
    if (i > 1000) throw new Error('it does not begin');
  }
  await world.clock.advance(2);
}

describe('of two commands that nobody waits for, the later one counts', () => {
  it.each<Fate>(['lost', 'unanswered', 'refused'])(
    'when a deletion on a young server and a write are %s together',
    (fate) =>
      inWorld(async (world) => {
        world.primary.young = true;
        await world.meanwhile(world.cache.set('k', '1'));
        await world.clock.advance(200);
        world.primary.fate = fate;
        await world.meanwhile(Promise.all([world.cache.del('k'), world.cache.set('k', '2')]));
        expect(await held(world, 'k')).toEqual(['2', '2']);
      }),
  );

  it('when the first is on its way while writes begin to be refused', () =>
    inWorld(async (world) => {
      world.primary.fate = 'full';
      world.primary.latency = 10;
      const other = world.cache.set('other', 'v');
      await world.clock.advance(5);
      const first = world.cache.set('k', '1');
      for (let i = 0; world.cache.getCurrentProvider() === 'redis'; i++) {
        await world.clock.advance(1);
        if (i > 100) throw new Error('it does not notice');
      }
      await world.meanwhile(Promise.all([first, other, world.cache.set('k', '2')]));
      expect(await held(world, 'k')).toEqual(['2', '2']);
    }));

  it('when the first is lost though memory was to answer from then on', () =>
    inWorld(async (world) => {
      world.primary.fate = 'lost';
      const first = world.cache.set('k', '1');
      world.cache.switchToMemoryCache();
      await world.meanwhile(Promise.all([first, world.cache.set('k', '2')]));
      expect(await world.cache.get('k')).toBe('2');
    }));

  it('when the first had waited for a record, whenever the connection is lost', async () => {
    for (let wait = 0; wait < 40; wait += 2) {
      await inWorld(async (world) => {
        await bringBack(world, 'k');
        const first = world.cache.set('k', '1');
        await world.clock.advance(wait);
        const second = world.cache.set('k', '2');
        world.primary.fate = 'lost';
        await world.meanwhile(Promise.all([first, second]));
        expect(await held(world, 'k')).toEqual(['2', '2']);
      });
    }
  });

  it('when the first waits for the records of several keys', async () => {
    for (let wait = 0; wait < 50; wait++) {
      await inWorld(async (world) => {
        world.cache.switchToMemoryCache();
        world.primary.latency = 5;
        const begun = [world.cache.set('a', '0')];
        void world.cache.switchToRedis();
        await world.clock.advance(4 * (wait % 5));
        begun.push(world.cache.set('b', '0'));
        for (let i = 0; i < wait / 5; i++) await world.clock.advance(2);
        begun.push(world.cache.mset({ b: 'old', a: 'old' }), world.cache.set('a', 'new'));
        await world.meanwhile(Promise.all(begun));
        expect(await held(world, 'a')).toEqual(['new', 'new']);
      });
    }
  });

  it('when the second is a flush, and the first waits for a record', () =>
    inWorld(async (world) => {
      await bringBack(world, 'k');
      const exists = world.cache.exists('k');
      const written = world.cache.set('k', '1');
      await world.meanwhile(Promise.all([exists, written, world.cache.flushall()]));
      expect(await exists).toBe(1);
      expect(await held(world, 'k')).toEqual([null, null]);
    }));
});

describe('while Redis answers reads only', () => {
  /** From now on, writes are refused. */
  async function refuseWrites(world: World): Promise<void> {
    world.primary.fate = 'full';
    for (let i = 0; world.cache.getCurrentProvider() === 'redis'; i++) {
      await world.meanwhile(world.cache.set('other', 'v'));
      if (i > 100) throw new Error('it does not notice');
    }
  }

  it('what is read too late of a key is not taken in after a flush', async () => {
    const world = new World([]);
    await world.start();
    await world.meanwhile(world.cache.set('k', '41'));
    await refuseWrites(world);
    world.primary.latency = 60;
    const written = [world.cache.incr('a'), world.cache.mset({ a: '1', k: '1' })];
    await world.clock.advance(60);
    await world.clock.advance(5);
    await world.meanwhile(Promise.all([...written, world.cache.flushall()]));
    await world.clock.advance(60);
    const read = world.cache.get('k');
    await world.meanwhile(read);
    expect(await read).toBe(null);
    await world.end();
  });

  it('what was read for a command that failed is not served later', async () => {
    const world = new World([]);
    await world.start();
    await world.meanwhile(world.cache.set('k', 'text'));
    await refuseWrites(world);
    const failed = world.cache.incr('k').catch((error: Error) => error.message);
    await world.meanwhile(failed);
    expect(await failed).toContain('not an integer');
    await world.clock.advance(0);
    world.cache.switchToMemoryCache();
    expect(await world.cache.get('k')).toBe(null);
    await world.end();
  });

  it('a deletion that Redis carried out is answered within the time of one command', async () => {
    const world = new World([]);
    await world.start();
    await world.meanwhile(world.cache.set('k', '41'));
    world.primary.fate = 'full';
    world.primary.latency = 80;
    const other = world.cache.set('other', 'v');
    await world.clock.advance(79);
    const sentAt = world.clock.now();
    let took = 0;
    const deleted = world.cache.del('k').then(() => {
      took = world.clock.now() - sentAt;
    });
    await world.clock.advance(10);
    await world.meanwhile(Promise.all([other, deleted]));
    expect(took).toBeLessThanOrEqual(101);
    await world.end();
  });
});
