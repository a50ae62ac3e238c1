import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** A page in Markdown, by its path in the repository. */
export interface Document {
  readonly name: string;
  readonly text: string;
}

/** What stands between two fences. */
export interface Block {
  readonly language: string;
  /** `no-run` or `fragment`, each with its reason above. */
  readonly mark: string;
  /** Of its first line of code. */
  readonly line: number;
  readonly code: readonly string[];
}

const FOLDERS = ['packages', 'apps', 'examples'];

/** Every README and every guide. */
export function readDocuments(): Document[] {
  const readmes = FOLDERS.flatMap((folder) =>
    namesIn(folder).map((name) => `${folder}/${name}/README.md`),
  );
  const guides = namesIn('docs')
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`);
  return ['README.md', 'CONTRIBUTING.md', ...readmes, ...guides]
    .filter((name) => existsSync(path.join(root, name)))
    .map((name) => ({ name, text: readFileSync(path.join(root, name), 'utf8') }));
}

function namesIn(folder: string): string[] {
  const found = path.join(root, folder);
  return existsSync(found) ? readdirSync(found) : [];
}

/** The blocks of a document; an error for one that does not end, or whose mark has no reason. */
export function blocksOf({ name, text }: Document): Block[] {
  const lines = text.split('\n');
  const blocks: Block[] = [];
  for (let at = 0; at < lines.length; at++) {
    const fence = /^```(\w*)(.*)$/.exec(lines[at] ?? '');
    if (fence === null) continue;
    const end = lines.indexOf('```', at + 1);
    if (end === -1) throw new Error(`${name}:${at + 1}: this block does not end`);
    const [, language = '', rest = ''] = fence;
    const mark = rest.trim();
    if (mark !== '' && !lines[at - 1]?.startsWith(`<!-- ${mark}: `)) {
      throw new Error(`${name}:${at + 1}: say why above: <!-- ${mark}: the reason -->`);
    }
    blocks.push({ language, mark, line: at + 2, code: lines.slice(at + 1, end) });
    at = end;
  }
  return blocks;
}
