import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readDocuments, root } from './documents.js';

/** `<!-- figures of PAGE: 1.5; 20 ms -->`: figures that a page repeats from the one that has them with their command. */
const REPEATED = /<!-- figures of (\S+): (.+) -->/g;

const repeated = readDocuments().flatMap(({ name, text }) =>
  [...text.matchAll(REPEATED)].map(([, source = '', figures = '']) => ({
    name,
    text: text.replaceAll(REPEATED, ''),
    source,
    figures: figures.split('; '),
  })),
);

describe('figures that a page repeats', () => {
  it('are marked on the page about performance', () => {
    const sources = repeated.filter(({ name }) => name === 'docs/performance.md');
    expect(sources.map(({ source }) => source)).toContain('packages/sync/README.md');
  });

  for (const { name, text, source, figures } of repeated) {
    it(`are those of ${source}: ${name}`, () => {
      const original = readFileSync(path.join(root, source), 'utf8');
      expect(figures.filter((figure) => !text.includes(figure))).toEqual([]);
      expect(figures.filter((figure) => !original.includes(figure))).toEqual([]);
    });
  }
});
