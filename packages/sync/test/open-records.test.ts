import { FakeClock } from '@cachefb/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compilePolicies, Journal, type JournalRecord } from '../src/index.js';

const key = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f');
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('write' as const), key }) },
  fc.record({ do: fc.constant('expire a copy' as const), key }),
  fc.record({ do: fc.constant('seal' as const), limit: fc.nat({ max: 3 }) }),
  fc.record({ do: fc.constant('settle' as const) }),
  fc.record({ do: fc.constantFrom('flush' as const, 'wait' as const, 'restart' as const) }),
);

describe('the open records of a journal', () => {
  it('are never taken for the only one of their key when they are not', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const clock = new FakeClock();
        const seen = new Set<JournalRecord>();
        const journal = new Journal({
          policies: compilePolicies({ criticalKeys: ['*'] }),
          clock,
          maxPendingRecords: 2,
          maxPendingAge: 5000,
        });
        journal.observer = {
          changed: (record) => seen.add(record),
          flushed() {},
          flushSettled() {},
        };
        let sealed: JournalRecord[] = [];
        for (const one of steps) {
          if (one.do === 'write') {
            journal.record(one.key, { kind: 'put', value: 'v', deadline: null });
          } else if (one.do === 'expire a copy') {
            const copy = { type: 'string' as const, value: '1', deadline: clock.now() + 10 };
            const known = { base: { kind: 'unknown' as const }, copy };
            journal.record(one.key, { kind: 'increment', by: 1, result: 2 }, known);
            clock.advance(20);
          } else if (one.do === 'seal') sealed = journal.seal(one.limit);
          else if (one.do === 'settle')
            for (const record of sealed.splice(0)) journal.settle(record);
          else if (one.do === 'flush') journal.flush();
          else if (one.do === 'wait') {
            clock.advance(3000);
            journal.expire();
          } else {
            const left = [...journal.records()].filter(({ shrunk }) => !shrunk);
            const again = left.map((record) => ({ ...record, isOpen: false }));
            journal.flush();
            for (const record of again) journal.restore([record], true);
          }
          for (const record of journal.records()) seen.add(record);
          for (const record of seen) {
            if (journal.isOnly(record)) expect(journal.recordsOf(record.key)).toEqual([record]);
            if (record.isOpen) expect(journal.recordsOf(record.key).at(-1)).toBe(record);
          }
        }
      }),
    );
  });

  it('are known to be the only ones of their keys while nothing is being applied', () => {
    const journal = new Journal({ policies: compilePolicies({}), clock: new FakeClock() });
    const records: JournalRecord[] = [];
    journal.observer = { changed: (one) => records.push(one), flushed() {}, flushSettled() {} };
    journal.record('a', { kind: 'put', value: 'v', deadline: null });
    journal.record('b', { kind: 'put', value: 'v', deadline: null });
    expect(records.map((one) => journal.isOnly(one))).toEqual([true, true]);
    const [first] = journal.seal(1);
    expect(records.map((one) => journal.isOnly(one))).toEqual([false, false]);
    journal.settle(first as JournalRecord);
    expect(records.map((one) => journal.isOnly(one))).toEqual([false, true, false]);
  });
});
