import { create } from '../dom.js';
import { MODE_WORDS } from '../words.js';
import type { Segment } from './segments.js';

/** Narrower ones have no room for their word, pixels. */
const ROOM = 66;
/** A sync may be over in a few milliseconds, and is to be seen all the same; pixels. */
const LEAST = 5;

/** The bands of who answers: coloured, striped and labelled. */
export class BandStrip {
  readonly #strip: HTMLElement;
  readonly #bands: HTMLElement[] = [];

  constructor(strip: HTMLElement) {
    this.#strip = strip;
  }

  draw(segments: readonly Segment[], from: number, to: number): void {
    const width = this.#strip.clientWidth;
    const scale = width / (to - from);
    for (const [index, segment] of segments.entries()) {
      const left = (segment.from - from) * scale;
      const wide = Math.max(LEAST, (segment.to - segment.from) * scale);
      this.#show(this.#band(index), segment, left, wide);
    }
    for (const band of this.#bands.splice(segments.length)) band.remove();
  }

  #band(index: number): HTMLElement {
    const known = this.#bands[index];
    if (known !== undefined) return known;
    const band = create('span', {}, create('b'));
    this.#bands[index] = band;
    this.#strip.append(band);
    return band;
  }

  #show(band: HTMLElement, { mode }: Segment, left: number, wide: number): void {
    if (band.dataset.mode !== mode) {
      band.dataset.mode = mode;
      (band.firstChild as HTMLElement).textContent = MODE_WORDS[mode];
    }
    band.classList.toggle('narrow', wide < ROOM);
    // Moved, not laid out anew.
    band.style.transform = `translateX(${left.toFixed(1)}px)`;
    band.style.width = `${wide.toFixed(1)}px`;
    // Short ones are drawn over their neighbours.
    band.style.zIndex = wide < ROOM ? '1' : '0';
  }
}
