import type { Durability } from '@cachefb/core';

/** What a child is told to do. */
export interface WriterTask {
  readonly path: string;
  readonly durability: Durability;
  /** Milliseconds. */
  readonly flushInterval: number;
  readonly writers: number;
  readonly encryptionKey?: string | undefined;
}

/** A write that was acknowledged, as the child reports it: one line, three numbers. */
export interface Acknowledgement {
  readonly writer: number;
  readonly count: number;
  /** When, milliseconds of the child's clock. */
  readonly at: number;
}

/** Writes an acknowledgement down. */
export function formatAcknowledgement({ writer, count, at }: Acknowledgement): string {
  return `${writer} ${count} ${at.toFixed(3)}\n`;
}

/** Reads the lines of a child; a last one that was cut off is none. */
export function readAcknowledgements(output: string): Acknowledgement[] {
  return output
    .slice(0, output.lastIndexOf('\n') + 1)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [writer = 0, count = 0, at = 0] = line.split(' ').map(Number);
      return { writer, count, at };
    });
}
