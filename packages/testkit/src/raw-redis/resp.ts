/** What Redis answers, by RESP 2. Integers are numbers while that is exact, else bigints. */
export type RawReply = string | number | bigint | null | Error | RawReply[];

/** What {@link RawRedis.call} sends: text and bytes as they are, numbers as decimal text. */
export type RawArgument = string | number | bigint | Uint8Array;

/** A call in the bytes of RESP. */
export function encodeCall(args: readonly RawArgument[]): Buffer {
  const parts: Buffer[] = [Buffer.from(`*${args.length}\r\n`)];
  for (const arg of args) {
    const bytes = arg instanceof Uint8Array ? Buffer.from(arg) : Buffer.from(String(arg), 'utf8');
    parts.push(Buffer.from(`$${bytes.length}\r\n`), bytes, Buffer.from('\r\n'));
  }
  return Buffer.concat(parts);
}

/** Cuts a stream of bytes into replies. */
export class RespParser {
  #bytes: Buffer = Buffer.alloc(0);
  #at = 0;
  /** Bytes that came since, kept apart until there are enough of them to go on. */
  #more: Buffer[] = [];
  #moreLength = 0;
  #wanted = 1;
  readonly #toError: (message: string) => Error;

  /** @param toError - makes the error that stands for an error reply. */
  constructor(toError: (message: string) => Error) {
    this.#toError = toError;
  }

  /** Takes more bytes in; answers the replies that they complete. Throws if they are not RESP. */
  push(bytes: Buffer): RawReply[] {
    this.#more.push(bytes);
    this.#moreLength += bytes.length;
    if (this.#moreLength < this.#wanted) return [];
    this.#bytes = Buffer.concat([this.#bytes.subarray(this.#at), ...this.#more]);
    this.#at = 0;
    this.#more = [];
    this.#moreLength = 0;
    this.#wanted = 1;
    const replies: RawReply[] = [];
    for (;;) {
      const start = this.#at;
      const reply = this.#reply();
      if (reply === undefined) {
        this.#at = start;
        return replies;
      }
      replies.push(reply);
    }
  }

  #reply(): RawReply | undefined {
    const line = this.#line();
    if (line === undefined) return undefined;
    const text = line.slice(1);
    switch (line[0]) {
      case '+':
        return text;
      case '-':
        return this.#toError(text);
      case ':':
        return toExact(text);
      case '$':
        return this.#bulk(Number(text));
      case '*':
        return this.#array(Number(text));
      default:
        throw new Error(`not a reply of Redis: ${JSON.stringify(line.slice(0, 40))}`);
    }
  }

  #line(): string | undefined {
    const end = this.#bytes.indexOf('\r\n', this.#at);
    if (end === -1) return undefined;
    const line = this.#bytes.toString('utf8', this.#at, end);
    this.#at = end + 2;
    return line;
  }

  #bulk(length: number): string | null | undefined {
    if (length === -1) return null;
    const end = this.#at + length;
    if (this.#bytes.length < end + 2) {
      this.#wanted = end + 2 - this.#bytes.length;
      return undefined;
    }
    const text = this.#bytes.toString('utf8', this.#at, end);
    this.#at = end + 2;
    return text;
  }

  #array(length: number): RawReply[] | null | undefined {
    if (length === -1) return null;
    const items: RawReply[] = [];
    while (items.length < length) {
      const item = this.#reply();
      if (item === undefined) return undefined;
      items.push(item);
    }
    return items;
  }
}

function toExact(text: string): number | bigint {
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : BigInt(text);
}
