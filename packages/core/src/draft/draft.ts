import { ByteWriter } from '../bytes/byte-writer.js';
import type { StoreChange } from '../critical-store.js';

/**
 * Changes whose texts are strings still: {@link changesOf} makes bytes of them, in whichever thread has the time. It can
 * be sent to another thread; its buffers are its own.
 */
export interface Draft {
  /** What is not text, of all changes. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Every text, keys among them, in order. */
  readonly texts: readonly string[];
  /** Of each text, how many of `bytes` come before it, times the number of kinds (5), plus its kind. */
  readonly places: Float64Array<ArrayBuffer>;
  /** How many changes. */
  readonly changes: number;
  /** About how many bytes they come to. */
  readonly size: number;
}

/** How many kinds of text there are. */
export const KINDS = 5;
/** The key of an entry, whose value follows. */
export const ENTRY = 0;
/** The key of an entry to delete. */
export const GONE = 1;
/** Part of a value, with its length before it. */
export const TEXT = 2;
/** The end of a value. */
export const REST = 3;
/** The first part of an id, empty if it is that of the id before; its number, a double, is what comes next of `bytes`. */
export const ID = 4;

const writer = new ByteWriter();

/** The changes of a draft, in order. */
export function changesOf({ bytes, texts, places }: Draft): StoreChange[] {
  const changes: StoreChange[] = [];
  let key: string | undefined;
  let process = '';
  let from = 0;
  const pass = (to: number) => {
    writer.raw(bytes.subarray(from, to));
    from = to;
  };
  const finish = (end: number) => {
    pass(end);
    if (key !== undefined) changes.push({ key, value: writer.take() });
    key = undefined;
  };
  const numbers = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  writer.begin();
  for (const [index, text] of texts.entries()) {
    const place = places[index] as number;
    const kind = place % KINDS;
    const before = (place - kind) / KINDS;
    if (kind === ENTRY || kind === GONE) {
      finish(before);
      if (kind === ENTRY) key = text;
      else changes.push({ key: text, value: null });
      continue;
    }
    pass(before);
    if (kind === TEXT) writer.text(text);
    else if (kind === REST) writer.rest(text);
    else {
      process = text || process;
      writer.id(process, numbers.getFloat64(before, true));
      from += Float64Array.BYTES_PER_ELEMENT;
    }
  }
  finish(bytes.length);
  return changes;
}
