import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CONTESTANTS } from '../src/rivals/contestants/all.js';
import { AS_GIVEN, readAddWrite, valueInJson } from '../src/rivals/contestants/contestant.js';
import { readOptions, USAGE } from '../src/rivals/options.js';
import { OUTAGES } from '../src/rivals/outages.js';
import type { OutageReport } from '../src/rivals/run-outage.js';
import { cellsOf, HEADINGS, markdownTable, shortTable } from '../src/rivals/table.js';
import { Tally } from '../src/rivals/tally.js';

const REPORT: OutageReport = {
  player: {
    outage: { commands: 12, rejected: 1, late: 2, slowest: 5000.4 },
    acknowledged: { set: 3, del: 2, count: 7 },
    reads: 5,
    right: 4,
    set: ['page:0', 'page:1', 'page:2'],
    deleted: ['gone:0'],
    counted: 9,
    ambiguous: 1,
    shared: [],
  },
  back: 700.6,
  sets: { kept: 1, older: 2, gone: 0 },
  resurrected: 1,
  counted: 8,
  newer: { overwritten: 0, gone: 50 },
  stale: 6,
};

describe('the table', () => {
  it('shows each figure beside what it is a part of', () => {
    expect(cellsOf({ name: 'x', report: REPORT })).toEqual([
      'x',
      '12',
      '1',
      '2',
      '5000',
      '4 of 5',
      '3 / 2 / 7',
      '1 of 3, 2 older',
      '1 of 1',
      '8 of 9, 1 ambiguous',
      '0 of 50, 50 gone',
      '6 of 50',
      '701',
    ]);
  });

  it('shows a run that ended early, and goes on', () => {
    const rows = [
      { name: 'x', report: new Error('boom') },
      { name: 'y', report: { ...REPORT, back: undefined } },
    ];
    const lines = markdownTable(rows).split('\n');
    expect(lines).toHaveLength(4);
    expect(lines[2]).toMatch(/^\| x \| ended: boom \| – /);
    expect(lines[3]).toMatch(/\| never \|$/);
    for (const line of lines) expect(line.split('|')).toHaveLength(HEADINGS.length + 2);
  });
});

describe('the short table', () => {
  it('has the rows and columns that say most', () => {
    const rows = ['cachefb', 'cachefb, 500 ms'].map((name) => ({ name, report: REPORT }));
    expect(shortTable(rows).split('\n').at(-1)).toBe(
      '| cachefb | 1 | 2 | 1 of 3, 2 older | 1 of 1 | 8 of 9, 1 ambiguous | 0 of 50, 50 gone | 6 of 50 |',
    );
    expect(shortTable(rows).split('\n')).toHaveLength(3);
  });

  it('in the README is of the same run as the tables on the page', () => {
    const read = (name: string) =>
      readFileSync(new URL(`../../../${name}`, import.meta.url), 'utf8');
    const rowsIn = (text: string) => {
      const [, tables = ''] = text.split(/<!-- .?rivals -->/);
      return [...tables.matchAll(/^\|.*$/gm)].map(([row]) =>
        row
          .split('|')
          .slice(1, -1)
          .map((cell) => cell.trim()),
      );
    };
    const [headings = [], ...long] = rowsIn(read('docs/comparison.md'));
    const [columns = [], , ...short] = rowsIn(read('README.md'));
    expect(short.length).toBeGreaterThan(5);
    for (const row of short) {
      // The first outage comes first.
      const whole = long.find(([name]) => name === row[0]) ?? [];
      expect(row).toEqual(columns.map((heading) => whole[headings.indexOf(heading)]));
    }
  });
});

describe('a tally', () => {
  it('counts what was sent or waiting in a span, and what never settled as waiting', async () => {
    const tally = new Tally();
    await tally.time(() => Promise.resolve());
    const start = performance.now();
    void tally.time(() => new Promise(() => {}));
    const { command, answer } = await tally.time(() => Promise.reject(new Error('no')));
    expect(answer).toBeUndefined();
    expect(command.rejected).toBe(true);
    expect(tally.between(start, performance.now() + 1)).toMatchObject({ commands: 2, rejected: 1 });
    expect(tally.open).toBe(1);
  });
});

describe('the command line', () => {
  it('chooses by parts of names, and by outages', () => {
    const options = readOptions(['--', '--only', 'ioredis', '--outage', 'killed', '--write']);
    expect(options?.contestants.map(({ name }) => name)).toEqual(['ioredis', 'ioredis, tuned']);
    expect(options?.outages.map(({ name }) => name)).toEqual(['killed']);
    expect(options?.write).toBe(true);
  });

  it('runs everything without options', () => {
    expect(readOptions([])).toEqual({ contestants: CONTESTANTS, outages: OUTAGES, write: false });
  });

  it('refuses what it does not know', () => {
    for (const args of [['--only'], ['--only', 'nobody'], ['--outage', 'flood'], ['cachefb']]) {
      expect(readOptions(args), args.join(' ')).toBeUndefined();
    }
    for (const { name } of [...CONTESTANTS, ...OUTAGES]) expect(USAGE).toContain(name);
  });
});

it('a value is found in the form that a library stores it in', () => {
  expect(valueInJson('{"value":"v","expires":1}')).toBe('v');
  expect(AS_GIVEN.valueOf('{"value":"v"}')).toBe('{"value":"v"}');
  const names = new Set(CONTESTANTS.map(({ name }) => name));
  expect(names.size).toBe(CONTESTANTS.length);
});

it('a counter without increments is read and written', async () => {
  const held = new Map<string, string>();
  const rival = {
    get: async (key: string) => held.get(key),
    set: async (key: string, value: string) => held.set(key, value),
  };
  await readAddWrite(rival, 'n');
  await readAddWrite(rival, 'n');
  expect(held.get('n')).toBe('2');
});
