import { count } from './format.js';
import type { Screen, Tone } from './screen.js';

const STEPS = 4;

/** Lines without colours, for files, pipes and logs. */
export class PlainScreen implements Screen {
  readonly statusInterval = 1000;
  readonly #out: NodeJS.WritableStream;
  #step = -1;

  constructor(out: NodeJS.WritableStream) {
    this.#out = out;
  }

  paint(_tone: Tone, text: string): string {
    return text;
  }

  line(text = ''): void {
    this.#out.write(`${text}\n`);
  }

  status(parts: readonly string[]): void {
    this.line(`    ${parts.join('  ')}`);
  }

  progress(label: string, done: number, total: number): void {
    const step = total === 0 ? STEPS : Math.floor((STEPS * done) / total);
    if (step === this.#step) return;
    this.#step = step;
    this.line(`    ${label}: ${count(done)} of ${count(total)}`);
  }

  settle(): void {
    this.#step = -1;
  }
}
