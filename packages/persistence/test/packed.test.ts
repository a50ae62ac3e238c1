import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pack, unpack } from '../src/thread/packed.js';

describe('entries', () => {
  it('are the same after they were packed and unpacked', () => {
    const entry = fc.record({ key: fc.string({ unit: 'binary' }), value: fc.uint8Array() });
    fc.assert(
      fc.property(fc.array(entry), (entries) => {
        const plain = unpack(pack(entries)).map(({ key, value }) => ({
          key,
          value: Uint8Array.from(value),
        }));
        expect(plain).toEqual(entries);
      }),
    );
  });

  it('are packed alone in their buffer, which can be given away', () => {
    const entries = [{ key: 'a', value: Buffer.from('1') }];
    const { buffer, byteOffset } = pack(entries);
    expect(byteOffset).toBe(0);
    expect(buffer).not.toBe(entries[0]?.value.buffer);
  });
});
