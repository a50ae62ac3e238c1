/** How long the scenes are, milliseconds. */
export interface Pace {
  readonly calm: number;
  readonly longOutage: number;
  readonly shortOutage: number;
  /** What the till sells before it is killed. */
  readonly baskets: number;
}

/** As the story is told. */
export const NORMAL: Pace = { calm: 2500, longOutage: 5000, shortOutage: 2500, baskets: 30_000 };
/** For those in a hurry, and for tests. */
export const FAST: Pace = { calm: 700, longOutage: 1000, shortOutage: 700, baskets: 2000 };
