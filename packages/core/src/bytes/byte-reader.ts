import { CacheError } from '../errors/cache-error.js';

const DOUBLE_BYTES = 8;
const SHORT = 0x80;

/**
 * Reads what a `ByteWriter` wrote, in the same order. Each method throws a `CacheError` with code `DAMAGED` where there
 * is nothing that it can have written.
 */
export class ByteReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Whether everything was read. */
  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  /** An integer from 0 to 255. */
  byte(): number {
    const value = this.#bytes[this.#at++];
    if (value === undefined) throw damaged();
    return value;
  }

  /** A number. */
  double(): number {
    return this.#bytes.readDoubleLE(this.#pass(DOUBLE_BYTES));
  }

  /** An integer that is not negative. */
  count(): number {
    let value = 0;
    for (let scale = 1; ; scale *= SHORT) {
      const byte = this.byte();
      value += (byte % SHORT) * scale;
      if (byte < SHORT) return value;
    }
  }

  /** A string that has its length before it. */
  text(): string {
    const start = this.#pass(this.count());
    return this.#bytes.toString('utf8', start, this.#at);
  }

  /** A string that takes the rest. */
  rest(): string {
    const start = this.#pass(this.#bytes.length - this.#at);
    return this.#bytes.toString('utf8', start);
  }

  /** Goes on behind so many bytes; answers where they begin. */
  #pass(length: number): number {
    const start = this.#at;
    this.#at += length;
    if (this.#at > this.#bytes.length) throw damaged();
    return start;
  }
}

/** Of bytes that nobody can have written so. */
export function damaged(): CacheError {
  return new CacheError('DAMAGED', 'stored bytes are damaged: nobody can have written them so');
}
