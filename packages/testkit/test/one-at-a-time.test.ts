import { expect, it } from 'vitest';
import { oneAtATime } from '../src/fuzz/one-at-a-time.js';

it('calls begin when those before have ended, well or not, whoever waits for them', async () => {
  const events: string[] = [];
  const run = oneAtATime(async (name: string, fails: boolean) => {
    events.push(`${name} begins`);
    await new Promise<void>((resolve) => setImmediate(resolve));
    events.push(`${name} ends`);
    if (fails) throw new Error(name);
    return name;
  });
  const abandoned = expect(run('first', true)).rejects.toThrow('first');
  expect(await run('second', false)).toBe('second');
  await abandoned;
  expect(events).toEqual(['first begins', 'first ends', 'second begins', 'second ends']);
});
