import { readdirSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { RedisServer } from '../../packages/testkit/src/index.js';
import { type Block, blocksOf, readDocuments, root } from './documents.js';
import { LANGUAGES } from './programs.js';
import { commandsOf, problemOf, wordsOf } from './shell.js';

const redis = await RedisServer.start({ persistence: false });
afterAll(() => redis.close());

const blocks = readDocuments().flatMap((document) =>
  blocksOf(document).map((block) => ({ ...block, name: `${document.name}:${block.line}` })),
);

describe('documents', () => {
  it('are all there are in the repository, but for notes of changes', () => {
    const names = readDocuments().map(({ name }) => name);
    expect(markdownFiles().filter((name) => !names.includes(name))).toEqual([]);
  });

  it('have no fence that is not seen: indented, of tildes, or longer', () => {
    for (const document of readDocuments()) {
      const fences = document.text.match(/^[ \t>]*(?:`{3,}|~{3,})/gm) ?? [];
      expect(fences, document.name).toHaveLength(2 * blocksOf(document).length);
    }
  });
});

describe('blocks of READMEs and guides', () => {
  it('are programs, commands, JSON or output; any other has a mark with its reason', () => {
    expect(blocks.filter((block) => !isCovered(block)).map(({ name }) => name)).toEqual([]);
  });

  for (const block of blocks.filter(({ language }) => language === 'sh')) {
    it(`hold commands that work: ${block.name}`, async () => {
      const problems = commandsOf(block)
        .filter((command) => !isForRedis(command))
        .map((command) => [command, problemOf(command)])
        .filter(([, problem]) => problem !== undefined);
      expect(problems).toEqual([]);
      for (const command of commandsOf(block).filter(isForRedis)) {
        await redis.call(...wordsOf(command).slice(1));
      }
    });
  }

  for (const { name, code } of blocks.filter(({ language }) => language === 'json')) {
    it(`hold JSON: ${name}`, () => {
      expect(() => JSON.parse(code.join('\n')) as unknown).not.toThrow();
    });
  }
});

describe('how commands are checked', () => {
  it('finds packages, scripts and options that do not exist', () => {
    expect(problemOf('npm install @cachefb/nothing')).toBe('there is no package @cachefb/nothing');
    expect(problemOf('npm run nothing')).toBe('there is no script nothing');
    expect(problemOf('pnpm --filter bench run rivals --frobnicate')).toContain('--frobnicate');
    expect(problemOf('npm run demo -- --frobnicate')).toContain('--frobnicate');
    expect(problemOf('rm -rf .')).toBe('a command that no test knows');
  });

  it('takes those that do', () => {
    expect(problemOf('npm install --save-dev @cachefb/testkit')).toBeUndefined();
    expect(problemOf('pnpm --filter @cachefb/bench run rivals --only cachefb')).toBeUndefined();
    expect(problemOf('npm run demo -- --fast')).toBeUndefined();
  });

  it('joins continued lines, and reads quotes', () => {
    const block = { language: 'sh', mark: '', line: 1, code: ['a "b c" \\', "  'd' # e", '# f'] };
    expect(commandsOf(block).map(wordsOf)).toEqual([['a', 'b c', 'd']]);
  });
});

function isCovered({ language, mark }: Block): boolean {
  return LANGUAGES.has(language) || ['sh', 'json', 'text'].includes(language) || mark !== '';
}

function markdownFiles(folder = ''): string[] {
  return readdirSync(path.join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const name = path.join(folder, entry.name);
    if (entry.isDirectory()) return isOurs(entry.name) ? markdownFiles(name) : [];
    return name.endsWith('.md') && entry.name !== 'CHANGELOG.md' ? [name] : [];
  });
}

function isOurs(folder: string): boolean {
  return !folder.startsWith('.') && !['node_modules', 'dist', 'coverage', 'api'].includes(folder);
}

function isForRedis(command: string): boolean {
  return command.startsWith('redis-cli ');
}
