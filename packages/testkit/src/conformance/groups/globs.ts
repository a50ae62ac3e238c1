import assert from 'node:assert/strict';
import { collect, equalSet } from '../assertions.js';
import type { Suite } from '../bench.js';

const KEYS = [
  '',
  'a',
  'b',
  'ab',
  'abc',
  'aXc',
  'a*c',
  'a?c',
  'a[c',
  'a]c',
  'a\\c',
  'a-c',
  'a^c',
  '^',
  '-',
  ']',
  '[',
  '\\',
  '*',
  '?',
  'A',
  'aa',
  'ba',
  'cb',
  'ä',
  'é',
  '€',
  'news',
  'hello',
  'hallo',
  'hxllo',
  'hllo',
  'heello',
  'a\nb',
  'a.b',
  'a/b',
] as const;

/** Patterns, each with what it matches of {@link KEYS} in Redis 7. */
const PATTERNS: readonly (readonly [string, readonly string[]])[] = [
  ['*', KEYS],
  ['', ['']],
  ['a', ['a']],
  ['?', ['a', 'b', '^', '-', ']', '[', '\\', '*', '?', 'A']],
  ['??', ['ab', 'aa', 'ba', 'cb', 'ä', 'é']],
  ['h?llo', ['hello', 'hallo', 'hxllo']],
  ['h*llo', ['hello', 'hallo', 'hxllo', 'hllo', 'heello']],
  ['h[ae]llo', ['hello', 'hallo']],
  ['h[^e]llo', ['hallo', 'hxllo']],
  ['h[a-b]llo', ['hallo']],
  ['h[b-a]llo', ['hallo']],
  ['h**o', ['hello', 'hallo', 'hxllo', 'hllo', 'heello']],
  ['a\\*c', ['a*c']],
  ['a\\?c', ['a?c']],
  ['a\\[c', ['a[c']],
  ['a\\\\c', ['a\\c']],
  ['a[*]c', ['a*c']],
  ['a[\\]]c', ['a]c']],
  ['a[a\\-z]c', ['a-c']],
  ['[^a]', ['b', '^', '-', ']', '[', '\\', '*', '?', 'A']],
  ['[a', ['a']],
  ['[ab', ['a', 'b']],
  ['a[', []],
  ['[]', []],
  ['[]]', []],
  ['[a-', ['a', '-']],
  ['\\', ['\\']],
  ['a\\', []],
  ['\\a', ['a']],
  ['*b', ['b', 'ab', 'cb', 'a\nb', 'a.b', 'a/b']],
  ['a?b', ['a\nb', 'a.b', 'a/b']],
  ['[A-z]', ['a', 'b', '^', ']', '[', '\\', 'A']],
  ['[!a]', ['a']],
  ['ä', ['ä']],
  ['[ä]*', ['ä', 'é']],
  [
    '???',
    ['abc', 'aXc', 'a*c', 'a?c', 'a[c', 'a]c', 'a\\c', 'a-c', 'a^c', '€', 'a\nb', 'a.b', 'a/b'],
  ],
  ['*s', ['news']],
  ['n*w*s*', ['news']],
  ['**', KEYS.filter((key) => key !== '')],
];

/** The patterns of `keys` and `scan`, as Redis matches them: byte by byte. */
export function globs({ test }: Suite): void {
  for (const [pattern, expected] of PATTERNS) {
    test(`${JSON.stringify(pattern)} matches what it matches in Redis`, async ({ cache }) => {
      await cache.mset(KEYS.map((key) => [key, 'v'] as const));
      equalSet(await cache.keys(pattern), expected);
      equalSet(await collect(cache.scan(pattern)), expected);
    });
  }

  test('a pattern of many stars is answered without delay', async ({ cache }) => {
    await cache.set('a'.repeat(80), 'v');
    assert.deepEqual(await cache.keys(`${'a*'.repeat(12)}b`), []);
  });
}
