const DOUBLE_BYTES = 8;
const LONGEST_COUNT = 8;
/** A count below this takes one byte. */
const SHORT = 0x80;

/** Writes what takes few bytes into space that grows as its heir says. */
export abstract class NumberWriter {
  /** Space, written up to `end`. */
  protected bytes: Buffer = Buffer.alloc(0);
  protected end = 0;
  #view = new DataView(this.bytes.buffer);

  byte(value: number): this {
    this.reserve(1);
    this.bytes[this.end++] = value;
    return this;
  }

  double(value: number): this {
    this.reserve(DOUBLE_BYTES);
    this.#view.setFloat64(this.end, value, true);
    this.end += DOUBLE_BYTES;
    return this;
  }

  count(value: number): this {
    this.reserve(LONGEST_COUNT);
    let rest = value;
    for (; rest >= SHORT; rest = Math.floor(rest / SHORT)) {
      this.bytes[this.end++] = (rest % SHORT) + SHORT;
    }
    this.bytes[this.end++] = rest;
    return this;
  }

  raw(bytes: Uint8Array): this {
    this.reserve(bytes.length);
    this.bytes.set(bytes, this.end);
    this.end += bytes.length;
    return this;
  }

  /** Writes there from now on. */
  protected use(bytes: Buffer): void {
    this.bytes = bytes;
    // Quicker than the methods of a Buffer.
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  /** Sees to it that so many bytes fit. */
  protected reserve(bytes: number): void {
    if (this.end + bytes > this.bytes.length) this.grow(bytes);
  }

  /** Moves what was written to where at least so many bytes more fit. */
  protected abstract grow(bytes: number): void;
}
