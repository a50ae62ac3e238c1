import { ClientClosedError, DisconnectsClientError, SimpleError } from 'redis';
import { expect, it } from 'vitest';
import { errorReplyIn, isForeign, isStray, kindOf } from '../src/node-redis-errors.js';

it('what node-redis rejects with says what became of a command', () => {
  expect(kindOf(new SimpleError('ERR value is no integer'))).toBe('reply');
  expect(kindOf(new ClientClosedError())).toBe('unsent');
  expect(kindOf(new DisconnectsClientError())).toBe('unknown');
});

it('a reply that belongs to nobody makes node-redis fail at looking for its command', () => {
  expect(isStray(new TypeError("Cannot read properties of undefined (reading 'resolve')"))).toBe(
    true,
  );
  expect(isStray(Object.assign(new TypeError('x'), { code: 'ERR_INVALID_ARG_TYPE' }))).toBe(false);
  expect(isForeign(new Error('Unknown RESP type 72 "H"'))).toBe(true);
});

it('a refusal that nobody asked for is found in the packet that brought it', () => {
  expect(errorReplyIn(Buffer.from('-ERR max number of clients reached\r\n'))).toBe(
    'ERR max number of clients reached',
  );
  expect(errorReplyIn(Buffer.from('+OK\r\n'))).toBeUndefined();
  expect(errorReplyIn(undefined)).toBeUndefined();
});
