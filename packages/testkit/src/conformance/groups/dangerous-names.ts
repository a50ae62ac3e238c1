import assert from 'node:assert/strict';
import { collect, equalHash, equalSet } from '../assertions.js';
import type { Suite } from '../bench.js';

/** Names that are ordinary in Redis and traps elsewhere. */
const NAMES = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'valueOf',
  'hasOwnProperty',
  '__defineGetter__',
  'toJSON',
  'then',
  'length',
  '',
  ' ',
  '0',
  '-1',
  '1e3',
  'null',
  'undefined',
  'NaN',
  'true',
  '*',
  '?',
  '[a]',
  'h[^e]llo',
  '\\',
  '\\*',
  '{tag}',
  'a{b}c',
  'x}y',
  '{}abc',
  'ä',
  '日本語',
  '𝄞',
  'e\u0301',
  '\u00e9',
  '\0',
  'a\0b',
  '\r\n',
  '\u2028',
  "'",
  '"',
  '`',
  '$\u007bx}',
  '%s',
  '9223372036854775807',
  '-9223372036854775808',
  '9007199254740993',
] as const;

/** Keys, fields and values of every kind are just text. */
export function dangerousNames({ test }: Suite): void {
  for (const name of NAMES) {
    const shown = JSON.stringify(name);

    test(`${shown} is an ordinary key of a string`, async ({ cache }) => {
      assert.equal(await cache.get(name), null);
      assert.equal(await cache.exists(name), 0);
      assert.equal(await cache.type(name), 'none');
      assert.equal(await cache.set(name, 'v', { nx: true }), 'OK');
      assert.equal(await cache.get(name), 'v');
      assert.deepEqual(await cache.keys('*'), [name]);
      assert.deepEqual(await collect(cache.scan()), [name]);
      assert.equal(await cache.expire(name, 100), 1);
      assert.ok((await cache.ttl(name)) > 0);
      assert.deepEqual(await cache.mget(name, `${name}x`), ['v', null]);
      assert.equal(await cache.del(name), 1);
      assert.equal(await cache.incr(name), 1);
    });

    test(`${shown} is an ordinary key and field of a hash`, async ({ cache }) => {
      assert.equal(await cache.hget(name, name), null);
      assert.equal(await cache.hset(name, name, name), 1);
      assert.equal(await cache.hexists(name, name), 1);
      assert.equal(await cache.hget(name, name), name);
      assert.deepEqual(await cache.hmget(name, name), [name]);
      equalHash(await cache.hgetall(name), [[name, name]]);
      assert.equal(await cache.hset(name, new Map([[name, '5']])), 0);
      assert.equal(await cache.hincrby(name, name, 1), 6);
      assert.equal(await cache.hdel(name, name), 1);
      assert.equal(await cache.exists(name), 0);
    });

    test(`${shown} is an ordinary value`, async ({ cache }) => {
      await cache.set('k', name);
      assert.equal(await cache.get('k'), name);
      assert.equal(await cache.set('k', name, { get: true }), name);
    });
  }

  test('all of them live side by side', async ({ cache }) => {
    await cache.mset(NAMES.map((name) => [name, `value of ${name}`] as const));
    assert.deepEqual(
      await cache.mget([...NAMES]),
      NAMES.map((name) => `value of ${name}`),
    );
    equalSet(await cache.keys('*'), NAMES);
    equalSet(await collect(cache.scan()), NAMES);
    assert.equal(await cache.del([...NAMES]), NAMES.length);
  });

  test('all of them are fields of one hash', async ({ cache }) => {
    const entries = NAMES.map((name) => [name, `value of ${name}`] as const);
    assert.equal(await cache.hset('k', entries), NAMES.length);
    equalHash(await cache.hgetall('k'), entries);
    assert.deepEqual(await cache.hmget('k', [...NAMES, 'none']), [
      ...entries.map(([, value]) => value),
      null,
    ]);
    assert.equal(await cache.hdel('k', [...NAMES]), NAMES.length);
    assert.equal(await cache.exists('k'), 0);
  });

  test('a record may have a field of its own named __proto__', async ({ cache }) => {
    const record = JSON.parse('{"__proto__":"mine","f":"v"}') as Record<string, string>;
    assert.equal(await cache.hset('h', record), 2);
    equalHash(await cache.hgetall('h'), [
      ['__proto__', 'mine'],
      ['f', 'v'],
    ]);
    assert.equal(await cache.mset(record), 'OK');
    assert.deepEqual(await cache.mget('__proto__', 'f'), ['mine', 'v']);
  });

  test('no object gains a property', async ({ cache }) => {
    await cache.hset('__proto__', { polluted: 'yes' });
    await cache.hset('constructor', 'prototype', 'yes');
    await cache.hgetall('__proto__');
    assert.equal(({} as Record<string, unknown>).polluted, undefined);
  });

  test('keys that differ only in case, blanks or composition are different', async ({ cache }) => {
    const names = ['key', 'Key', 'KEY', ' key', 'key ', 'e\u0301', '\u00e9'];
    await cache.mset(names.map((name) => [name, name] as const));
    assert.deepEqual(await cache.mget(names), names);
  });
}
