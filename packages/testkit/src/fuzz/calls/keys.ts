import fc from 'fast-check';
import { type Call, makeCall } from '../call.js';
import { goodKey, key, noInteger, pattern } from '../pools.js';
import { longMilliseconds, milliseconds, seconds } from '../times.js';
import { literal } from '../word.js';
import { listCall } from './shapes.js';

const keyList = (name: string) =>
  fc
    .tuple(fc.array(key, { maxLength: 4 }), fc.nat(4))
    .map(([keys, nested]) => listCall(name, [], keys, nested));

const one = (name: string) => key.map((k) => makeCall(name, [k]));
const remaining = (name: string) => key.map((k) => makeCall(name, [k], { kind: 'time' }));

const mode = fc
  .constantFrom('NX', 'XX', 'GT', 'LT', 'nx', 'Xx', 'gt', 'lT', 'FOO', '')
  .map(literal);

/** Calls of the commands on keys of any type. */
export const keyCalls: readonly fc.WeightedArbitrary<Call>[] = [
  { weight: 8, arbitrary: keyList('del') },
  { weight: 4, arbitrary: keyList('exists') },
  { weight: 4, arbitrary: one('type') },
  { weight: 4, arbitrary: one('persist') },
  { weight: 4, arbitrary: remaining('ttl') },
  { weight: 4, arbitrary: remaining('pttl') },
  { weight: 3, arbitrary: fc.tuple(key, seconds).map((words) => makeCall('expire', words)) },
  { weight: 4, arbitrary: fc.tuple(key, milliseconds).map((words) => makeCall('pexpire', words)) },
  {
    weight: 4,
    arbitrary: fc.tuple(goodKey, seconds, mode).map((words) => makeCall('expire', words)),
  },
  {
    weight: 6,
    arbitrary: fc.tuple(goodKey, longMilliseconds, mode).map((words) => makeCall('pexpire', words)),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom('expire', 'pexpire'), goodKey, noInteger)
      .map(([name, ...words]) => makeCall(name, words)),
  },
  {
    weight: 2,
    arbitrary: pattern.map((glob) => makeCall('keys', [glob], { kind: 'set' })),
  },
  {
    weight: 2,
    arbitrary: pattern.map((glob) => makeCall('scan', [glob], { kind: 'set', redis: 'KEYS' })),
  },
  { weight: 1, arbitrary: fc.constant(makeCall('flushall', [])) },
];
