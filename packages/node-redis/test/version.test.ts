import * as redis from 'redis';
import { expect, it } from 'vitest';

it('is the one of node-redis that is meant', () => {
  expect('DEFAULT_RESP' in redis ? '6' : '5').toBe(process.env.NODE_REDIS ?? '6');
});
