import type { Request } from '../link.js';

/** What goes before an argument, by its length in bytes. */
const HEADS = Array.from({ length: 1024 }, (_, length) => `\r\n$${length}\r\n`);

/** Commands as Redis's protocol has them, and the encoding that turns the text into the right bytes. */
export interface RequestText {
  readonly text: string;
  readonly encoding: 'latin1' | 'utf8';
}

/**
 * Writes commands as text. What is ASCII, as nearly everything is, has as many bytes as characters, and one look at the
 * whole tells that: counting the bytes of each argument costs more than writing it.
 */
export class RequestWriter {
  #wasAscii = true;

  /** The text of commands, in their order. */
  write(requests: readonly Request[]): RequestText {
    if (this.#wasAscii) {
      const text = textOf(requests, lengthOf);
      if (isAscii(text)) return { text, encoding: 'latin1' };
    }
    const text = textOf(requests, Buffer.byteLength);
    this.#wasAscii = isAscii(text);
    return { text, encoding: this.#wasAscii ? 'latin1' : 'utf8' };
  }
}

function textOf(requests: readonly Request[], bytesOf: (text: string) => number): string {
  let text = '';
  let args: readonly string[] | undefined;
  let body = '';
  for (const request of requests) {
    // Commands over the same keys share their arguments.
    if (request.args !== args) {
      args = request.args;
      body = '';
      for (const arg of args) body += head(bytesOf(arg)) + arg;
      body += '\r\n';
    }
    text += `*${request.args.length + 1}${head(request.name.length)}${request.name}${body}`;
  }
  return text;
}

function head(length: number): string {
  return HEADS[length] ?? `\r\n$${length}\r\n`;
}

function lengthOf(text: string): number {
  return text.length;
}

function isAscii(text: string): boolean {
  return Buffer.byteLength(text) === text.length;
}
