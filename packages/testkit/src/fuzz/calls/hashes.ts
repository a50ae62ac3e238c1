import fc from 'fast-check';
import { type Call, makeCall } from '../call.js';
import { amount, field, goodField, goodKey, goodValue, key, value } from '../pools.js';
import { entryShape, listCall, pairsOf } from './shapes.js';

const hset = fc
  .tuple(
    goodKey,
    fc.array(fc.tuple(goodField, goodValue), { minLength: 1, maxLength: 4 }),
    entryShape,
  )
  .map(([name, pairs, as]) => pairsOf('hset', [name], pairs, as));

const fieldList = (name: string) =>
  fc
    .tuple(key, fc.array(field, { minLength: 1, maxLength: 4 }), fc.nat(4))
    .map(([k, fields, nested]) => listCall(name, [k], fields, nested));

/** Calls of the commands on hashes. */
export const hashCalls: readonly fc.WeightedArbitrary<Call>[] = [
  { weight: 6, arbitrary: fc.tuple(key, field).map((words) => makeCall('hget', words)) },
  { weight: 6, arbitrary: fc.tuple(key, field, value).map((words) => makeCall('hset', words)) },
  { weight: 6, arbitrary: hset },
  { weight: 6, arbitrary: fieldList('hdel') },
  { weight: 4, arbitrary: fieldList('hmget') },
  { weight: 3, arbitrary: fc.tuple(key, field).map((words) => makeCall('hexists', words)) },
  { weight: 4, arbitrary: key.map((k) => makeCall('hgetall', [k], { kind: 'hash' })) },
  { weight: 3, arbitrary: key.map((k) => makeCall('hlen', [k])) },
  {
    weight: 8,
    arbitrary: fc.tuple(key, field, amount).map((words) => makeCall('hincrby', words)),
  },
];
