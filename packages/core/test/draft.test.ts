import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type ByteSink,
  ByteWriter,
  changesOf,
  DraftWriter,
  draftOf,
  type StoreChange,
} from '../src/index.js';

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 50 }).filter((one) => one.isWellFormed()),
  fc.constantFrom('', '\0', 'ü'.repeat(64), 'x'.repeat(20_000)),
);
type Put = (to: ByteSink) => void;
const put: fc.Arbitrary<Put> = fc.oneof(
  fc.nat(255).map(
    (one): Put =>
      (to) =>
        to.byte(one),
  ),
  fc.double().map(
    (one): Put =>
      (to) =>
        to.double(one),
  ),
  fc.maxSafeNat().map(
    (one): Put =>
      (to) =>
        to.count(one),
  ),
  text.map(
    (one): Put =>
      (to) =>
        to.text(one),
  ),
  fc.uint8Array({ maxLength: 300 }).map(
    (one): Put =>
      (to) =>
        to.raw(one),
  ),
  fc.tuple(fc.constantFrom('a', 'a:b', 'ü'.repeat(20)), fc.maxSafeNat()).map(
    ([process, number]): Put =>
      (to) =>
        to.id(process, number),
  ),
);
const entry = fc.record({
  key: text,
  puts: fc.option(fc.array(put, { maxLength: 12 }), { nil: null }),
  rest: fc.option(text, { nil: undefined }),
});

interface Entry {
  readonly key: string;
  readonly puts: readonly Put[] | null;
  readonly rest: string | undefined;
}

function draft(writer: DraftWriter, entries: readonly Entry[]) {
  for (const { key, puts, rest } of entries) {
    if (puts === null) {
      writer.gone(key);
      continue;
    }
    writer.entry(key);
    for (const one of puts) one(writer);
    if (rest !== undefined) writer.rest(rest);
  }
  return writer.take();
}

function bytesOf({ key, puts, rest }: Entry): StoreChange {
  if (puts === null) return { key, value: null };
  const writer = new ByteWriter();
  for (const one of puts) one(writer);
  if (rest !== undefined) writer.rest(rest);
  return { key, value: writer.take() };
}

/** In a form that is quickly compared. */
const plain = (changes: readonly StoreChange[]) =>
  changes.map(({ key, value }) => ({ key, value: value && Buffer.from(value).toString('hex') }));

describe('a draft', () => {
  it('comes to the bytes that would have been written at once, in another thread too', () => {
    const writer = new DraftWriter();
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 8 }), (entries) => {
        const taken = draft(writer, entries);
        const sent = structuredClone(taken, {
          transfer: [taken.bytes.buffer, taken.places.buffer],
        });
        expect(plain(changesOf(sent))).toEqual(plain(entries.map(bytesOf)));
        expect(sent.changes).toBe(entries.length);
      }),
    );
  });

  it('may be long', () => {
    const writer = new DraftWriter();
    for (let i = 0; i < 50_000; i++) writer.entry(`key:${i}`).double(i).text('');
    const changes = changesOf(writer.take());
    expect(changes.length).toBe(50_000);
    expect(plain(changes.slice(-1))).toEqual(
      plain([{ key: 'key:49999', value: new ByteWriter().double(49_999).text('').take() }]),
    );
    expect(changesOf(writer.take())).toEqual([]);
  });

  it('is about as large as what it comes to', () => {
    expect(new DraftWriter().entry('key').byte(1).text('text').gone('b').take().size).toBe(9);
  });

  it('can be made of changes that are bytes already', () => {
    const changes = [
      { key: 'a', value: Uint8Array.of(1, 2) },
      { key: 'b', value: null },
      { key: '', value: new Uint8Array(0) },
    ];
    expect(plain(changesOf(draftOf(changes)))).toEqual(plain(changes));
  });
});
