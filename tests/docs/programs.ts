import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** TypeScript out of a document; its lines keep the numbers that they have there. */
export interface Program {
  /** `packages/core/README.md:3`. */
  readonly name: string;
  readonly source: string;
  /** Whether it is run, or compiled only. */
  readonly isRun: boolean;
}

interface Block {
  readonly line: number;
  readonly code: readonly string[];
  readonly isRun: boolean;
}

const LANGUAGES = new Set(['ts', 'typescript', 'js', 'javascript']);

/** The programs of all READMEs and guides. */
export function readPrograms(): Program[] {
  const readmes = ['packages', 'apps'].flatMap((folder) =>
    readdirSync(path.join(root, folder)).map((name) => `${folder}/${name}/README.md`),
  );
  const guides = readdirSync(path.join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`);
  const documents = ['README.md', ...readmes, ...guides].filter((document) =>
    existsSync(path.join(root, document)),
  );
  return documents.flatMap((document) =>
    programsOf(document, readFileSync(path.join(root, document), 'utf8')),
  );
}

/**
 * A block that imports something begins a program; one that does not goes on with the one before. `no-run` behind the
 * fence's language means that it is compiled only, `fragment` that it is not even that.
 */
export function programsOf(document: string, text: string): Program[] {
  const programs: Block[][] = [];
  for (const block of blocksOf(document, text)) {
    const begins = block.code.some((line) => line.startsWith('import '));
    if (begins || programs.length === 0) programs.push([block]);
    else programs.at(-1)?.push(block);
  }
  return programs.map((blocks) => {
    const source = join(blocks);
    const isRun = blocks.every((block) => block.isRun);
    return { name: `${document}:${blocks[0]?.line}`, source, isRun };
  });
}

function blocksOf(document: string, text: string): Block[] {
  const lines = text.split('\n');
  const blocks: Block[] = [];
  for (let at = 0; at < lines.length; at++) {
    const fence = /^```(\w*)(.*)$/.exec(lines[at] ?? '');
    if (fence === null) continue;
    const end = lines.indexOf('```', at + 1);
    if (end === -1) throw new Error(`${document}:${at + 1}: this block does not end`);
    const [, language = '', rest = ''] = fence;
    const mark = rest.trim();
    if (mark !== '' && !lines[at - 1]?.startsWith(`<!-- ${mark}: `)) {
      throw new Error(`${document}:${at + 1}: say why above: <!-- ${mark}: the reason -->`);
    }
    if (LANGUAGES.has(language) && mark !== 'fragment') {
      blocks.push({ line: at + 2, code: lines.slice(at + 1, end), isRun: mark !== 'no-run' });
    }
    at = end;
  }
  return blocks;
}

function join(blocks: readonly Block[]): string {
  const lines: string[] = [];
  for (const { line, code } of blocks) {
    while (lines.length < line - 1) lines.push('');
    lines.push(...code);
  }
  return `${lines.join('\n')}\nexport {};\n`;
}
