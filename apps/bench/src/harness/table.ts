/** Lays out rows under a heading: the first column to the left, the others to the right. */
export function table(heading: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [heading, ...rows];
  const widths = heading.map((_, column) => Math.max(...all.map((row) => width(row[column]))));
  const lines = all.map((row) =>
    row.map((cell, column) => pad(cell, widths[column] ?? 0, column > 0)).join('  '),
  );
  const rule = widths.map((columns) => '─'.repeat(columns)).join('──');
  return [lines[0], rule, ...lines.slice(1)].join('\n');
}

function pad(cell: string, columns: number, right: boolean): string {
  const space = ' '.repeat(columns - width(cell));
  return right ? space + cell : cell + space;
}

function width(cell = ''): number {
  return [...cell].length;
}
