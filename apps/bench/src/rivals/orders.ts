import type { Player } from './player.js';

/** What the process of a contestant is told to do. */
export type Order = Exclude<keyof Player, 'close'> | 'first-set';

/** What it says. */
export type Answer =
  | { readonly done: Order | 'ready'; readonly value?: unknown }
  /** An error that nobody caught; the process is about to end. */
  | { readonly crash: string };
