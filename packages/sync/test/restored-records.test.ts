import { InMemoryCache } from '@cachefb/memory';
import { FakeClock } from '@cachefb/testkit';
import { describe, expect, it, vi } from 'vitest';
import {
  compilePolicies,
  type Happening,
  Journal,
  type JournalObserver,
  type JournalOptions,
  type JournalRecord,
  SyncEngine,
} from '../src/index.js';

const put = (value: string): Happening => ({ kind: 'put', value, deadline: null });
const add = (by: number): Happening => ({ kind: 'increment', by, result: undefined });

function create(options: Partial<JournalOptions> = {}) {
  const clock = new FakeClock();
  const policies = compilePolicies({ criticalKeys: ['*'] });
  return { journal: new Journal({ policies, clock, ...options }), clock };
}

/** The records that an earlier process left of a key. */
function left(...happenings: Happening[]): JournalRecord[] {
  const { journal } = create();
  const records: JournalRecord[] = [];
  for (const happening of happenings) {
    journal.record('k', happening);
    for (const record of journal.seal(1)) {
      records.push(record);
      journal.settle(record);
    }
  }
  return records;
}

describe('records of an earlier process', () => {
  it('go on being merged into where nobody can have sent them', () => {
    const { journal } = create();
    expect(journal.restore(left(add(5)), true)).toBe(true);
    journal.record('k', add(2));
    expect(journal.size).toBe(1);
    expect(journal.recordOf('k')).toMatchObject({ written: { kind: 'increment', by: 7 } });
  });

  it('stay as they are where they may have been sent, and reach Redis before what follows', () => {
    const { journal } = create();
    const [first, second] = left(add(5), put('9')) as [JournalRecord, JournalRecord];
    journal.restore([first, second], false);
    journal.record('k', add(2));
    expect(journal.size).toBe(3);
    expect(journal.recordsOf('k').map(({ written }) => written.kind)).toEqual([
      'increment',
      'put',
      'increment',
    ]);
    expect(journal.successorOf(first)).toBe(second);
    // What memory holds may be older than what Redis does: who can wait does so.
    expect(journal.isSealed('k')).toBe(true);
    expect(journal.seal(10)).toEqual([first]);
    expect(journal.isSealed('k')).toBe(true);
    expect(journal.successorOf(first)).toBe(second);
    journal.settle(first);
    expect(journal.seal(10)).toEqual([second]);
    journal.settle(second, { kind: 'value', values: ['9'], deadline: null });
    expect(journal.isSealed('k')).toBe(false);
    const [last] = journal.seal(10);
    expect(last).toMatchObject({ written: { by: 2 }, base: { values: ['9'] } });
    journal.settle(last as JournalRecord);
    expect(journal.has('k')).toBe(false);
    expect([...journal.keys()]).toEqual([]);
  });

  it('are not taken for later ones where the key has already been written to', () => {
    const { journal } = create();
    journal.record('k', put('new'));
    expect(journal.restore(left(put('old')), true)).toBe(true);
    expect(journal.recordsOf('k').map(({ written }) => written)).toMatchObject([
      { value: 'old' },
      { value: 'new' },
    ]);
    journal.seal(1);
    expect(journal.restore(left(put('older')), true)).toBe(false);
    expect(journal.size).toBe(2);
  });

  it('do not survive a flush, nor their age', async () => {
    const onDropped = vi.fn();
    const onReleased = vi.fn();
    const { journal, clock } = create({ maxPendingAge: 1000, onDropped, onReleased });
    journal.restore(left(put('a')), false);
    journal.flush();
    expect([...journal.keys()]).toEqual([]);
    journal.settleBarrier(journal.barrier as NonNullable<typeof journal.barrier>);
    journal.restore(left(put('a'), put('b')), false);
    clock.tick(2000);
    const waiting = journal.settled('k');
    journal.expire();
    await waiting;
    expect(journal.size).toBe(0);
    expect(onDropped).toHaveBeenCalledTimes(2);
    expect(onReleased).toHaveBeenCalledTimes(1);
  });

  it('are applied once, whatever of them had reached Redis before', async () => {
    const redis = new InMemoryCache();
    const first = create();
    first.journal.record('k', add(5));
    const [sent] = first.journal.seal(1) as [JournalRecord];
    const engine = (journal: Journal) =>
      new SyncEngine({ journal, backend: redis, confirm: async () => {} });
    const { journal: same } = create();
    same.restore([{ ...sent }], false);
    await engine(same).drain();
    const { journal: again } = create();
    again.restore([{ ...sent }], false);
    again.record('k', add(1));
    await engine(again).drain();
    expect(await redis.get('k')).toBe('6');
  });

  it('wait behind a flush that was left with them', async () => {
    const redis = new InMemoryCache();
    await redis.mset({ k: 'x', other: 'x' });
    const { journal } = create();
    journal.restoreBarrier({ id: 'flush:1', at: 1 });
    journal.restore(left(put('v')), false);
    expect(journal.has('other')).toBe(true);
    await new SyncEngine({ journal, backend: redis }).drain();
    expect(await redis.keys('*')).toEqual(['k']);
  });
});

describe('the observer of a journal', () => {
  it('is told of each record that comes, changes or goes, and of a flush', () => {
    const told: string[] = [];
    const observer: JournalObserver = {
      changed: ({ key }) => told.push(key),
      flushed: () => told.push('flushed'),
      flushSettled: () => told.push('flush settled'),
    };
    const { journal } = create({ maxPendingRecords: 1 });
    journal.observer = observer;
    const toldOf = (act: () => void) => {
      act();
      return told.splice(0);
    };
    expect(toldOf(() => journal.record('a', put('1')))).toEqual(['a']);
    expect(toldOf(() => journal.record('a', put('2')))).toEqual(['a']);
    // It shrinks to make room.
    expect(toldOf(() => journal.record('b', put('1')))).toEqual(['a', 'b']);
    expect(toldOf(() => journal.claim('b', { kind: 'increment', by: 1, result: 1 }))).toEqual([]);
    const [sealed] = journal.seal(1);
    expect(toldOf(() => journal.settle(sealed as JournalRecord))).toEqual([sealed?.key]);
    expect(toldOf(() => journal.flush())).toEqual(['flushed']);
    const { barrier } = journal;
    expect(toldOf(() => barrier && journal.settleBarrier(barrier))).toEqual(['flush settled']);
  });
});
