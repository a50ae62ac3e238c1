import type uPlot from 'uplot';
import { byId, create } from '../dom.js';
import type { Store } from '../store.js';
import { onSchemeChange, readTheme } from '../theme.js';
import { BandStrip } from './band-strip.js';
import { Chart, type ChartContext } from './chart.js';
import { type Segment, segmentsOf } from './segments.js';
import { SPECS } from './specs.js';

const SPANS = [
  { words: '1 min', ms: 60_000 },
  { words: '3 min', ms: 180_000 },
  { words: '10 min', ms: 600_000 },
] as const;

/** Everything over time, on one axis. */
export class Timeline {
  readonly #store: Store;
  readonly #strip: BandStrip;
  readonly #charts: readonly { readonly chart: Chart; readonly data: () => uPlot.AlignedData }[];
  #span: number = SPANS[0].ms;
  #segments: readonly Segment[] = [];
  #pointed: number | null = null;
  #theme = readTheme();

  constructor(store: Store) {
    this.#store = store;
    const holder = byId('charts');
    const context: ChartContext = {
      theme: () => this.#theme,
      segments: () => this.#segments,
      onPoint: (index) => this.#point(index),
    };
    const { columns: c } = store;
    this.#charts = [
      { chart: new Chart(SPECS.ops, context, false), data: () => [c.at, c.ops] },
      { chart: new Chart(SPECS.latency, context, false), data: () => [c.at, c.median, c.p99] },
      { chart: new Chart(SPECS.hits, context, false), data: () => [c.at, c.hitRatio] },
      { chart: new Chart(SPECS.journal, context, true), data: () => [c.at, c.pending, c.progress] },
    ];
    for (const { chart } of this.#charts) holder.append(chart.element);
    this.#strip = new BandStrip(document.querySelector<HTMLElement>('.bands') as HTMLElement);
    this.#offerSpans();
    new ResizeObserver(() => this.#fit()).observe(holder);
    onSchemeChange(() => {
      this.#theme = readTheme();
      for (const { chart } of this.#charts) chart.redraw();
    });
  }

  /** Draws what is known now. */
  draw(): void {
    const { latest, bands } = this.#store;
    const [from, to] = [latest - this.#span, latest];
    this.#segments = segmentsOf(bands, from, to);
    this.#strip.draw(this.#segments, from, to);
    for (const { chart, data } of this.#charts) chart.draw(data(), from, to);
    this.#read();
  }

  #point(index: number | null): void {
    if (index === this.#pointed) return;
    this.#pointed = index;
    this.#read();
  }

  /** The values under the pointer, or the last ones. */
  #read(): void {
    const index = this.#pointed ?? this.#store.columns.at.length - 1;
    for (const { chart, data } of this.#charts) {
      const [, ...lines] = data();
      chart.read(lines.map((values) => values[index]));
    }
  }

  #fit(): void {
    for (const { chart } of this.#charts) {
      const width = chart.element.lastElementChild?.clientWidth ?? 0;
      if (width > 0) chart.resize(width);
    }
    this.draw();
  }

  #offerSpans(): void {
    const group = byId('spans');
    const press = (ms: number) => {
      this.#span = ms;
      for (const [index, button] of [...group.children].entries()) {
        button.setAttribute('aria-pressed', String(SPANS[index]?.ms === ms));
      }
    };
    for (const { words, ms } of SPANS) {
      const button = create('button', { text: words });
      button.type = 'button';
      button.addEventListener('click', () => {
        press(ms);
        this.draw();
      });
      group.append(button);
    }
    press(this.#span);
  }
}
