import { expect, it } from 'vitest';
import { compileGlob, globPrefix } from '../src/index.js';

it.each<[pattern: string, key: string, matches: boolean]>([
  ['*', '', true],
  ['**', '', false],
  ['', '', true],
  ['h?llo', 'hello', true],
  ['h?llo', 'hllo', false],
  ['h*llo', 'heeeello', true],
  ['*a*b*c', 'xxaxbxbxc', true],
  ['*a*b*c', 'xxaxbxbx', false],
  ['h[ae]llo', 'hallo', true],
  ['h[^e]llo', 'hello', false],
  ['h[a-c]llo', 'hbllo', true],
  ['h[c-a]llo', 'hbllo', true],
  ['h\\*llo', 'h*llo', true],
  ['h\\*llo', 'hello', false],
  ['[\\]]', ']', true],
  ['[abc', 'b', true],
  ['a\\', 'a\\', true],
  ['?', 'é', false],
  ['??', 'é', true],
  ['[', '[', false],
  ['[1-ä]', '-', true],
  ['[1-ä]', 'a', false],
  ['user:*', 'user:', true],
])('glob %j on %j is %s, as in Redis', (pattern, key, expected) => {
  expect(compileGlob(pattern)(key)).toBe(expected);
});

it('does not explode on many stars', () => {
  const match = compileGlob(`${'*a'.repeat(40)}b`);
  expect(match('a'.repeat(5000))).toBe(false);
});

it.each([
  ['session:*', 'session:'],
  ['config:app', 'config:app'],
  ['*', ''],
  ['a\\*b', 'a'],
])('the literal prefix of %s is %s', (pattern, prefix) => {
  expect(globPrefix(pattern)).toBe(prefix);
});
