import { type Command, type KeyState, readCommand } from '@cachefb/core';
import { describe, expect, it } from 'vitest';
import {
  type CheckOptions,
  checkHistory,
  decodeHistory,
  encodeHistory,
  type HistoryOutcome,
  type HistoryRecord,
} from '../src/index.js';

/** A moment; histories here count in tens of milliseconds from the beginning. */
const T = 1_000_000;

/** A record of a command that took place from `start` to `end`. */
function did(
  process: string,
  start: number,
  end: number,
  command: Command,
  reply: unknown = 'OK',
  outcome: HistoryOutcome = 'done',
): HistoryRecord {
  return { process, start: T + start, end: T + end, command, reply, outcome };
}

const set = (key: string, value: string, ...rest: unknown[]) => readCommand.set(key, value, rest);
const get = (key: string) => readCommand.get(key);
const del = (key: string) => readCommand.del([key]);
const add = (key: string, by: number) => readCommand.incrby(key, by);
const unknown = (process: string, start: number, end: number, command: Command) =>
  did(process, start, end, command, undefined, 'unknown');
const failed = (process: string, start: number, end: number, command: Command) =>
  did(process, start, end, command, undefined, 'failed');

const text = (value: string, deadline: number | null = null): KeyState => ({
  type: 'string',
  value,
  deadline: deadline === null ? null : T + deadline,
});
const hash = (fields: Record<string, string>): KeyState => ({
  type: 'hash',
  fields: new Map(Object.entries(fields)),
  deadline: null,
});

/** The rules that a history breaks, given what is there in the end, ten seconds after its beginning. */
function broken(
  history: readonly HistoryRecord[],
  final: Record<string, KeyState>,
  options: CheckOptions = {},
): string[] {
  const state = { at: T + 10_000, keys: new Map(Object.entries(final)) };
  return checkHistory(history, state, { tolerance: 0, ...options }).map(({ rule }) => rule);
}

describe('counters', () => {
  const history = [
    did('a', 0, 10, add('n', 1), 1),
    did('b', 0, 10, add('n', 2), 3),
    unknown('a', 20, 30, add('n', 4)),
    failed('b', 20, 30, add('n', 100)),
  ];

  it('may hold what is done, and what is unknown beside it', () => {
    expect(broken(history, { n: text('3') })).toEqual([]);
    expect(broken(history, { n: text('7') })).toEqual([]);
  });

  it('may not lose an increment that was answered', () => {
    expect(broken(history, { n: text('2') })).toEqual(['counter']);
    expect(broken(history, {})).toEqual(['lost']);
  });

  it('may not count twice', () => {
    expect(broken(history, { n: text('8') })).toEqual(['counter']);
  });

  it('may be short of as many increments as are ambiguous', () => {
    expect(broken(history, { n: text('1') }, { ambiguous: 1 })).toEqual([]);
    expect(broken(history, { n: text('1') }, { ambiguous: 0 })).toEqual(['counter']);
  });

  it('go on from what was there before', () => {
    const initial = new Map([['n', text('10')]]);
    expect(broken(history, { n: text('13') }, { initial })).toEqual([]);
    expect(broken(history, { n: text('3') }, { initial })).toEqual(['counter']);
  });

  it('count down as well', () => {
    const down = [did('a', 0, 10, add('n', -5), -5), unknown('a', 20, 30, add('n', -2))];
    expect(broken(down, { n: text('-7') })).toEqual([]);
    expect(broken(down, { n: text('-4') })).toEqual(['counter']);
  });

  it('start anew where they are set or deleted', () => {
    const reset = [
      ...history,
      did('a', 40, 50, set('n', '100')),
      did('a', 60, 70, add('n', 1), 101),
    ];
    expect(broken(reset, { n: text('101') })).toEqual([]);
    expect(broken(reset, { n: text('104') })).toEqual(['counter']);
    expect(broken([...history, did('a', 40, 50, del('n'), 1)], {})).toEqual([]);
  });

  it('may or may not include what was added while they were set', () => {
    const both = [did('a', 0, 20, set('n', '10')), did('b', 10, 30, add('n', 1), 11)];
    expect(broken(both, { n: text('10') })).toEqual([]);
    expect(broken(both, { n: text('11') })).toEqual([]);
    expect(broken(both, { n: text('12') })).toEqual(['counter']);
  });

  it('are exact beyond 2^53', () => {
    const by = readCommand.incrby('n', 9007199254740993n);
    expect(broken([did('a', 0, 1, by, 1)], { n: text('9007199254740993') })).toEqual([]);
    expect(broken([did('a', 0, 1, by, 1)], { n: text('9007199254740992') })).toEqual(['counter']);
  });

  it('show a process at least what it has added itself', () => {
    const read = (value: string) => [...history, did('b', 40, 50, get('n'), value)];
    expect(broken(read('2'), { n: text('3') })).toEqual([]);
    expect(broken(read('1'), { n: text('3') })).toEqual(['own write']);
  });

  it('of hash fields are counted by the field', () => {
    const by = (n: number) => readCommand.hincrby('h', 'f', n);
    const counts = [did('a', 0, 10, by(2), 2), did('b', 0, 10, by(3), 5)];
    expect(broken(counts, { h: hash({ f: '5', g: '9' }) })).toEqual([]);
    expect(broken(counts, { h: hash({ f: '3' }) })).toEqual(['counter']);
  });
});

describe('registers', () => {
  const history = [
    did('a', 0, 10, set('k', 'first')),
    did('b', 20, 30, set('k', 'second')),
    did('a', 25, 35, set('k', 'third')),
    unknown('a', 40, 50, set('k', 'maybe')),
    failed('a', 60, 70, set('k', 'never')),
  ];

  it('may hold any value that was not certainly replaced', () => {
    for (const value of ['second', 'third', 'maybe']) {
      expect(broken(history, { k: text(value) })).toEqual([]);
    }
  });

  it('may not hold a value that was replaced', () => {
    expect(broken(history, { k: text('first') })).toEqual(['stale']);
  });

  it('may not hold what nobody wrote', () => {
    expect(broken(history, { k: text('else') })).toEqual(['phantom']);
    expect(broken(history, { k: text('never') })).toEqual(['phantom']);
  });

  it('may not be gone', () => {
    expect(broken(history, {})).toEqual(['lost']);
    expect(broken(history, {}, { mayVanish: (key) => key === 'k' })).toEqual([]);
  });

  it('may not hold an old value of unknown fate that came late', () => {
    const late = [unknown('a', 0, 10, set('k', 'old')), did('a', 20, 30, set('k', 'new'))];
    expect(broken(late, { k: text('old') })).toEqual(['stale']);
    expect(broken(late, { k: text('new') })).toEqual([]);
  });

  it('may lose to an earlier write of another process only where that was agreed', () => {
    const both = [did('b', 0, 10, set('k', 'theirs')), did('a', 20, 30, set('k', 'ours'))];
    expect(broken(both, { k: text('theirs') })).toEqual(['stale']);
    expect(broken(both, { k: text('theirs') }, { contested: () => true })).toEqual([]);
    const own = [did('a', 0, 10, set('k', 'one')), did('a', 20, 30, set('k', 'two'))];
    expect(broken(own, { k: text('one') }, { contested: () => true })).toEqual(['stale']);
  });

  it('of several keys are judged each for itself', () => {
    const pair = [did('a', 0, 10, readCommand.mset([{ k: '1', l: '2' }]))];
    expect(broken(pair, { k: text('1'), l: text('2') })).toEqual([]);
    expect(broken(pair, { k: text('1') })).toEqual(['lost']);
  });

  it('are not written by a condition that failed', () => {
    const nx = [
      did('a', 0, 10, set('k', 'one', { nx: true })),
      did('b', 20, 30, set('k', 'two', { nx: true }), null),
      did('b', 40, 50, set('k', 'three', { nx: true, get: true }), 'one'),
    ];
    expect(broken(nx, { k: text('one') })).toEqual([]);
    expect(broken(nx, { k: text('two') })).toEqual(['phantom']);
  });
});

describe('deletions', () => {
  const history = [did('a', 0, 10, set('k', 'v')), did('a', 20, 30, del('k'), 1)];

  it('stay', () => {
    expect(broken(history, {})).toEqual([]);
    expect(broken(history, { k: text('v') })).toEqual(['resurrected']);
  });

  it('of unknown fate may or may not have been', () => {
    const maybe = [did('a', 0, 10, set('k', 'v')), unknown('a', 20, 30, del('k'))];
    expect(broken(maybe, {})).toEqual([]);
    expect(broken(maybe, { k: text('v') })).toEqual([]);
  });

  it('end with the next write', () => {
    const again = [...history, did('b', 40, 50, set('k', 'w'))];
    expect(broken(again, { k: text('w') })).toEqual([]);
    expect(broken(again, {})).toEqual(['lost']);
    expect(broken(again, { k: text('v') })).toEqual(['resurrected']);
  });

  it('by flushall concern every key, and those of a hash every field', () => {
    const flush = [
      did('a', 0, 10, set('k', 'v')),
      did('a', 0, 10, readCommand.hset('h', ['f', '1', 'g', '2']), 2),
      did('a', 20, 30, readCommand.flushall()),
    ];
    expect(broken(flush, {})).toEqual([]);
    expect(broken(flush, { k: text('v'), h: hash({ f: '1' }) })).toEqual([
      'resurrected',
      'resurrected',
    ]);
    const deleted = [flush[1] as HistoryRecord, did('a', 20, 30, del('h'), 1)];
    expect(broken(deleted, { h: hash({ g: '2' }) })).toEqual(['resurrected']);
  });

  it('by an end in the past are deletions', () => {
    const past = [
      did('a', 0, 10, set('k', 'v')),
      did('a', 20, 30, readCommand.pexpire('k', 0, undefined), 1),
    ];
    expect(broken(past, { k: text('v') })).toEqual(['resurrected']);
    expect(broken(past, {})).toEqual([]);
  });

  it('of fields stay, and leave the other fields alone', () => {
    const fields = [
      did('a', 0, 10, readCommand.hset('h', [{ f: '1', g: '2' }]), 2),
      did('b', 20, 30, readCommand.hdel('h', ['f']), 1),
    ];
    expect(broken(fields, { h: hash({ g: '2' }) })).toEqual([]);
    expect(broken(fields, { h: hash({ f: '1', g: '2' }) })).toEqual(['resurrected']);
    expect(broken(fields, {})).toEqual(['lost']);
  });
});

describe('deadlines', () => {
  const expire = (key: string, ms: number) => readCommand.pexpire(key, ms, undefined);
  const session = [did('a', 0, 10, set('k', 'v', 60_000))];

  it('are never later than asked', () => {
    expect(broken(session, { k: text('v', 60_010) })).toEqual([]);
    expect(broken(session, { k: text('v', 30_000) })).toEqual([]);
    expect(broken(session, { k: text('v', 60_011) })).toEqual(['deadline']);
    expect(broken(session, { k: text('v', 60_011) }, { tolerance: 5 })).toEqual([]);
  });

  it('do not disappear', () => {
    expect(broken(session, { k: text('v') })).toEqual(['deadline']);
  });

  it('move with the last one asked for', () => {
    const moved = [...session, did('a', 20, 30, expire('k', 20_000), 1)];
    expect(broken(moved, { k: text('v', 20_030) })).toEqual([]);
    expect(broken(moved, { k: text('v', 60_000) })).toEqual(['deadline']);
    const unmoved = [...session, did('a', 20, 30, expire('k', 20_000), 0)];
    expect(broken(unmoved, { k: text('v', 60_000) })).toEqual([]);
    const perhaps = [...session, unknown('a', 20, 30, expire('k', 90_000))];
    expect(broken(perhaps, { k: text('v', 90_000) })).toEqual([]);
  });

  it('end with persist, and with a set that names none', () => {
    expect(
      broken([...session, did('a', 20, 30, readCommand.persist('k'), 1)], { k: text('v') }),
    ).toEqual([]);
    const plain = [...session, did('a', 20, 30, set('k', 'w'))];
    expect(broken(plain, { k: text('w') })).toEqual([]);
    expect(broken(plain, { k: text('w', 60_000) })).toEqual(['deadline']);
  });

  it('are kept by keepTtl', () => {
    const kept = [...session, did('a', 20, 30, set('k', 'w', { keepTtl: true }))];
    expect(broken(kept, { k: text('w', 60_000) })).toEqual([]);
    expect(broken(kept, { k: text('w') })).toEqual(['deadline']);
  });

  it('that have passed explain a read that found nothing, whatever was written just after', () => {
    const history = [
      did('a', 0, 10, set('k', 'v', 100)),
      did('a', 200, 210, get('k'), null),
      did('b', 205, 230, set('k', 'w', 60_000)),
    ];
    expect(broken(history, { k: text('w', 60_205) })).toEqual([]);
    expect(broken(history, { k: text('w', 60_205) }, { tolerance: 100 })).toEqual([]);
    const early = [did('a', 0, 10, set('k', 'v', 500)), ...history.slice(1)];
    expect(broken(early, { k: text('w', 60_205) })).toEqual(['own write']);
  });

  it('of one process may lose to what another asked for before, only where that was agreed', () => {
    const history = [
      did('a', 0, 10, set('k', 'v', 60_000)),
      did('b', 20, 30, readCommand.persist('k'), 1),
    ];
    const final = { k: text('v', 60_000) };
    expect(broken(history, final)).toEqual(['deadline']);
    expect(broken(history, final, { contested: () => true })).toEqual([]);
  });

  it('that have passed explain that a key is gone, and that a counter began anew', () => {
    const short = [did('a', 0, 10, set('k', 'v', 5_000))];
    expect(broken(short, {})).toEqual([]);
    expect(broken(session, {})).toEqual(['lost']);
    const limit = [
      did('a', 0, 10, add('n', 5), 5),
      did('a', 20, 30, expire('n', 100), 1),
      did('a', 500, 510, add('n', 1), 1),
    ];
    expect(broken(limit, { n: text('1') })).toEqual([]);
    expect(broken(limit, { n: text('7') })).toEqual(['counter']);
  });
});

describe('reads', () => {
  const read = (process: string, start: number, value: string | null) =>
    did(process, start, start + 5, get('k'), value);
  const history = [did('a', 0, 10, set('k', 'one')), did('b', 20, 30, set('k', 'two'))];
  const final = { k: text('two') };

  it('show what a process wrote itself, or something newer', () => {
    expect(broken([...history, read('b', 40, 'two'), read('a', 40, 'two')], final)).toEqual([]);
    expect(broken([...history, read('b', 40, 'one')], final)).toEqual(['own write']);
    expect(broken([...history, read('b', 40, null)], final)).toEqual(['own write']);
  });

  it('may be behind what others wrote', () => {
    expect(broken([...history, read('c', 40, 'one')], final)).toEqual([]);
  });

  it('show no older value than before', () => {
    expect(broken([...history, read('c', 40, 'two'), read('c', 50, 'one')], final)).toEqual([
      'older read',
    ]);
    expect(broken([...history, read('c', 40, 'one'), read('c', 50, 'two')], final)).toEqual([]);
    expect(broken([...history, read('c', 40, 'two'), read('c', 50, null)], final)).toEqual([
      'older read',
    ]);
  });

  it('that overlap may be in either order', () => {
    const overlapping = [
      did('a', 0, 50, set('k', 'one')),
      did('b', 0, 50, set('k', 'two')),
      read('c', 10, 'two'),
      read('c', 20, 'one'),
    ];
    expect(broken(overlapping, final)).toEqual([]);
  });

  it('show nothing that nobody had written yet', () => {
    expect(broken([...history, read('c', 40, 'three')], final)).toEqual(['phantom']);
    expect(broken([read('c', 0, 'two'), did('b', 20, 30, set('k', 'two'))], final)).toEqual([
      'phantom',
    ]);
  });

  it('of a key that a process does not know may find nothing, though it is there', () => {
    const missed = [did('a', 0, 10, set('k', 'v')), did('a', 20, 30, get('k'), null)];
    expect(broken(missed, { k: text('v') })).toEqual(['own write']);
    expect(broken(missed, { k: text('v') }, { mayMiss: () => true })).toEqual([]);
    expect(broken(missed, {}, { mayMiss: () => true })).toEqual(['lost']);
  });

  it('of a key that may vanish may find it gone', () => {
    const gone = [...history, read('b', 40, null)];
    expect(broken(gone, final, { mayVanish: () => true })).toEqual([]);
  });

  it('of fields are looked at as well', () => {
    const fields = [
      did('a', 0, 10, readCommand.hset('h', ['f', '1']), 1),
      did('a', 20, 30, readCommand.hmget('h', ['f', 'g']), [null, null]),
    ];
    expect(broken(fields, { h: hash({ f: '1' }) })).toEqual(['own write']);
  });
});

describe('a violation', () => {
  it('names the key, the field, what was found and the records that show it', () => {
    const history = [
      did('a', 0, 10, readCommand.hset('h', ['f', 'one']), 1),
      did('a', 20, 30, readCommand.hset('h', ['f', 'two']), 0),
    ];
    const final = { at: T + 100, keys: new Map([['h', hash({ f: 'one' })]]) };
    expect(checkHistory(history, final)).toEqual([
      {
        key: 'h',
        field: 'f',
        rule: 'stale',
        message: 'it is "one"; it should be "two"',
        records: history,
      },
    ]);
  });
});

it('a history survives being written as lines', () => {
  const history = [
    did('a', 0, 10, readCommand.incrby('n', 9007199254740993n), 1),
    did('b', 0, 10, set('k', 'line\nline', 5)),
  ];
  const decoded = decodeHistory(encodeHistory(history) + encodeHistory([]));
  expect(encodeHistory(decoded)).toBe(encodeHistory(history));
  expect(decoded[0]?.command).toEqual(history[0]?.command);
});
