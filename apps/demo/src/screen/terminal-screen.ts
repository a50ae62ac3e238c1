import { stripVTControlCharacters, styleText } from 'node:util';
import { count } from './format.js';
import type { Screen, Tone } from './screen.js';

const STYLES = {
  title: 'bold',
  good: 'green',
  bad: 'red',
  memory: 'yellow',
  faint: 'gray',
} as const satisfies Record<Tone, Parameters<typeof styleText>[0]>;

const CLEAR = '\r\x1b[2K';
const BAR_WIDTH = 32;

/** Colours, and one line at the bottom that changes. */
export class TerminalScreen implements Screen {
  readonly statusInterval = 120;
  readonly #out: NodeJS.WriteStream;
  readonly #colours: boolean;
  /** What the last line shows now; empty if it is free. */
  #changing = '';
  #isBar = false;

  constructor(out: NodeJS.WriteStream) {
    this.#out = out;
    // Asks NO_COLOR, NODE_DISABLE_COLORS, FORCE_COLOR and the terminal.
    this.#colours = out.hasColors();
  }

  paint(tone: Tone, text: string): string {
    return this.#colours ? styleText(STYLES[tone], text) : text;
  }

  line(text = ''): void {
    const changing = this.#changing;
    this.#out.write(changing === '' ? `${text}\n` : `${CLEAR}${text}\n${changing}`);
  }

  status(parts: readonly string[]): void {
    if (!this.#isBar) this.#change(this.#fit(parts));
  }

  progress(label: string, done: number, total: number): void {
    const filled = total === 0 ? BAR_WIDTH : Math.round((BAR_WIDTH * done) / total);
    const bar =
      this.paint('good', '█'.repeat(filled)) + this.paint('faint', '░'.repeat(BAR_WIDTH - filled));
    this.#isBar = true;
    this.#change(this.#fit([`${label} ${bar}`, `${count(done)} of ${count(total)}`]));
  }

  settle(): void {
    if (this.#changing !== '') this.#out.write(this.#isBar ? '\n' : CLEAR);
    this.#changing = '';
    this.#isBar = false;
  }

  #change(text: string): void {
    this.#changing = text;
    this.#out.write(CLEAR + text);
  }

  /** As many parts as fit: a line that wraps could not be cleared. */
  #fit(parts: readonly string[]): string {
    const room = (this.#out.columns || 80) - 1;
    let text = '  ';
    for (const [index, part] of parts.entries()) {
      const longer = index === 0 ? text + part : `${text}  ${part}`;
      if (stripVTControlCharacters(longer).length > room) break;
      text = longer;
    }
    return text;
  }
}
