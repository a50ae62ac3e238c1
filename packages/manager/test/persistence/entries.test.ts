import { type CacheBackend, changesOf, DraftWriter, type KeyState } from '@cachefb/core';
import { compilePolicies, Journal, type JournalRecord } from '@cachefb/sync';
import { FakeClock } from '@cachefb/testkit';
import { describe, expect, it } from 'vitest';
import type { Mirror } from '../../src/mirror/mirror.js';
import { Entries } from '../../src/persistence/entries.js';
import { decodeEntry } from '../../src/persistence/entry-codec.js';
import type { PersistenceOptions } from '../../src/persistence/options.js';
import { Senders } from '../../src/persistence/senders.js';

const HELD: KeyState = { type: 'string', value: 'held', deadline: null };

function create() {
  const clock = new FakeClock();
  const policies = compilePolicies({
    criticalKeys: ['c:*', '\0c'],
    keyPolicies: [
      { match: 'short:*', mirror: true, persist: true, onRecovery: 'sync', maxOutageTTL: 5 },
      { match: 'cache:*', persist: true, onRecovery: 'invalidate' },
    ],
  });
  const journal = new Journal({ policies, clock });
  const told: string[] = [];
  journal.observer = {
    changed(record: JournalRecord) {
      if (!record.isNoted) told.push(record.key);
      record.isNoted = true;
    },
    flushed() {},
    flushSettled() {},
  };
  const reads: string[][] = [];
  let whileReading = () => {};
  const fallback = {
    async read(keys: readonly string[]) {
      reads.push([...keys]);
      whileReading();
      return keys.map(() => HELD);
    },
  } as unknown as CacheBackend;
  const mirror = { has: () => false } as unknown as Mirror;
  const entries = new Entries(
    { journal, fallback, mirror, policies, clock } as unknown as PersistenceOptions,
    new Senders('p'),
  );
  return {
    journal,
    told,
    reads,
    during(body: () => void) {
      whileReading = body;
    },
    put: (key: string, value: string) =>
      journal.record(key, { kind: 'put', value, deadline: null, wasAbsent: false }),
    async statesOf(...changed: (string | JournalRecord)[]) {
      const writer = new DraftWriter();
      await entries.write(changed, writer);
      const states: Record<string, KeyState | null> = {};
      for (const { key, value } of changesOf(writer.take())) {
        states[key] = value && decodeEntry(value, key, policies(key), 0).state;
      }
      return states;
    },
  };
}

describe('the entries of a store', () => {
  it('take from its record what a key holds, where it was put and stays, and else from memory', async () => {
    const { put, journal, reads, statesOf } = create();
    put('c:1', 'put');
    put('short:1', 'put');
    put('cache:1', 'put');
    journal.record('c:2', { kind: 'increment', by: 1, result: 1 });
    expect(await statesOf('c:1', 'short:1', 'cache:1', 'c:2', 'c:none')).toEqual({
      'c:1': { type: 'string', value: 'put', deadline: null },
      'short:1': HELD,
      'cache:1': HELD,
      'c:2': HELD,
      'c:none': null,
    });
    expect(reads).toEqual([['short:1', 'cache:1', 'c:2', 'c:none']]);
  });

  it('are those of a key as it is now, whichever of its records tells of it', async () => {
    const { put, journal, statesOf } = create();
    put('c:1', 'first');
    put('\0c', 'other');
    const [first, other] = [...journal.records()] as [JournalRecord, JournalRecord];
    expect(await statesOf(first, other)).toMatchObject({
      'c:1': { value: 'first' },
      '\0k\0c': { value: 'other' },
    });
    journal.seal(1);
    put('c:1', 'second');
    expect(await statesOf(first)).toMatchObject({ 'c:1': { value: 'second' } });
    journal.settle(first);
    expect(await statesOf(first)).toMatchObject({ 'c:1': { value: 'second' } });
    journal.flush();
    expect(await statesOf(first)).toEqual({ 'c:1': null });
  });

  it('are told of once until they are written, and again if they change while memory is read', async () => {
    const { put, journal, told, statesOf, during } = create();
    const increment = () => journal.record('c:2', { kind: 'increment', by: 1, result: 1 });
    put('c:1', '1');
    put('c:1', '2');
    increment();
    increment();
    expect(told.splice(0)).toEqual(['c:1', 'c:2']);
    during(increment);
    await statesOf('c:1', 'c:2');
    expect(told.splice(0)).toEqual(['c:2']);
    put('c:1', '3');
    expect(told).toEqual(['c:1']);
  });
});
