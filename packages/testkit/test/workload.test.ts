import { channel } from 'node:diagnostics_channel';
import { type Command, readCommand } from '@cachefb/core';
import { describe, expect, it } from 'vitest';
import { RecordingCache, workload } from '../src/index.js';
import { MapCache } from './reference/map-cache.js';

async function commandsOf(seed: number, count: number, options = {}) {
  const cache = new RecordingCache(new MapCache());
  const steps = workload(seed, options);
  for (let i = 0; i < count; i++) await steps.next().value.run(cache);
  return cache.history.map(({ command }) => command);
}

describe('workload', () => {
  it('is the same for the same seed, and another for another', async () => {
    expect(await commandsOf(1, 200)).toEqual(await commandsOf(1, 200));
    expect(await commandsOf(2, 200)).not.toEqual(await commandsOf(1, 200));
  });

  it('never writes one value twice', async () => {
    const values = (await commandsOf(3, 1000)).flatMap((command) =>
      command.name === 'set' ? [command.value] : command.name === 'hset' ? [command.pairs[1]] : [],
    );
    expect(values.length).toBeGreaterThan(100);
    expect(new Set(values).size).toBe(values.length);
  });

  it('keeps to the kinds and keys that it is given', async () => {
    const options = { kinds: ['counter'], keysPerKind: 2, prefix: 'app:' } as const;
    const keys = (await commandsOf(4, 200, options)).map(
      (command) => 'key' in command && command.key,
    );
    expect(new Set(keys)).toEqual(new Set(['app:counter:0', 'app:counter:1']));
  });
});

describe('RecordingCache', () => {
  it('records what was done, and passes replies and errors on', async () => {
    const history: [] = [];
    const cache = new RecordingCache(new MapCache(), {
      process: 'me',
      into: history,
      now: () => 7,
    });
    expect(await cache.incrby('n', 5)).toBe(5);
    await cache.set('k', 'text');
    await expect(cache.incr('k')).rejects.toThrow(/not an integer/);
    await expect(cache.get(5 as never)).rejects.toThrow(TypeError);
    const at = { process: 'me', start: 7, end: 7 };
    expect(history).toMatchObject([
      { ...at, command: readCommand.incrby('n', 5), outcome: 'done', reply: 5 },
      { ...at, command: readCommand.set('k', 'text', []), outcome: 'done', reply: 'OK' },
      { ...at, command: readCommand.incrby('k', 1), outcome: 'failed' },
    ]);
  });

  it('does not know of an increment during which the provider changed whether it counted', async () => {
    const providers = ['redis', 'memory', 'memory', 'memory'] as const;
    let asked = 0;
    const provider = () => providers[Math.min(asked++, 3)] ?? 'memory';
    const cache = new RecordingCache(new MapCache(), { provider });
    await cache.incr('n');
    await cache.incr('n');
    expect(cache.history.map(({ outcome }) => outcome)).toEqual(['unknown', 'done']);
  });

  it('believes what a manager tells of each command', async () => {
    const start = channel('tracing:cachefb:command:start');
    class Told extends MapCache {
      override execute = ((command: Command) => {
        const trace: Record<string, unknown> = {};
        start.publish(trace);
        trace.provider = 'memory';
        trace.fate = command.name === 'get' ? 'refused' : 'unknown';
        const replies = { set: 'nx' in command && command.nx ? null : 'OK', pexpire: 0, incrby: 1 };
        return Promise.resolve({ ...replies, get: 'text' }[command.name as 'get']);
      }) as MapCache['execute'];
    }
    const cache = new RecordingCache(new Told(), { provider: () => 'redis' });
    await cache.set('k', 'text');
    await cache.pexpire('none', 1000);
    await cache.set('k', 'other', { nx: true });
    await cache.incr('n');
    await cache.get('k');
    expect(cache.history.map(({ command, outcome }) => [command.name, outcome])).toEqual([
      ['set', 'done'],
      ['pexpire', 'unknown'],
      ['set', 'unknown'],
      ['incrby', 'unknown'],
      ['get', 'done'],
    ]);
    expect(cache.history.every(({ provider }) => provider === 'memory')).toBe(true);
  });
});
