import type { CoarseClock } from '../coarse-clock.js';

/** The most entries of a generation. */
const MOST = 50_000;
/** How long a generation takes in entries, milliseconds. */
const AGE = 10 * 60_000;

/**
 * Remembers things by name for 10 to 20 minutes, and at most 100,000 of them. It keeps two generations and forgets the
 * older one as a whole, so that forgetting costs nothing.
 */
export class Recent<T> {
  readonly #clock: CoarseClock;
  #young = new Map<string, T>();
  #old = new Map<string, T>();
  #began = 0;

  constructor(clock: CoarseClock) {
    this.#clock = clock;
  }

  /** What is remembered under a name. */
  get(name: string): T | undefined {
    this.#age();
    return this.#young.get(name) ?? this.#old.get(name);
  }

  /** Remembers it. */
  set(name: string, thing: T): void {
    this.#age();
    if (this.#young.size >= MOST) this.#turn();
    this.#young.set(name, thing);
  }

  /** Forgets everything. */
  clear(): void {
    this.#young = new Map();
    this.#old = new Map();
  }

  #age(): void {
    const elapsed = this.#clock.now() - this.#began;
    if (elapsed < AGE) return;
    this.#turn();
    if (elapsed >= 2 * AGE) this.#old = new Map();
  }

  #turn(): void {
    this.#old = this.#young;
    this.#young = new Map();
    this.#began = this.#clock.now();
  }
}
