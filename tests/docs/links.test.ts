import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { deadSiteLinks } from '../../scripts/lib/site-links.mjs';
import { readDocuments, root } from './documents.js';
import { anchorsOf, deadLinks, linksOf } from './links.js';

describe('the links of READMEs and guides', () => {
  for (const document of readDocuments()) {
    it(`lead somewhere: ${document.name}`, () => {
      expect(deadLinks(document)).toEqual([]);
    });
  }
});

describe('the site', () => {
  const { projectDocuments } = JSON.parse(
    readFileSync(path.join(root, 'typedoc.json'), 'utf8'),
  ) as {
    projectDocuments: string[];
  };

  it('has every guide', () => {
    const guides = readDocuments().filter(({ name }) => name.startsWith('docs/'));
    expect(projectDocuments).toEqual(expect.arrayContaining(guides.map(({ name }) => name)));
  });
});

describe('links of a built site', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'site-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('are dead without a file, without the place in it, and where they leave the site', () => {
    writeFileSync(path.join(folder, 'notes.md'), '');
    writeFileSync(path.join(folder, 'b.html'), '<p id="there">');
    writeFileSync(
      path.join(folder, 'a.html'),
      ['b.html#there', '#', 'https://example.org', 'c.html', 'b.html#here', 'notes.md', '#here']
        .map((target) => `<a class="x" href="${target}">`)
        .join('\n'),
    );
    expect(deadSiteLinks(folder)).toEqual([
      'a.html: c.html: there is no such file',
      'a.html: b.html#here: there is no such place',
      'a.html: notes.md: a page that is not part of the site',
      'a.html: #here: there is no such place',
    ]);
  });
});

describe('how links are checked', () => {
  const problems = (text: string) => deadLinks({ name: 'docs/x.md', text });

  it('finds a file, a heading and a way out of the repository that are not there', () => {
    expect(problems('[a](nowhere.md)')).toEqual(['docs/x.md:1: nowhere.md: there is no such file']);
    expect(problems('\n[a](../README.md#nothing)')).toEqual([
      'docs/x.md:2: ../README.md#nothing: there is no such heading',
    ]);
    expect(problems('[a](../../elsewhere)')).toHaveLength(1);
    expect(problems('[a](../packages/core)')).toHaveLength(1);
    expect(problems('<img src="nothing.svg" alt="">')).toHaveLength(1);
  });

  it('takes what is there, and leaves code alone', () => {
    const fine = '# One `two`, three\n[a](../README.md) [b](#one-two-three) `[c](d)`';
    expect(problems(`${fine}\n\`\`\`ts\nf[g](h);\n\`\`\`\n`)).toEqual([]);
  });

  it('numbers headings that are alike', () => {
    expect([...anchorsOf('# A\n## A\n')]).toEqual(['a', 'a-1']);
  });

  it('finds links to the web', () => {
    expect(linksOf('x [a](https://example.org/b "t") y')).toEqual([
      { target: 'https://example.org/b', line: 1 },
    ]);
  });
});
