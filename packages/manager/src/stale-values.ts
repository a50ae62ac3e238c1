interface Stale {
  readonly text: string;
  /** When it was last known to be right, epoch milliseconds. */
  readonly at: number;
  /** For how long it is good enough, milliseconds. */
  readonly ttl: number;
}

const MOST_VALUES = 1000;
const MOST_CHARACTERS = 16 * 1024 * 1024;

/** The last good values of keys, for the time that their loader fails; the oldest make room for new ones. */
export class StaleValues {
  readonly #values = new Map<string, Stale>();
  #characters = 0;

  get size(): number {
    return this.#values.size;
  }

  /** The value of `key`, if it is good enough at `now`. `ttl` counts instead of the one that it was remembered with. */
  get(key: string, now: number, ttl?: number): string | undefined {
    const stale = this.#values.get(key);
    if (stale === undefined) return undefined;
    return now - stale.at < (ttl ?? stale.ttl) ? stale.text : undefined;
  }

  remember(key: string, stale: Stale): void {
    this.forget(key);
    if (sizeOf(key, stale) > MOST_CHARACTERS) return;
    this.#values.set(key, stale);
    this.#characters += sizeOf(key, stale);
    for (const oldest of this.#values.keys()) {
      if (this.#values.size <= MOST_VALUES && this.#characters <= MOST_CHARACTERS) return;
      this.forget(oldest);
    }
  }

  forget(key: string): void {
    const stale = this.#values.get(key);
    if (stale === undefined) return;
    this.#values.delete(key);
    this.#characters -= sizeOf(key, stale);
  }

  clear(): void {
    this.#values.clear();
    this.#characters = 0;
  }
}

function sizeOf(key: string, { text }: Stale): number {
  return key.length + text.length;
}
