import type { Expectation } from '@cachefb/core';
import type { Value } from '../keyspace.js';

/** Whether what a key holds is what a change expects. */
export function isMet(expected: Expectation | undefined, current: Value | undefined): boolean {
  if (expected === undefined) return true;
  const { exists, value, fields } = expected;
  if (exists && current === undefined) return false;
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
