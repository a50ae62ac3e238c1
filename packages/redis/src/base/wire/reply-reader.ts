import { ErrorText } from './error-text.js';

const CR = 13;
const MINUS = 45;
const ZERO = 48;
const SIMPLE = 43;
const ERROR = 45;
const INTEGER = 58;
const BULK = 36;
const ARRAY = 42;
/** Bytes behind each line and each text. */
const END = 2;

/** Not all of it has arrived. */
const MORE = Symbol('more');
const NOTHING = Buffer.alloc(0);

/** An array that is being read, inside another one or not. */
interface Level {
  readonly items: unknown[];
  filled: number;
  readonly outer: Level | undefined;
}

/**
 * Reads replies in protocol 2 from whatever pieces they arrive in, texts as strings. It makes the string from where it
 * stands in the packet: an object for the bytes of each text would cost several times as much.
 */
export class ReplyReader {
  readonly #onReply: (reply: unknown) => void;
  readonly #onForeign: (error: Error) => void;
  #data: Buffer = NOTHING;
  #at = 0;
  /** Where the line that was read last ends. */
  #lineEnd = 0;
  /** Pieces of what is not whole yet. */
  #pieces: Buffer[] = [];
  #held = 0;
  /** How many bytes of it there have to be before another look is of use. */
  #needed = 0;
  #level: Level | undefined;
  #stopped = false;

  /**
   * @param onReply - takes each reply: a text, a number, an {@link ErrorText}, `null`, or an array of these.
   * @param onForeign - told where what arrives is no reply of Redis; nothing is read after that.
   */
  constructor(onReply: (reply: unknown) => void, onForeign: (error: Error) => void) {
    this.#onReply = onReply;
    this.#onForeign = onForeign;
  }

  /** Takes what has arrived. */
  read(packet: Buffer): void {
    if (!this.#take(packet)) return;
    try {
      while (this.#at < this.#data.length && !this.#stopped) {
        const reply = this.#replyOrEnd();
        if (reply === MORE) break;
        this.#onReply(reply);
      }
    } finally {
      this.#keepRest();
    }
  }

  /** Reads no more. */
  stop(): void {
    this.#stopped = true;
  }

  #take(packet: Buffer): boolean {
    if (this.#stopped) return false;
    if (this.#held === 0) {
      this.#data = packet;
    } else {
      this.#pieces.push(packet);
      this.#held += packet.length;
      if (this.#held < this.#needed) return false;
      this.#data = Buffer.concat(this.#pieces, this.#held);
    }
    this.#at = 0;
    return true;
  }

  #keepRest(): void {
    const rest = this.#data.length - this.#at;
    this.#pieces = rest === 0 ? [] : [this.#data.subarray(this.#at)];
    this.#held = rest;
    this.#data = NOTHING;
  }

  #replyOrEnd(): unknown {
    this.#needed = 0;
    try {
      return this.#reply();
    } catch (error) {
      this.stop();
      this.#onForeign(error as Error);
      return MORE;
    }
  }

  /** The next reply as a whole. */
  #reply(): unknown {
    let level = this.#level;
    let item: unknown;
    do {
      if (level === undefined || level.filled < level.items.length) {
        item = this.#item();
        if (item === MORE) {
          this.#level = level;
          return MORE;
        }
        if (Array.isArray(item)) {
          level = { items: item, filled: 0, outer: level };
          continue;
        }
      } else {
        item = level.items;
        level = level.outer;
      }
      if (level !== undefined) level.items[level.filled++] = item;
    } while (level !== undefined);
    this.#level = undefined;
    return item;
  }

  /** The next text, number, error or nil; of an array, an empty one of the right length. */
  #item(): unknown {
    const data = this.#data;
    switch (data[this.#at]) {
      case BULK:
        return this.#text();
      case ARRAY: {
        const length = this.#number();
        if (length === MORE) return MORE;
        this.#at = this.#lineEnd;
        return length < 0 ? null : new Array(length);
      }
      case INTEGER: {
        const number = this.#number();
        if (number !== MORE) this.#at = this.#lineEnd;
        return number;
      }
      case SIMPLE:
        return this.#line();
      case ERROR: {
        const line = this.#line();
        return line === MORE ? MORE : new ErrorText(line);
      }
      case undefined:
        return this.#lacks(this.#at + 1);
      default:
        throw this.#foreign();
    }
  }

  #text(): string | null | typeof MORE {
    const length = this.#number();
    if (length === MORE) return MORE;
    const from = this.#lineEnd;
    if (length < 0) {
      this.#at = from;
      return null;
    }
    const to = from + length;
    if (to + END > this.#data.length) return this.#lacks(to + END);
    if (this.#data[to] !== CR) throw this.#foreign();
    this.#at = to + END;
    return this.#data.toString('utf8', from, to);
  }

  #line(): string | typeof MORE {
    const data = this.#data;
    const from = this.#at + 1;
    const to = data.indexOf(CR, from);
    if (to < 0 || to + END > data.length) return this.#lacks(data.length + 1);
    this.#at = to + END;
    return data.toString('utf8', from, to);
  }

  /** The number that stands in this line, behind its first byte. */
  #number(): number | typeof MORE {
    const data = this.#data;
    const { length } = data;
    let at = this.#at + 1;
    const isNegative = at < length && data[at] === MINUS;
    if (isNegative) at++;
    let number = 0;
    for (; at < length; at++) {
      const byte = data[at] as number;
      if (byte === CR) {
        if (at + END > length) break;
        this.#lineEnd = at + END;
        if (number > Number.MAX_SAFE_INTEGER)
          return Number(data.toString('latin1', this.#at + 1, at));
        return isNegative ? -number : number;
      }
      const digit = byte - ZERO;
      if (digit < 0 || digit > 9) throw this.#foreign();
      number = number * 10 + digit;
    }
    return this.#lacks(length + 1);
  }

  /** Another look is of use when the data goes on until there. */
  #lacks(until: number): typeof MORE {
    this.#needed = until - this.#at;
    return MORE;
  }

  #foreign(): Error {
    const begin = this.#data.toString('latin1', this.#at, this.#at + 20);
    return new Error(`no reply of Redis begins with ${JSON.stringify(begin)}`);
  }
}
