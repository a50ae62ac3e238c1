import { FakeClock } from '@cachefb/testkit';
import { describe, expect, it, vi } from 'vitest';
import {
  compilePolicies,
  type Happening,
  idOf,
  Journal,
  type JournalOptions,
  type JournalRecord,
} from '../src/index.js';

const put = (value: string): Happening => ({ kind: 'put', value, deadline: null });

function create(options: Partial<JournalOptions> = {}) {
  const clock = new FakeClock();
  const journal = new Journal({
    policies: compilePolicies({ criticalKeys: ['c:*'] }),
    clock,
    ...options,
  });
  return { journal, clock };
}

function write(journal: Journal, key: string, value = 'v'): void {
  journal.record(key, put(value));
}

describe('Journal', () => {
  it('keeps one record a key, however often it is written', () => {
    const { journal } = create();
    for (let i = 0; i < 1000; i++) write(journal, 'c:1', String(i));
    expect(journal.size).toBe(1);
    expect([...journal.records()]).toMatchObject([{ written: { value: '999' } }]);
  });

  it('opens a new record for what happens while one is being applied', () => {
    const { journal } = create();
    write(journal, 'c:1', 'a');
    const [sealed] = journal.seal(10);
    write(journal, 'c:1', 'b');
    expect(journal.size).toBe(2);
    expect(sealed).toMatchObject({ written: { value: 'a' } });
    expect(journal.seal(10)).toEqual([sealed]);
    journal.settle(sealed as JournalRecord);
    expect(journal.has('c:1')).toBe(true);
    expect(journal.seal(10)).toMatchObject([{ written: { value: 'b' } }]);
  });

  it('gives a record opened meanwhile what the sealed one left as its base', () => {
    const { journal } = create();
    write(journal, 'c:1', 'a');
    const [sealed] = journal.seal(10);
    write(journal, 'c:1', 'b');
    journal.settle(sealed as JournalRecord, { kind: 'value', values: ['a'], deadline: null });
    expect(journal.seal(1)).toMatchObject([{ base: { values: ['a'] } }]);
  });

  it('releases a key when its last record is settled, and wakes who waits', async () => {
    const onReleased = vi.fn();
    const { journal } = create({ onReleased });
    write(journal, 'c:1');
    const [sealed] = journal.seal(10);
    const waiting = journal.settled('c:1');
    journal.settle(sealed as JournalRecord);
    await waiting;
    expect(onReleased).toHaveBeenCalledExactlyOnceWith('c:1', sealed);
    expect(journal.size).toBe(0);
  });

  it('drops everything older at a flush, what is being applied included', () => {
    const { journal } = create();
    write(journal, 'c:1');
    const [sealed] = journal.seal(10);
    write(journal, 'c:2');
    journal.flush();
    write(journal, 'c:3');
    expect([...journal.keys()]).toEqual(['c:3']);
    expect(journal.settle(sealed as JournalRecord)).toBe(false);
    expect(journal.has('anything')).toBe(true);
    journal.settleBarrier(journal.barrier as NonNullable<typeof journal.barrier>);
    expect(journal.has('anything')).toBe(false);
  });

  it('shrinks the oldest record to an invalidation at the limit, then drops it, both counted', () => {
    const onDropped = vi.fn();
    const { journal } = create({ maxPendingRecords: 2, onDropped });
    for (const key of ['c:1', 'c:2', 'c:3', 'c:4']) write(journal, key);
    expect(onDropped).toHaveBeenCalledTimes(2);
    expect([...journal.records()]).toMatchObject([
      { key: 'c:3', shrunk: false },
      { key: 'c:4', shrunk: false },
      { key: 'c:1', shrunk: true, written: { kind: 'delete' } },
      { key: 'c:2', shrunk: true, written: { kind: 'delete' } },
    ]);
    for (let i = 0; i < 100; i++) write(journal, `c:more:${i}`);
    expect(journal.size).toBeLessThanOrEqual(4);
    expect(onDropped.mock.calls.length).toBeGreaterThan(100);
  });

  it('gives up records that are too old', () => {
    const onDropped = vi.fn();
    const { journal, clock } = create({ maxPendingAge: 1000, onDropped });
    write(journal, 'c:1');
    clock.tick(900);
    write(journal, 'c:2');
    clock.tick(200);
    journal.expire();
    expect([...journal.keys()]).toEqual(['c:2']);
    expect(onDropped).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({ key: 'c:1' }),
      'age',
    );
  });

  it('takes a put that was made because the key was absent for a sign that it was', () => {
    const { journal } = create();
    journal.record('c:1', { kind: 'put', value: 'v', deadline: null, wasAbsent: true });
    expect(journal.seal(1)).toMatchObject([{ base: { values: [null] } }]);
  });

  it('counts a value that may have reached Redis as one of its own', () => {
    const { journal } = create();
    journal.record(
      'c:1',
      put('v1'),
      { base: { kind: 'value', values: ['v0'], deadline: null } },
      true,
    );
    write(journal, 'c:1', 'v2');
    expect(journal.seal(1)).toMatchObject([
      { base: { values: ['v0', 'v1'] }, written: { value: 'v2' } },
    ]);
  });

  it('is unsure only of the fields that may have reached Redis already', () => {
    const { journal } = create();
    const base = {
      kind: 'hash',
      fields: new Map([
        ['a', '0'],
        ['b', '0'],
      ]),
      deadline: null,
    } as const;
    journal.record('c:1', { kind: 'set-fields', pairs: ['a', '1'] }, { base }, true);
    expect(journal.seal(1)).toMatchObject([{ base: { kind: 'hash', unsure: new Set(['a']) } }]);
  });

  it('gives every record another id', () => {
    const { journal } = create();
    for (let i = 0; i < 100; i++) write(journal, `c:${i}`);
    expect(new Set([...journal.records()].map(idOf)).size).toBe(100);
  });
});
