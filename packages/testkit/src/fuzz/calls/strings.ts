import fc from 'fast-check';
import { type Call, makeCall } from '../call.js';
import { amount, goodKey, goodValue, key, noInteger, value } from '../pools.js';
import { instant, instantSeconds, milliseconds, seconds } from '../times.js';
import { literal, type Word } from '../word.js';
import { entryShape, listCall, pairsOf } from './shapes.js';

const flags = fc.record({ nx: rarely(), xx: rarely(), get: rarely(), keepTtl: rarely() });

function rarely(): fc.Arbitrary<boolean> {
  return fc.nat(3).map((n) => n === 3);
}

/** `set(key, value, { … })`. */
const setWithOptions = fc
  .tuple(goodKey, goodValue, flags, fc.option(milliseconds, { freq: 1, nil: undefined }))
  .map(([name, stored, { nx, xx, get, keepTtl }, ttl]): Call => {
    const tokens = [
      ...(nx ? ['NX'] : []),
      ...(xx ? ['XX'] : []),
      ...(get ? ['GET'] : []),
      ...(keepTtl ? ['KEEPTTL'] : []),
      ...(ttl === undefined ? [] : ['PX']),
    ].map(literal);
    const last = ttl === undefined ? [] : [ttl];
    return makeCall('set', [name, stored, ...last], {
      sent: [name, stored, ...tokens, ...last],
      shape: {
        shown: () =>
          `${name.shown}, ${stored.shown}, { nx: ${nx}, xx: ${xx}, get: ${get}, keepTtl: ${keepTtl}, ttl: ${ttl?.shown} }`,
        args: ([k, v, ms]) => [k, v, { nx, xx, get, keepTtl, ttl: ms }],
      },
    });
  });

const anyCase = (text: string) =>
  fc
    .constantFrom(text, text.toLowerCase(), `${text.slice(0, 1)}${text.slice(1).toLowerCase()}`)
    .map(literal);

const token: fc.Arbitrary<readonly Word[]> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .constantFrom('NX', 'XX', 'GET', 'KEEPTTL')
      .chain(anyCase)
      .map((w) => [w]),
  },
  { weight: 3, arbitrary: fc.tuple(anyCase('PX'), milliseconds) },
  { weight: 1, arbitrary: fc.tuple(anyCase('EX'), seconds) },
  { weight: 1, arbitrary: fc.tuple(anyCase('PXAT'), instant) },
  { weight: 1, arbitrary: fc.tuple(anyCase('EXAT'), instantSeconds) },
);

/** `set(key, value, 'EX', 60, 'NX')`, sometimes with words that do not fit together. */
const setWithWords = fc
  .tuple(goodKey, goodValue, fc.array(token, { minLength: 1, maxLength: 3 }), fc.nat(20))
  .map(([name, stored, tokens, odd]) => {
    const ending = odd === 0 ? [literal('FOO')] : odd === 1 ? [literal('EX')] : [];
    return makeCall('set', [name, stored, ...tokens.flat(), ...ending]);
  });

/** `set(key, value, ttl)`. */
const setWithTtl = fc
  .tuple(goodKey, goodValue, milliseconds)
  .filter(([, , ttl]) => typeof ttl.js({ short: 1, now: 1 }) !== 'string')
  .map(([name, stored, ttl]) =>
    makeCall('set', [name, stored, ttl], { sent: [name, stored, literal('PX'), ttl] }),
  );

/** A time that is no time. */
const setWithNoTime = fc
  .tuple(goodKey, goodValue, fc.constantFrom('EX', 'PX', 'EXAT', 'PXAT').map(literal), noInteger)
  .map((words) => makeCall('set', words));

const one = (name: string, ...more: fc.Arbitrary<Word>[]) =>
  fc.tuple(key, ...more).map((words) => makeCall(name, words));

const mset = fc
  .tuple(fc.array(fc.tuple(goodKey, goodValue), { minLength: 1, maxLength: 4 }), entryShape)
  .map(([pairs, as]) => pairsOf('mset', [], pairs, as));

const msetRefused = fc
  .tuple(
    fc.array(fc.tuple(key, value), { minLength: 1, maxLength: 3 }),
    fc.constantFrom('in turn', 'entries'),
  )
  .map(([pairs, as]) => pairsOf('mset', [], pairs, as === 'entries' ? 'entries' : 'in turn'));

/** Calls of the commands on strings. */
export const stringCalls: readonly fc.WeightedArbitrary<Call>[] = [
  { weight: 8, arbitrary: one('get') },
  {
    weight: 1,
    arbitrary: key.map((k) => makeCall('getJSON', [k], { redis: 'GET', kind: 'json' })),
  },
  { weight: 8, arbitrary: one('set', value) },
  { weight: 5, arbitrary: setWithTtl },
  { weight: 8, arbitrary: setWithOptions },
  { weight: 8, arbitrary: setWithWords },
  { weight: 1, arbitrary: setWithNoTime },
  { weight: 4, arbitrary: one('incr') },
  { weight: 4, arbitrary: one('decr') },
  { weight: 6, arbitrary: one('incrby', amount) },
  { weight: 6, arbitrary: one('decrby', amount) },
  { weight: 4, arbitrary: mset },
  { weight: 1, arbitrary: msetRefused },
  {
    weight: 4,
    arbitrary: fc
      .tuple(fc.array(key, { maxLength: 5 }), fc.nat(5))
      .map(([keys, nested]) => listCall('mget', [], keys, nested)),
  },
];
