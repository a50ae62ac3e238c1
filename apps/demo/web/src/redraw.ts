import type { Part } from './store.js';

/** Milliseconds between two pictures for those who want to see little move. */
const CALM = 5000;

/**
 * Gathers what has changed and draws it in the next frame: once, however much has come, and not at all while nothing has. Samples come
 * twice a second; for those who prefer reduced motion the timeline moves on every few seconds only.
 */
export class Redraw {
  readonly #draw: (parts: ReadonlySet<Part>) => void;
  readonly #calm = matchMedia('(prefers-reduced-motion: reduce)');
  #parts = new Set<Part>();
  #frame: number | undefined;
  #timer: number | undefined;

  constructor(draw: (parts: ReadonlySet<Part>) => void) {
    this.#draw = draw;
  }

  want(part: Part): void {
    this.#parts.add(part);
    if (this.#frame !== undefined) return;
    if (this.#calm.matches && (part === 'samples' || part === 'totals')) {
      this.#timer ??= setTimeout(() => this.#request(), CALM);
    } else this.#request();
  }

  #request(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#frame ??= requestAnimationFrame(() => {
      this.#frame = undefined;
      const parts = this.#parts;
      this.#parts = new Set();
      this.#draw(parts);
    });
  }
}
