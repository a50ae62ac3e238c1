import type { Draft, Durability } from '@cachefb/core';
import type { CarriedError } from './carried-error.js';

/** What a store's thread needs to begin. */
export interface ThreadOptions {
  /** What errors name. */
  readonly folder: string;
  /** LMDB's, in it. */
  readonly file: string;
  readonly secret: Uint8Array | undefined;
  readonly durability: Durability;
  /** Milliseconds for which what is acknowledged may wait for more. */
  readonly delay: number;
}

/** What the thread is told at the beginning. */
export interface Opening extends ThreadOptions {
  /** Of its `Rest`. */
  readonly rest: SharedArrayBuffer;
}

/** Changes; `clear`: after everything else is deleted. */
interface Write {
  readonly clear: boolean;
  readonly draft: Draft;
}

/** What the thread is asked, with the type of what it answers. */
export interface Calls {
  readonly open: { readonly ask: { readonly options: Opening }; readonly answer: undefined };
  readonly write: { readonly ask: Write; readonly answer: undefined };
  readonly flush: { readonly ask: object; readonly answer: undefined };
  /** The next part of a load; the first call begins it. */
  readonly next: {
    readonly ask: { readonly load: number };
    readonly answer: PackedChunk | undefined;
  };
  readonly close: { readonly ask: object; readonly answer: undefined };
}

/** A part of what is stored, on its way. */
export interface PackedChunk {
  readonly packed: Uint8Array<ArrayBuffer>;
  /** Entries that are there and cannot be read. */
  readonly damaged: number;
  /** Entries that there are by now. */
  readonly size: number;
}

type Call = {
  [Name in keyof Calls]: { readonly call: Name; readonly id: number } & Calls[Name]['ask'];
}[keyof Calls];

/** To the thread: a call that it answers, changes that are acknowledged already, or that a load has ended early. */
export type Request =
  | Call
  | ({ readonly call: 'acknowledged' } & Write)
  | { readonly call: 'endLoad'; readonly load: number };

/** From the thread: an answer, how many more of the acknowledged batches are committed, or how the disk fares. */
export type Message =
  | { readonly kind: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'refusal'; readonly id: number; readonly error: CarriedError }
  | { readonly kind: 'committed'; readonly batches: number }
  | { readonly kind: 'health'; readonly error: CarriedError | undefined };
