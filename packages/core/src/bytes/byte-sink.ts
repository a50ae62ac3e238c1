/** What numbers and texts are put into, for a `ByteReader` to read them in the same order. */
export interface ByteSink {
  /** An integer from 0 to 255. */
  byte(value: number): this;
  /** Any number; eight bytes. */
  double(value: number): this;
  /** An integer that is not negative; seven bits a byte, the lowest first; the eighth says that more follow. */
  count(value: number): this;
  /** A well-formed string, with its length before it. */
  text(value: string): this;
  /** A well-formed string without its length: it has to be the last one. */
  rest(value: string): this;
  /** The text `process:number`; quick where `process`, which is not empty, is that of the time before. */
  id(process: string, number: number): this;
  /** Bytes as they are; copied. */
  raw(bytes: Uint8Array): this;
}
