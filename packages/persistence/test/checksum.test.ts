import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checksum, tableChecksum } from '../src/checksum.js';

describe('the checksum', () => {
  it('is CRC-32', () => {
    expect(checksum(Buffer.from('123456789'))).toBe(0xcbf43926);
    expect(tableChecksum(Buffer.from('123456789'))).toBe(0xcbf43926);
  });

  it('is the same with and without the help of Node', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(tableChecksum(bytes)).toBe(checksum(bytes));
      }),
    );
  });
});
