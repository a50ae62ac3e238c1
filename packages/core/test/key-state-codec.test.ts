import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CacheError, decodeKeyState, encodeKeyState, type StorableState } from '../src/index.js';

const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.string({ minLength: 100, maxLength: 400 }),
  fc.constantFrom('', '\0', '__proto__', 'ü'.repeat(64), 'x'.repeat(20_000)),
);
const deadline = fc.option(fc.double({ noNaN: true }), { nil: null });
const fields = fc
  .array(fc.tuple(text, text), { minLength: 1, maxLength: 8 })
  .map((pairs) => new Map(pairs));
const state: fc.Arbitrary<StorableState> = fc.oneof(
  fc.record({ type: fc.constant('string' as const), value: text, deadline }),
  fc.record({ type: fc.constant('hash' as const), fields, deadline }),
);

describe('the bytes of a state', () => {
  it('are read back as what was written', () => {
    fc.assert(
      fc.property(state, (one) => {
        expect(decodeKeyState(encodeKeyState(one))).toEqual(one);
      }),
    );
  });

  it('keep the order of fields', () => {
    const map = new Map([
      ['z', '1'],
      ['a', '2'],
      ['7', '3'],
    ]);
    const read = decodeKeyState(encodeKeyState({ type: 'hash', fields: map, deadline: 5 }));
    expect([...(read.type === 'hash' ? read.fields : [])]).toEqual([...map]);
  });

  it('are few: two beside a string, eight more for a deadline, two for each field of a hash', () => {
    expect(encodeKeyState({ type: 'string', value: 'abc', deadline: null }).length).toBe(5);
    expect(encodeKeyState({ type: 'string', value: 'abc', deadline: 1 }).length).toBe(13);
    const one = new Map([['ab', 'c']]);
    expect(encodeKeyState({ type: 'hash', fields: one, deadline: null }).length).toBe(7);
  });

  it('may lie anywhere in a larger buffer', () => {
    const bytes = encodeKeyState({ type: 'string', value: 'abc', deadline: 9 });
    const larger = new Uint8Array(bytes.length + 7);
    larger.set(bytes, 3);
    expect(decodeKeyState(larger.subarray(3, 3 + bytes.length))).toEqual({
      type: 'string',
      value: 'abc',
      deadline: 9,
    });
  });

  it('of a newer version are told from damaged ones', () => {
    const bytes = encodeKeyState({ type: 'string', value: 'abc', deadline: null });
    bytes[0] = 2;
    expect(() => decodeKeyState(bytes)).toThrow(
      expect.objectContaining({
        code: 'NEWER_FORMAT',
        message: expect.stringContaining('format 2'),
      }),
    );
  });

  it('are read or refused as damaged, however they were changed', () => {
    const bytes = fc.tuple(
      state,
      fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 }),
      fc.nat(),
    );
    fc.assert(
      fc.property(bytes, ([one, changes, cut]) => {
        const encoded = Uint8Array.from(encodeKeyState(one));
        for (const [at, byte] of changes) encoded[at % encoded.length] = byte;
        try {
          decodeKeyState(encoded.subarray(0, cut % (encoded.length + 1)));
        } catch (error) {
          expect(error).toBeInstanceOf(CacheError);
          expect(['DAMAGED', 'NEWER_FORMAT']).toContain((error as CacheError).code);
        }
      }),
    );
    for (const wrong of [[], [1], [0, 1], [1, 9, 97], [1, 2], [1, 0x81, 0], [1, 2, 200, 200]]) {
      expect(() => decodeKeyState(Uint8Array.from(wrong))).toThrow(
        expect.objectContaining({ code: 'DAMAGED' }),
      );
    }
  });
});
