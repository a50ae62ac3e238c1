import { PlainScreen } from './plain-screen.js';
import { TerminalScreen } from './terminal-screen.js';

/** How a text is meant; what that looks like is the screen's business. */
export type Tone = 'title' | 'good' | 'bad' | 'memory' | 'faint';

/** Where the story is told. */
export interface Screen {
  /** Milliseconds between two calls of {@link Screen.status}. */
  readonly statusInterval: number;
  /** A text in a tone, or as it is where there are no colours. */
  paint(tone: Tone, text: string): string;
  /** A line that stays. */
  line(text?: string): void;
  /** How things are now: one line that changes, or one more line. The parts at the end matter least. */
  status(parts: readonly string[]): void;
  /** How far something is: a bar that grows, or a line now and then. */
  progress(label: string, done: number, total: number): void;
  /** Makes what changes stay, or go: nothing follows for now. */
  settle(): void;
}

/** A terminal's screen on a terminal, plain lines elsewhere. */
export function createScreen(out: NodeJS.WriteStream): Screen {
  return out.isTTY && process.env.TERM !== 'dumb' ? new TerminalScreen(out) : new PlainScreen(out);
}
