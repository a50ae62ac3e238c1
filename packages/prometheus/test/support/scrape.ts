/** What a scrape found: the series of each metric by its full name. */
export class Scrape {
  readonly #series = new Map<string, { labels: Record<string, string>; value: number }[]>();
  /** The type of each metric family. */
  readonly types = new Map<string, string>();
  readonly text: string;

  /** Reads the text format, every line of it. */
  constructor(text: string) {
    this.text = text;
    for (const line of text.split('\n')) this.#read(line);
  }

  get names(): string[] {
    return [...this.#series.keys()];
  }

  /** The names of all labels of a metric. */
  labelsOf(name: string): Set<string> {
    return new Set((this.#series.get(name) ?? []).flatMap(({ labels }) => Object.keys(labels)));
  }

  /** The sum of the series with these labels; `undefined` if there is none. */
  value(name: string, labels: Record<string, string> = {}): number | undefined {
    const found = (this.#series.get(name) ?? []).filter((series) =>
      Object.entries(labels).every(([label, value]) => series.labels[label] === value),
    );
    if (found.length === 0) return undefined;
    return found.reduce((sum, { value }) => sum + value, 0);
  }

  #read(line: string): void {
    if (line === '' || line.startsWith('# HELP ')) return;
    const type = /^# TYPE (\S+) (\S+)$/.exec(line);
    if (type !== null) {
      this.types.set(type[1] as string, type[2] as string);
      return;
    }
    const sample = /^([a-zA-Z_:]\w*)(?:\{(.*)\})? (\S+)$/.exec(line);
    if (sample === null) throw new Error(`not the text format: ${line}`);
    const [, name = '', list = '', value = ''] = sample;
    const labels = Object.fromEntries(
      [...list.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, label = '', text = '']) => [
        label,
        text,
      ]),
    );
    const series = this.#series.get(name) ?? [];
    series.push({ labels, value: value === '+Inf' ? Number.POSITIVE_INFINITY : Number(value) });
    this.#series.set(name, series);
  }
}
