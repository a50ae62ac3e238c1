const WINDOW = 1000;

/** How fast a count grows, over the last second. */
export class Rate {
  readonly #samples: { readonly at: number; readonly value: number }[] = [];

  /** Takes a count in; answers its growth a second. */
  sample(value: number): number {
    const at = performance.now();
    this.#samples.push({ at, value });
    while (this.#samples.length > 2 && at - (this.#samples[1]?.at ?? at) >= WINDOW) {
      this.#samples.shift();
    }
    const first = this.#samples[0];
    if (first === undefined || first.at === at) return 0;
    return ((value - first.value) * 1000) / (at - first.at);
  }
}
