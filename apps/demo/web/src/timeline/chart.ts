import uPlot from 'uplot';
import { create } from '../dom.js';
import type { Theme } from '../theme.js';
import { timeOfDay } from '../words.js';
import type { Segment } from './segments.js';
import { shade } from './shade.js';

/** A line of a chart. */
interface Line {
  readonly label: string;
  readonly second?: boolean;
  /** The scale it is drawn on. @defaultValue `y` */
  readonly scale?: 'y' | 'share';
  /** How its value reads. */
  readonly read: (value: number | null | undefined) => string;
  /** Filled down to the bottom. */
  readonly filled?: boolean;
  /** Drawn as points as well: there may be a single one. */
  readonly points?: boolean;
}

/** What a chart shows. */
export interface ChartSpec {
  readonly title: string;
  readonly lines: readonly Line[];
  /** From least to most, given what is to be seen at most. */
  readonly range: (most: number) => readonly [number, number];
  readonly logarithmic?: boolean;
  readonly splits: (range: readonly [number, number]) => number[];
  readonly tick: (value: number) => string;
}

/** What all charts of the page share. */
export interface ChartContext {
  readonly theme: () => Theme;
  readonly segments: () => readonly Segment[];
  /** The pointer is over this sample, or over none. */
  readonly onPoint: (index: number | null) => void;
}

const HEIGHT = 92;
const X_AXIS = 22;
const Y_AXIS = 46;
const EDGE = 26;
const DASH = [4, 3];

/** One chart of the timeline, with its title and readings beside it. */
export class Chart {
  readonly element: HTMLElement;
  readonly #spec: ChartSpec;
  readonly #readings: HTMLElement[];
  readonly #plot: uPlot;
  readonly #height: number;

  /** @param last - whether it is the one that shows the times. */
  constructor(spec: ChartSpec, context: ChartContext, last: boolean) {
    this.#spec = spec;
    this.#height = HEIGHT + (last ? X_AXIS : 0);
    this.#readings = spec.lines.map(() => create('strong', { text: '–' }));
    const names = spec.lines.map(({ label, second }, index) =>
      create(
        'p',
        { class: 'reading' },
        create('i', { class: second ? 'key second' : 'key' }),
        this.#readings[index] as Node,
        create('span', { text: label }),
      ),
    );
    const figure = create('div');
    figure.setAttribute('role', 'img');
    figure.setAttribute('aria-label', `${spec.title} over time`);
    this.element = create(
      'div',
      { class: 'chart-row' },
      create('div', {}, create('h3', { text: spec.title }), ...names),
      figure,
    );
    this.#plot = new uPlot(this.#options(context, last), [[], ...spec.lines.map(() => [])], figure);
  }

  /** Draws samples of a window of time. */
  draw(data: uPlot.AlignedData, from: number, to: number): void {
    this.#plot.batch(() => {
      this.#plot.setData(data, false);
      this.#plot.setScale('x', { min: from, max: to });
    });
  }

  /** Draws it all again: colours have changed. */
  redraw(): void {
    this.#plot.redraw(false, true);
  }

  /** Shows the values of a sample. */
  read(values: readonly (number | null | undefined)[]): void {
    for (const [index, element] of this.#readings.entries()) {
      const text = this.#spec.lines[index]?.read(values[index]) ?? '';
      if (element.textContent !== text) element.textContent = text;
    }
  }

  resize(width: number): void {
    this.#plot.setSize({ width, height: this.#height });
  }

  #options({ theme, segments, onPoint }: ChartContext, last: boolean): uPlot.Options {
    const { lines, range, logarithmic, splits, tick } = this.#spec;
    const axis = {
      stroke: () => theme().soft,
      grid: { stroke: () => theme().grid, width: 1 },
      ticks: { show: false },
      font: '11px "Segoe UI", "Noto Sans", "Liberation Sans", Arial, sans-serif',
    };
    return {
      width: 300,
      height: this.#height,
      ms: 1,
      padding: [8, EDGE, last ? 0 : 6, 0],
      legend: { show: false },
      cursor: {
        sync: { key: 'timeline' },
        y: false,
        drag: { x: false, y: false },
        points: { size: 7 },
      },
      scales: {
        x: { time: true, auto: false },
        y: {
          range: (_, __, most) => [...range(most ?? 0)] as [number, number],
          ...(logarithmic ? { distr: 3 as const, log: 10 as const } : {}),
        },
        share: { range: [0, 100] },
      },
      axes: [
        {
          ...axis,
          show: true,
          size: last ? X_AXIS : 0,
          space: 90,
          values: (_, times) => (last ? times.map(timeOfDay) : times.map(() => '')),
        },
        {
          ...axis,
          scale: 'y',
          size: Y_AXIS,
          gap: 6,
          splits: (_, __, min, max) => splits([min, max]),
          filter: (_, values) => values,
          values: (_, values) => values.map(tick),
        },
      ],
      series: [
        {},
        ...lines.map(({ label, second, scale = 'y', filled, points }) => ({
          label,
          scale,
          stroke: () => (second ? theme().soft : theme().accent),
          width: 1.5,
          ...(second && { dash: DASH }),
          ...(filled && { fill: () => `${theme().accent}22` }),
          points: { show: points ?? false, size: 5 },
        })),
      ],
      hooks: {
        drawClear: [(chart) => shade(chart, segments(), theme())],
        setCursor: [(chart) => onPoint(chart.cursor.idx ?? null)],
      },
    };
  }
}
