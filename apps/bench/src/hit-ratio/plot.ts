import type { HitRatios } from './hit-ratio.js';

const ROW = 30;
const LEFT = 130;
const WIDTH = 560;
const TOP = 64;
/** Readable on light and on dark. */
const COLOURS: Readonly<Record<string, string>> = {
  lru: '#2f7ed8',
  lfu: '#8a8f98',
  fifo: '#b07a3c',
  sieve: '#19a974',
  's3-fifo': '#d6336c',
  'w-tinylfu': '#8e44ec',
};

/** Draws hit ratios as parts of the highest possible one: a row for each trace, a dot for each policy. */
export function plot(results: readonly HitRatios[]): string {
  const height = TOP + ROW * results.length + 44;
  const policies = [...(results[0]?.byPolicy.keys() ?? [])].filter((name) => name !== 'OPT');
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${LEFT + WIDTH + 30} ${height}" font-family="system-ui, sans-serif" font-size="12">`,
    '<title>Hit ratios of each policy on each trace, as a share of the highest possible</title>',
    '<style>text{fill:#57606a}@media(prefers-color-scheme:dark){text{fill:#a8b1bb}}</style>',
    ...policies.map((name, i) => legend(name, LEFT + 95 * i)),
    ...[0, 25, 50, 75, 100].map((part) => gridLine(part, height)),
    ...results.flatMap((result, row) => drawRow(result, TOP + ROW * row, policies)),
    text(LEFT + WIDTH / 2, height - 8, 'hit ratio, % of the highest possible (OPT)', 'middle'),
    '</svg>',
  ];
  return `${parts.join('\n')}\n`;
}

function drawRow(
  { trace, capacity, byPolicy }: HitRatios,
  y: number,
  policies: string[],
): string[] {
  const optimum = byPolicy.get('OPT') ?? 100;
  const shares = policies.map((name) => ({ name, share: (byPolicy.get(name) ?? 0) / optimum }));
  return [
    text(LEFT - 12, y + 4, `${trace} @ ${capacity}`, 'end'),
    `<line x1="${LEFT}" x2="${LEFT + WIDTH}" y1="${y}" y2="${y}" stroke="#8a8f98" stroke-opacity=".35"/>`,
    ...shares.map(
      ({ name, share }) =>
        `<circle cx="${round(LEFT + WIDTH * share)}" cy="${y}" r="5" fill="${COLOURS[name] ?? '#888'}" fill-opacity=".85"><title>${name}: ${(byPolicy.get(name) ?? 0).toFixed(2)} %</title></circle>`,
    ),
  ];
}

function legend(name: string, x: number): string {
  return `<circle cx="${x + 6}" cy="20" r="5" fill="${COLOURS[name] ?? '#888'}"/>${text(x + 16, 24, name, 'start')}`;
}

function gridLine(part: number, height: number): string {
  const x = round(LEFT + (WIDTH * part) / 100);
  const line = `<line x1="${x}" x2="${x}" y1="${TOP - 16}" y2="${height - 40}" stroke="#8a8f98" stroke-opacity=".25"/>`;
  return line + text(x, height - 26, `${part}`, 'middle');
}

function text(x: number, y: number, content: string, anchor: string): string {
  return `<text x="${round(x)}" y="${y}" text-anchor="${anchor}">${content}</text>`;
}

function round(value: number): number {
  return Math.round(10 * value) / 10;
}
