import type { ByteSink } from '../bytes/byte-sink.js';
import { NumberWriter } from '../bytes/number-writer.js';
import type { StoreChange } from '../critical-store.js';
import { type Draft, ENTRY, GONE, ID, KINDS, REST, TEXT } from './draft.js';

/** Bytes, and texts, that there is space for at first, and again after something large. */
const SPACE = 16_384;
const LARGE = 1_048_576;

/**
 * Writes changes for a store as a `Draft`: nothing is made for each of them, and texts are only noted, which takes a
 * fraction of the time that making bytes of them does. One writer serves for many drafts.
 */
export class DraftWriter extends NumberWriter implements ByteSink {
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

  /** What was written, and begins anew. */
  take(): Draft {
    const draft = {
      // A copy of its own: a view would be sent with all the space that it is in.
      bytes: new Uint8Array(this.bytes.subarray(0, this.end)),
      texts: this.#texts,
      places: this.#places.slice(0, this.#texts.length),
      changes: this.#changes,
      size: this.end + this.#units,
    };
    this.end = 0;
    this.#texts = [];
    this.#changes = 0;
    this.#units = 0;
    this.#process = '';
    if (this.bytes.length > LARGE) this.use(Buffer.alloc(0));
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
    this.#places[index] = this.end * KINDS + kind;
    return this;
  }

  protected grow(bytes: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.max(SPACE, 2 * (this.end + bytes)));
    larger.set(this.bytes.subarray(0, this.end));
    this.use(larger);
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
