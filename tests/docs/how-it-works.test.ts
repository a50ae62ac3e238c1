import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { TRANSITIONS } from '../../packages/manager/src/index.js';
import { root } from './documents.js';

const read = (name: string) => readFileSync(path.join(root, 'docs', name), 'utf8');

/** Every transition but those to `closed`, which the page describes in words. */
const expected = Object.entries(TRANSITIONS)
  .flatMap(([from, signals]) =>
    Object.entries(signals).map(([signal, to]) => `${from} ${signal} ${to}`),
  )
  .filter((line) => !line.endsWith('closed'))
  .sort();

describe('the states in "How it works"', () => {
  it('are drawn as the code has them', () => {
    const edges = [
      ...read('states.svg').matchAll(/data-from="(\w+)" data-signal="(\w+)" data-to="(\w+)"/g),
    ];
    expect(edges.map(([, ...words]) => words.join(' ')).sort()).toEqual(expected);
  });

  it('are listed as the code has them', () => {
    const signals = ['up', 'down', 'drained', 'hold', 'release'];
    const rows = [...read('how-it-works.md').matchAll(/^\| `(\w+)` \|(.*)\|$/gm)]
      .filter(([, state = '']) => state in TRANSITIONS)
      .flatMap(([, state, cells = '']) =>
        cells
          .split('|')
          .slice(1)
          .map((cell, index) => [state, signals[index], /`(\w+)`/.exec(cell)?.[1]]),
      );
    const listed = rows.filter(([, , to]) => to !== undefined).map((row) => row.join(' '));
    expect(listed.sort()).toEqual(expected);
  });
});
