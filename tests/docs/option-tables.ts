import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { root } from './documents.js';

/** Names of options, each with its default as it is written. */
export type OptionTable = ReadonlyMap<string, string>;

/** The tables of a page that stand below `<!-- options: NAME -->`, by that name. */
export function tablesOf(text: string): Map<string, OptionTable> {
  const tables = new Map<string, OptionTable>();
  for (const [, name = '', body = ''] of text.matchAll(/<!-- options: (\w+) -->\n((?:\|.*\n)+)/g)) {
    const rows = body.trim().split('\n').slice(2).map(cellsOf);
    tables.set(name, new Map(rows.map((cells) => [plain(cells[0] ?? ''), cells[2] ?? ''])));
  }
  return tables;
}

/** The options of an interface somewhere in the packages, each with what its doc comment says of the default. */
export function optionsOf(name: string): OptionTable {
  for (const file of sources()) {
    const text = readFileSync(file, 'utf8');
    if (!text.includes(`export interface ${name} `)) continue;
    const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
    const found = source.statements.find(
      (statement): statement is ts.InterfaceDeclaration =>
        ts.isInterfaceDeclaration(statement) && statement.name.text === name,
    );
    if (found === undefined) continue;
    return new Map(found.members.filter(ts.isPropertySignature).map(optionOf));
  }
  throw new Error(`there is no interface ${name}`);
}

/** The interfaces of options that a package exports. */
export function optionInterfaces(name: string): string[] {
  const index = readFileSync(path.join(root, 'packages', name, 'src', 'index.ts'), 'utf8');
  return [...index.matchAll(/\b\w+(?:Options|Config)\b/g)].map(([found]) => found).sort();
}

function optionOf(member: ts.PropertySignature): [string, string] {
  const name = member.name.getText();
  const tag = ts.getJSDocTags(member).find(({ tagName }) => tagName.text === 'defaultValue');
  const told = ts.getTextOfJSDocComment(tag?.comment)?.trim();
  return [name, told ?? (member.questionToken === undefined ? 'required' : '–')];
}

function sources(): string[] {
  const packages = path.join(root, 'packages');
  return readdirSync(packages).flatMap((name) =>
    readdirSync(path.join(packages, name, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => path.join(packages, name, 'src', file)),
  );
}

function cellsOf(row: string): string[] {
  return row
    .slice(1, row.lastIndexOf('|'))
    .split('|')
    .map((cell) => cell.trim());
}

function plain(cell: string): string {
  return cell.replaceAll('`', '');
}
