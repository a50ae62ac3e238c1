import type { Durability, SyncStats } from '@cachefb/core';
import type { Cells } from './steps.js';

/** What a process is told to do. */
export interface ManagerTask {
  readonly url: string;
  readonly path: string;
  readonly durability: Durability;
  /** Milliseconds. */
  readonly flushInterval: number;
  /** For each writer, the number of its first step. */
  readonly steps: readonly number[];
  /** Make steps until killed, or bring everything back and end. */
  readonly act: 'write' | 'settle';
}

/** A line that a process prints. */
export type Line =
  /** It begins to bring back; its number. */
  | { readonly started: number }
  /** What it found, for each writer: at its start, or when everything is brought back. */
  | { readonly found: readonly Cells[] }
  /** A step was acknowledged, at this time of its own clock, milliseconds. */
  | { readonly made: readonly [writer: number, step: number, at: number] }
  /** Everything is brought back. */
  | { readonly ended: SyncStats };

/** Writes a line down. */
export function formatLine(line: Line): string {
  return `${JSON.stringify(line)}\n`;
}

/** Reads lines; a last one that was cut off is none. */
export function readLines(output: string): Line[] {
  return output
    .slice(0, output.lastIndexOf('\n') + 1)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);
}
