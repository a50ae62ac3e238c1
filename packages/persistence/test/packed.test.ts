import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pack, unpack } from '../src/thread/packed.js';

describe('changes', () => {
  it('are the same after they were packed and unpacked', () => {
    const change = fc.record({
      key: fc.string({ unit: 'binary' }),
      value: fc.option(fc.uint8Array(), { nil: null }),
    });
    fc.assert(
      fc.property(fc.array(change), (changes) => {
        const plain = unpack(pack(changes)).map(({ key, value }) => ({
          key,
          value: value && Uint8Array.from(value),
        }));
        expect(plain).toEqual(changes);
      }),
    );
  });

  it('are packed alone in their buffer, which can be given away', () => {
    const changes = [{ key: 'a', value: Buffer.from('1') }];
    const { buffer, byteOffset } = pack(changes);
    expect(byteOffset).toBe(0);
    expect(buffer).not.toBe(changes[0]?.value.buffer);
  });
});
