/** What a till is told at its start. */
export interface TillTask {
  readonly redis: string;
  /** The folder of its store. */
  readonly folder: string;
  /** What the names of its keys begin with. */
  readonly prefix: string;
}

/** What a till is asked. */
export type Question =
  /** Take so many baskets more; answered when every one is acknowledged. */
  | { readonly ask: 'sell'; readonly baskets: number }
  /** Take the basket away that was given back. */
  | { readonly ask: 'refund' }
  /** What do you know? */
  | { readonly ask: 'look' }
  /** Is everything brought back, and does Redis answer? */
  | { readonly ask: 'settled' }
  /** Close. */
  | { readonly ask: 'close' };

/** What a till knows. */
export interface Takings {
  readonly baskets: number;
  /** What the counter says. */
  readonly counted: number;
  /** Whether the basket that was given back is still there. */
  readonly refundedIsThere: boolean;
}

/** What a till says. */
export type Said =
  | { readonly say: 'loading'; readonly done: number; readonly total: number }
  | { readonly say: 'open'; readonly provider: string }
  | { readonly say: 'answer'; readonly answer: Takings | boolean };

/** The basket of a number. */
export function basketKey(prefix: string, number: number): string {
  return `${prefix}till:basket:${number}`;
}

/** Counts the baskets. */
export function counterKey(prefix: string): string {
  return `${prefix}till:count`;
}

/** The basket that is given back. */
export function refundedKey(prefix: string): string {
  return `${prefix}till:refunded`;
}
