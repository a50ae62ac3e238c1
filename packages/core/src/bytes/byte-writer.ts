import type { ByteSink } from './byte-sink.js';
import { NumberWriter } from './number-writer.js';

/** Bytes that results share, as far as they fit. */
const SLAB = 16_384;
/** UTF-8 takes three bytes at most for a UTF-16 unit: so many units always have a length of one byte. */
const SHORT_TEXT = 42;
/** A text of more units than this is measured before space is made for it. */
const LONG_TEXT = 4096;

/** Makes bytes at once of what is put into it. One writer serves for many results. */
export class ByteWriter extends NumberWriter implements ByteSink {
  #start = 0;

  /** Forgets what was written and not taken. */
  begin(): this {
    this.end = this.#start;
    return this;
  }

  text(value: string): this {
    if (value.length > SHORT_TEXT) return this.count(Buffer.byteLength(value)).rest(value);
    this.reserve(1 + value.length * 3);
    const bytes = this.bytes.write(value, this.end + 1);
    this.bytes[this.end] = bytes;
    this.end += 1 + bytes;
    return this;
  }

  rest(value: string): this {
    this.reserve(value.length > LONG_TEXT ? Buffer.byteLength(value) : value.length * 3);
    this.end += this.bytes.write(value, this.end);
    return this;
  }

  id(process: string, number: number): this {
    return this.text(`${process}:${number}`);
  }

  /** What was written, and begins anew. */
  take(): Uint8Array {
    const taken = this.bytes.subarray(this.#start, this.end);
    this.#start = this.end;
    // What was made for something large is not shared.
    if (this.bytes.length > SLAB) this.#renew(Buffer.alloc(0));
    return taken;
  }

  protected grow(bytes: number): void {
    const written = this.bytes.subarray(this.#start, this.end);
    const needed = written.length + bytes;
    const larger = Buffer.allocUnsafeSlow(needed > SLAB ? needed * 2 : SLAB);
    larger.set(written);
    this.#renew(larger);
    this.end = written.length;
  }

  #renew(bytes: Buffer): void {
    this.use(bytes);
    this.#start = 0;
    this.end = 0;
  }
}
