import { ByteReader, ByteWriter, CacheError, type KeyState } from '@cachefb/core';
import { FakeClock } from '@cachefb/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  baseOf,
  compilePolicies,
  copyOf,
  decodeRecord,
  encodeRecord,
  type Happening,
  Journal,
  type JournalRecord,
} from '../src/index.js';

const policies = compilePolicies({ criticalKeys: ['*'] });
const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 8 }),
  fc.constantFrom('', '__proto__', 'ü'.repeat(50), 'x'.repeat(9000)),
);
const NOW = 1_000_000_000_000;
const deadline = fc.option(fc.integer({ min: NOW - 1e6, max: NOW + 1e6 }), { nil: null });
const number = fc.constantFrom('0', '7', '-3', '9007199254740993');
const happening: fc.Arbitrary<Happening> = fc.oneof(
  fc.record({
    kind: fc.constant('put' as const),
    value: number,
    deadline: fc.oneof(deadline, fc.constant('keep' as const)),
    wasAbsent: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant('increment' as const),
    by: fc.oneof(fc.integer(), fc.constant(9_007_199_254_740_993n)),
    result: fc.option(fc.integer(), { nil: undefined }),
  }),
  fc.record({ kind: fc.constant('set-fields' as const), pairs: fc.tuple(text, number) }),
  fc.record({
    kind: fc.constant('increment-field' as const),
    field: text,
    by: fc.integer(),
    result: fc.option(fc.integer(), { nil: undefined }),
  }),
  fc.record({
    kind: fc.constant('remove-fields' as const),
    fields: fc.array(text, { minLength: 1 }),
  }),
  fc.record({ kind: fc.constant('deadline' as const), deadline }),
  fc.constant({ kind: 'delete' as const }),
);
const state: fc.Arbitrary<KeyState> = fc.oneof(
  fc.constant({ type: 'none' as const }),
  fc.record({ type: fc.constant('string' as const), value: number, deadline }),
  fc.record({
    type: fc.constant('hash' as const),
    fields: fc
      .array(fc.tuple(text, number), { minLength: 1, maxLength: 4 })
      .map((all) => new Map(all)),
    deadline,
  }),
);
const step = fc.record({ happening, unconfirmed: fc.boolean() });

/** What a journal makes of what happens to a key. */
function recordOf(
  before: KeyState,
  isBase: boolean,
  steps: readonly { happening: Happening; unconfirmed: boolean }[],
): JournalRecord {
  const journal = new Journal({ policies, clock: new FakeClock(NOW) });
  const base = isBase ? baseOf(before) : ({ kind: 'unknown' } as const);
  for (const { happening: one, unconfirmed } of steps) {
    journal.record('k', one, { base, copy: copyOf(before) }, unconfirmed);
  }
  return journal.recordOf('k') as JournalRecord;
}

const record = fc
  .tuple(state, fc.boolean(), fc.array(step, { minLength: 1, maxLength: 5 }))
  .map(([before, isBase, steps]) => {
    try {
      return recordOf(before, isBase, steps);
    } catch {
      return undefined; // An increment of what is no number, which no cache answers.
    }
  })
  .filter((one) => one !== undefined);

function bytesOf(one: JournalRecord, shift = 0): Uint8Array {
  const writer = new ByteWriter();
  encodeRecord(writer, one, shift);
  return writer.take();
}

function read(bytes: Uint8Array, shift = 0): JournalRecord {
  return decodeRecord(new ByteReader(bytes), 'k', policies('k'), shift);
}

describe('the bytes of a record', () => {
  it('are read back as the record, whatever happened to its key', () => {
    fc.assert(
      fc.property(record, fc.boolean(), (one, shrunk) => {
        const given = { ...one, shrunk, isOpen: false };
        expect(read(bytesOf(given))).toEqual(given);
      }),
      { numRuns: 500 },
    );
  });

  it('say a copy that is the base only once', () => {
    const before: KeyState = { type: 'string', value: 'x'.repeat(1000), deadline: null };
    const put: Happening = { kind: 'put', value: '1', deadline: null };
    const known = recordOf(before, true, [{ happening: put, unconfirmed: false }]);
    expect(bytesOf(known).length).toBeLessThan(1200);
    const possible = recordOf(before, true, [{ happening: put, unconfirmed: true }]);
    expect(bytesOf(possible).length).toBeGreaterThan(2000);
  });

  it('hold times of the wall, whatever the clock of the process that reads them', () => {
    const put: Happening = { kind: 'put', value: '1', deadline: NOW + 500 };
    const before: KeyState = { type: 'string', value: '0', deadline: NOW + 900 };
    const one = recordOf(before, true, [{ happening: put, unconfirmed: true }]);
    const later = read(bytesOf(one, 1000), 400);
    expect(later.writtenAt).toBe(one.writtenAt + 600);
    expect(later.openedAt).toBe(one.openedAt + 600);
    expect(later.written).toMatchObject({ deadline: NOW + 1100 });
    expect(later.copy).toMatchObject({ deadline: NOW + 1500 });
    expect(later.base).toMatchObject({ deadline: NOW + 1500, mayEndAt: NOW + 1100 });
  });

  it('are read or refused as damaged, however they were changed', () => {
    const changes = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 });
    fc.assert(
      fc.property(record, changes, fc.nat(), (one, all, cut) => {
        const bytes = Uint8Array.from(bytesOf(one));
        for (const [at, byte] of all) bytes[at % bytes.length] = byte;
        try {
          read(bytes.subarray(0, cut % (bytes.length + 1)));
        } catch (error) {
          expect(error).toBeInstanceOf(CacheError);
          expect((error as CacheError).code).toBe('DAMAGED');
        }
      }),
    );
  });
});
