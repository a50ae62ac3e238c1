import { type Block, blocksOf, type Document, readDocuments } from './documents.js';

/** TypeScript out of a document; its lines keep the numbers that they have there. */
export interface Program {
  /** `packages/core/README.md:3`. */
  readonly name: string;
  readonly source: string;
  /** Whether it is run, or compiled only. */
  readonly isRun: boolean;
}

/** Languages whose blocks are programs. */
export const LANGUAGES = new Set(['ts', 'typescript', 'js', 'javascript']);

/** The programs of all READMEs and guides. */
export function readPrograms(): Program[] {
  return readDocuments().flatMap(programsOf);
}

/**
 * A block that imports something begins a program; one that does not goes on with the one before. `no-run` behind the
 * fence's language means that it is compiled only, `fragment` that it is not even that.
 */
export function programsOf(document: Document): Program[] {
  const programs: Block[][] = [];
  for (const block of blocksOf(document)) {
    if (!LANGUAGES.has(block.language) || block.mark === 'fragment') continue;
    const begins = block.code.some((line) => line.startsWith('import '));
    if (begins || programs.length === 0) programs.push([block]);
    else programs.at(-1)?.push(block);
  }
  return programs.map((blocks) => {
    const source = join(blocks);
    const isRun = blocks.every((block) => block.mark !== 'no-run');
    return { name: `${document.name}:${blocks[0]?.line}`, source, isRun };
  });
}

function join(blocks: readonly Block[]): string {
  const lines: string[] = [];
  for (const { line, code } of blocks) {
    while (lines.length < line - 1) lines.push('');
    lines.push(...code);
  }
  return `${lines.join('\n')}\nexport {};\n`;
}
