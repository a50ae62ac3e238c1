import type { Expectation } from '@cachefb/core';
import type { Value } from '../entry.js';

/** Whether what a key holds is what a change expects. */
export function isMet(
  expected: Expectation | undefined,
  current: Value | undefined,
  deadline: number | null,
): boolean {
  if (expected === undefined) return true;
  const { exists, value, fields } = expected;
  if (exists && current === undefined) return false;
  if (current !== undefined && !expiresAt(expected.deadline, deadline)) return false;
  if (value !== undefined) {
    if (current instanceof Map || !value.includes(current ?? null)) return false;
  }
  if (fields === undefined || fields.size === 0) return true;
  if (typeof current === 'string') return false;
  for (const [field, values] of fields) {
    if (!values.includes(current?.get(field) ?? null)) return false;
  }
  return true;
}

/** Deadlines were measured over a connection: a second more or less is the same. */
function expiresAt(expected: number | null | undefined, deadline: number | null): boolean {
  if (expected === undefined || expected === deadline) return true;
  return expected !== null && deadline !== null && Math.abs(expected - deadline) <= 1000;
}
