import type { ByteSink } from '../bytes/byte-sink.js';
import type { StoreChange } from '../critical-store.js';
import { type Draft, ENTRY, GONE, ID, KINDS, REST, TEXT } from './draft.js';

/** Bytes, and texts, that there is space for at first, and again after something large. */
const SPACE = 16_384;
const LARGE = 1_048_576;
const DOUBLE_BYTES = 8;
const LONGEST_COUNT = 8;
/** A count below this takes one byte. */
const SHORT = 0x80;

/**
 * Writes changes for a store as a `Draft`: nothing is made for each of them, and texts are only noted, which takes a
 * fraction of the time that making bytes of them does. One writer serves for many drafts.
 */
export class DraftWriter implements ByteSink {
  #bytes = new Uint8Array(SPACE);
  #view = new DataView(this.#bytes.buffer);
  #end = 0;
  #places = new Float64Array(SPACE);
  #texts: string[] = [];
  #changes = 0;
  #units = 0;
  /** Of the last id. */
  #process = '';

  /** An entry: what is put next is its value. */
  entry(key: string): this {
    this.#changes++;
    return this.#note(ENTRY, key);
  }

  /** An entry to delete. */
  gone(key: string): this {
    this.#changes++;
    return this.#note(GONE, key);
  }

  byte(value: number): this {
    this.#reserve(1);
    this.#bytes[this.#end++] = value;
    return this;
  }

  double(value: number): this {
    this.#reserve(DOUBLE_BYTES);
    this.#view.setFloat64(this.#end, value, true);
    this.#end += DOUBLE_BYTES;
    return this;
  }

  count(value: number): this {
    this.#reserve(LONGEST_COUNT);
    let rest = value;
    for (; rest >= SHORT; rest = Math.floor(rest / SHORT)) {
      this.#bytes[this.#end++] = (rest % SHORT) + SHORT;
    }
    this.#bytes[this.#end++] = rest;
    return this;
  }

  text(value: string): this {
    return this.#note(TEXT, value);
  }

  rest(value: string): this {
    return this.#note(REST, value);
  }

  id(process: string, number: number): this {
    const isSame = process === this.#process;
    this.#process = process;
    return this.#note(ID, isSame ? '' : process).double(number);
  }

  raw(bytes: Uint8Array): this {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#end);
    this.#end += bytes.length;
    return this;
  }

  /** What was written, and begins anew. */
  take(): Draft {
    const draft = {
      bytes: this.#bytes.slice(0, this.#end),
      texts: this.#texts,
      places: this.#places.slice(0, this.#texts.length),
      changes: this.#changes,
      size: this.#end + this.#units,
    };
    this.#end = 0;
    this.#texts = [];
    this.#changes = 0;
    this.#units = 0;
    this.#process = '';
    if (this.#bytes.length > LARGE) this.#use(new Uint8Array(SPACE));
    if (this.#places.length > LARGE) this.#places = new Float64Array(SPACE);
    return draft;
  }

  #note(kind: number, text: string): this {
    const index = this.#texts.push(text) - 1;
    if (index === this.#places.length) {
      const larger = new Float64Array(2 * index);
      larger.set(this.#places);
      this.#places = larger;
    }
    this.#units += text.length;
    this.#places[index] = this.#end * KINDS + kind;
    return this;
  }

  #reserve(bytes: number): void {
    const needed = this.#end + bytes;
    if (needed <= this.#bytes.length) return;
    const larger = new Uint8Array(2 * needed);
    larger.set(this.#bytes);
    this.#use(larger);
  }

  #use(bytes: Uint8Array<ArrayBuffer>): void {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer);
  }
}

/** Changes that are bytes already as a draft. */
export function draftOf(changes: readonly StoreChange[]): Draft {
  const writer = new DraftWriter();
  for (const { key, value } of changes) {
    if (value === null) writer.gone(key);
    else writer.entry(key).raw(value);
  }
  return writer.take();
}
