import type { Change } from '@cachefb/core';
import { usesStamps } from './encode-change.js';
import type { InternalKeys } from './internal-keys.js';

/**
 * Stamps are kept in hashes, so many for each day, that end as a whole: entries of a hash have no time to live. They are
 * several so that the end of none of them takes Redis long, and few so that a script about many keys needs few commands.
 */
const REGISTERS = 16;
const DAY = 86_400_000;
/** Between the ends of two registers of a day, milliseconds. */
const BETWEEN_ENDS = 1000;

/** Changes in such an order that those whose stamps share a register follow one another. */
export interface Arrangement {
  readonly changes: readonly Change[];
  /** Where each of them was before. */
  readonly places: readonly number[];
  /** Which registers, and how many of the first changes are for each; those after all of these need none. */
  readonly registers: readonly { readonly register: number; readonly size: number }[];
}

/** Arranges changes by their registers. */
export function arrange(changes: readonly Change[]): Arrangement {
  const byRegister: number[][] = [];
  const others: number[] = [];
  for (let i = 0; i < changes.length; i++) {
    const change = changes[i] as Change;
    if (!usesStamps(change)) {
      others.push(i);
      continue;
    }
    const register = registerOf(change.key);
    const indices = byRegister[register];
    if (indices === undefined) byRegister[register] = [i];
    else indices.push(i);
  }
  const places: number[] = [];
  const registers: { register: number; size: number }[] = [];
  byRegister.forEach((indices, register) => {
    registers.push({ register, size: indices.length });
    places.push(...indices);
  });
  places.push(...others);
  return { changes: places.map((i) => changes[i] as Change), places, registers };
}

/** The same for every process: FNV-1a, mixed once more, since short keys that are alike would share a few. */
function registerOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return (hash >>> 16) % REGISTERS;
}

/** The registers of one day. */
export class StampDay {
  readonly #day: number;
  readonly #ttl: number;

  /**
   * @param now - by the server's clock, epoch milliseconds.
   * @param ttl - how long a stamp lives at least, milliseconds.
   */
  constructor(now: number, ttl: number) {
    this.#day = Math.floor(now / DAY);
    this.#ttl = ttl;
  }

  /** The last instant of the day. */
  get last(): number {
    return (this.#day + 1) * DAY - 1;
  }

  /** The names of registers: those of this day first, then those of earlier days that still count. */
  names(registers: Arrangement['registers'], keys: InternalKeys): string[] {
    const names: string[] = [];
    const earliest = this.#day - Math.ceil(this.#ttl / DAY);
    for (let day = this.#day; day >= earliest; day--) {
      for (const { register } of registers) names.push(keys.stamps(day, register));
    }
    return names;
  }

  /** When a register of this day can go. */
  endOf(register: number): number {
    return this.last + this.#ttl + register * BETWEEN_ENDS;
  }
}
