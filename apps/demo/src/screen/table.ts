import { stripVTControlCharacters } from 'node:util';

/** Lines of a table, its columns as wide as they must be. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const columns = Math.max(...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...rows.map((row) => widthOf(row[column] ?? ''))),
  );
  const [head = '', ...body] = rows.map((row) =>
    row.map((cell, column) => pad(cell, widths[column] ?? 0)).join('  '),
  );
  const rule = widths.map((width) => '─'.repeat(width)).join('  ');
  return [head, rule, ...body].map((line) => `  ${line.trimEnd()}`);
}

function pad(cell: string, width: number): string {
  return cell + ' '.repeat(width - widthOf(cell));
}

function widthOf(cell: string): number {
  return stripVTControlCharacters(cell).length;
}
