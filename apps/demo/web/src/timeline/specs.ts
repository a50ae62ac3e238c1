import { count } from '../../../src/screen/format.js';
import { latency } from '../words.js';
import type { ChartSpec } from './chart.js';
import { niceMax } from './nice-max.js';

const whole = (value: number | null | undefined) => (value == null ? '–' : count(value));
const percent = (value: number | null | undefined) =>
  // A single miss is not 100 %.
  value == null ? '–' : `${(Math.floor(value * 10) / 10).toFixed(1)} %`;
const halves = ([least, most]: readonly [number, number]) => [least, (least + most) / 2, most];
const short = (value: number) => (value >= 10_000 ? `${count(value / 1000)}k` : count(value));

/** Milliseconds, a power of ten each: fixed, for a scale that moves with the worst call hides all others. */
const LATENCIES = [0.01, 0.1, 1, 10, 100, 1000];

/** The charts, from top to bottom. */
export const SPECS = {
  ops: {
    title: 'Operations per second',
    lines: [{ label: '', read: whole, filled: true }],
    range: (most) => [0, niceMax(most, 100)],
    splits: halves,
    tick: short,
  },
  latency: {
    title: 'Latency of a call',
    lines: [
      { label: 'median', read: latency },
      { label: 'p99', read: latency, second: true },
    ],
    range: () => [0.005, 3000],
    logarithmic: true,
    splits: () => LATENCIES,
    tick: (ms) => (ms >= 1000 ? `${ms / 1000} s` : ms === 1 || ms === 100 ? `${ms} ms` : ''),
  },
  hits: {
    title: 'Hit ratio',
    lines: [{ label: '', read: percent }],
    range: () => [0, 100],
    splits: halves,
    tick: (value) => `${value} %`,
  },
  journal: {
    title: 'Journal',
    lines: [
      { label: 'waiting', read: whole, filled: true },
      { label: 'synced', read: percent, second: true, scale: 'share', points: true },
    ],
    range: (most) => [0, niceMax(most, 100)],
    splits: halves,
    tick: short,
  },
} as const satisfies Record<string, ChartSpec>;
