import type { CacheCommands } from '@cachefb/core';

/** What one step of a writer does: one command on one of its keys. */
export type StepKind = 'count' | 'set' | 'field-count' | 'field-set' | 'leave' | 'remove';

/** One writer goes through these, over and over; each writer has keys of its own. */
const KINDS = [
  'count',
  'set',
  'field-count',
  'leave',
  'field-set',
  'count',
  'remove',
] as const satisfies readonly StepKind[];

/** What a step does. */
export function kindOf(step: number): StepKind {
  return KINDS[step % KINDS.length] as StepKind;
}

/** Makes a step. */
export async function make(cache: CacheCommands, writer: number, step: number): Promise<void> {
  switch (kindOf(step)) {
    case 'count':
      await cache.incr(`count:${writer}`);
      return;
    case 'set':
      await cache.set(`value:${writer}`, String(step), 3_600_000);
      return;
    case 'field-count':
      await cache.hincrby(`hash:${writer}`, 'count', 1);
      return;
    case 'field-set':
      await cache.hset(`hash:${writer}`, 'value', String(step));
      return;
    case 'leave':
      await cache.set(`fleeting:${writer}`, String(step));
      return;
    case 'remove':
      await cache.del(`fleeting:${writer}`);
  }
}

/** What is there of a writer's keys; 0 for nothing. */
export interface Cells {
  readonly count: number;
  readonly value: number;
  readonly fieldCount: number;
  readonly fieldValue: number;
  readonly fleeting: number;
}

/** Looks at a writer's keys. */
export async function look(cache: CacheCommands, writer: number): Promise<Cells> {
  const [count, value, fields, fleeting] = await Promise.all([
    cache.get(`count:${writer}`),
    cache.get(`value:${writer}`),
    cache.hmget(`hash:${writer}`, 'count', 'value'),
    cache.get(`fleeting:${writer}`),
  ]);
  return {
    count: Number(count),
    value: Number(value),
    fieldCount: Number(fields[0]),
    fieldValue: Number(fields[1]),
    fleeting: Number(fleeting),
  };
}
