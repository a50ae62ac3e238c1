import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { Change, ChangeOutcome, Effect } from '@cachefb/core';
import type { Bench } from './bench.js';

/** A change of the key `k`, made now, with an id of its own. */
export function changeOf(effect: Effect, more: Partial<Change> = {}): Change {
  return { id: randomUUID(), key: 'k', effect, writtenAt: Date.now(), ...more };
}

/** Applies one change. */
export async function applyOne({ backend }: Bench, change: Change): Promise<ChangeOutcome> {
  const [outcome, ...more] = await backend.apply([change]);
  assert.ok(outcome !== undefined && more.length === 0, 'one change has one outcome');
  return outcome;
}

/** Applies an effect to `k`; it must be applied. */
export async function applies(
  bench: Bench,
  effect: Effect,
  more: Partial<Change> = {},
): Promise<void> {
  assert.deepEqual(await applyOne(bench, changeOf(effect, more)), { status: 'applied' });
}

/** Applies an effect to `k`; it must be refused with exactly this message. */
export async function refuses(bench: Bench, effect: Effect, message: string): Promise<void> {
  const outcome = await applyOne(bench, changeOf(effect));
  assert.equal(outcome.status, 'refused');
  assert.ok(outcome.status === 'refused');
  assert.equal(outcome.error.name, 'ReplyError');
  assert.equal(outcome.error.message, message);
}

/** Applies an effect to `k` under a condition that does not hold; answers what was found. */
export async function conflicts(bench: Bench, effect: Effect, more: Partial<Change>) {
  const outcome = await applyOne(bench, changeOf(effect, more));
  assert.ok(outcome.status === 'conflict', `expected a conflict, got ${outcome.status}`);
  return outcome;
}

/** Effects without the parts that most tests do not need. */
export const put = (value: string): Effect => ({ kind: 'put', value, deadline: null });
export const increment = (by: number | bigint): Effect => ({
  kind: 'increment',
  by,
  deadline: 'keep',
});
export const fields = (parts: {
  set?: Record<string, string>;
  increment?: Record<string, number | bigint>;
  remove?: string[];
  fill?: Record<string, string>;
}): Effect => ({
  kind: 'fields',
  set: new Map(Object.entries(parts.set ?? {})),
  increment: new Map(Object.entries(parts.increment ?? {})),
  remove: parts.remove ?? [],
  ...(parts.fill === undefined ? {} : { fill: new Map(Object.entries(parts.fill)) }),
  deadline: 'keep',
});
export const remove: Effect = { kind: 'delete' };
