import assert from 'node:assert/strict';

/** Redis's messages, to the letter. */
export const REPLIES = {
  wrongType: 'WRONGTYPE Operation against a key holding the wrong kind of value',
  notInteger: 'ERR value is not an integer or out of range',
  hashNotInteger: 'ERR hash value is not an integer',
  overflow: 'ERR increment or decrement would overflow',
  decrementOverflow: 'ERR decrement would overflow',
  syntax: 'ERR syntax error',
  expireTime: (command: string) => `ERR invalid expire time in '${command}' command`,
  arity: (command: string) => `ERR wrong number of arguments for '${command}' command`,
} as const;

/** The promise rejects with a `ReplyError` of exactly this message. */
export async function rejectsWithReply(promise: Promise<unknown>, message: string): Promise<void> {
  await assert.rejects(promise, (error: unknown) => {
    assert.ok(error instanceof Error, `not an error: ${String(error)}`);
    assert.equal(error.name, 'ReplyError', error.stack);
    assert.equal(error.message, message);
    assert.equal((error as { code?: unknown }).code, message.split(' ', 1)[0]);
    return true;
  });
}

/** The promise rejects with a `TypeError` whose message mentions `part`. */
export async function rejectsWithTypeError(promise: Promise<unknown>, part: string): Promise<void> {
  await assert.rejects(promise, (error: unknown) => {
    assert.ok(error instanceof TypeError, `not a TypeError: ${String(error)}`);
    assert.ok(error.message.includes(part), `"${error.message}" does not mention ${part}`);
    return true;
  });
}

/** A hash holds exactly these fields, in any order; read as own properties, whatever their names. */
export function equalHash(
  actual: Record<string, string>,
  expected: readonly (readonly [string, string])[],
): void {
  assert.deepEqual(sorted(Object.entries(actual)), sorted(expected));
}

/** The same strings, in any order. The message shows only what differs. */
export function equalSet(actual: readonly string[], expected: readonly string[]): void {
  const missing = expected.filter((item) => !actual.includes(item));
  const unexpected = actual.filter((item) => !expected.includes(item));
  assert.deepEqual({ missing, unexpected }, { missing: [], unexpected: [] });
  assert.equal(actual.length, expected.length, `some come twice: ${actual.slice(0, 20)}`);
}

/** Everything an async iterator yields. */
export async function collect(items: AsyncIterable<string>): Promise<string[]> {
  const all: string[] = [];
  for await (const item of items) all.push(item);
  return all;
}

/** A remaining time that was `ms` a moment ago. A slow machine is no error: only more than there was, or none, is. */
export function isRemaining(actual: number, ms: number): void {
  assert.ok(actual > 0 && actual <= ms, `expected up to ${ms}, got ${actual}`);
}

function sorted(entries: readonly (readonly [string, string])[]): (readonly [string, string])[] {
  return [...entries].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}
