import type { ByteSink } from './byte-sink.js';

/** Bytes that results share, as far as they fit. */
const SLAB = 16_384;
const DOUBLE_BYTES = 8;
/** UTF-8 takes three bytes at most for a UTF-16 unit: so many units always have a length of one byte. */
const SHORT_TEXT = 42;
const LONGEST_COUNT = 8;
/** A count below this takes one byte. */
const SHORT = 0x80;

/** A text of more units than this is measured before space is made for it. */
const LONG_TEXT = 4096;

/** Makes bytes at once of what is put into it. One writer serves for many results. */
export class ByteWriter implements ByteSink {
  #bytes: Buffer = Buffer.alloc(0);
  #start = 0;
  #end = 0;

  /** Forgets what was written and not taken. */
  begin(): this {
    this.#end = this.#start;
    return this;
  }

  byte(value: number): this {
    this.#reserve(1);
    this.#bytes[this.#end++] = value;
    return this;
  }

  double(value: number): this {
    this.#reserve(DOUBLE_BYTES);
    this.#end = this.#bytes.writeDoubleLE(value, this.#end);
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
    if (value.length > SHORT_TEXT) return this.count(Buffer.byteLength(value)).rest(value);
    this.#reserve(1 + value.length * 3);
    const bytes = this.#bytes.write(value, this.#end + 1);
    this.#bytes[this.#end] = bytes;
    this.#end += 1 + bytes;
    return this;
  }

  rest(value: string): this {
    this.#reserve(value.length > LONG_TEXT ? Buffer.byteLength(value) : value.length * 3);
    this.#end += this.#bytes.write(value, this.#end);
    return this;
  }

  id(process: string, number: number): this {
    return this.text(`${process}:${number}`);
  }

  raw(bytes: Uint8Array): this {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#end);
    this.#end += bytes.length;
    return this;
  }

  /** What was written, and begins anew. */
  take(): Uint8Array {
    const taken = this.#bytes.subarray(this.#start, this.#end);
    this.#start = this.#end;
    // What was made for something large is not shared.
    if (this.#bytes.length > SLAB) this.#renew(Buffer.alloc(0));
    return taken;
  }

  #reserve(bytes: number): void {
    if (this.#end + bytes <= this.#bytes.length) return;
    const written = this.#bytes.subarray(this.#start, this.#end);
    const needed = written.length + bytes;
    const larger = Buffer.allocUnsafeSlow(needed > SLAB ? needed * 2 : SLAB);
    larger.set(written);
    this.#renew(larger);
    this.#end = written.length;
  }

  #renew(bytes: Buffer): void {
    this.#bytes = bytes;
    this.#start = 0;
    this.#end = 0;
  }
}
