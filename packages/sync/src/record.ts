import type { ExpectedValues, KeyState } from '@cachefb/core';
import type { ResolvedPolicy } from './key-policy.js';
import type { Written } from './written.js';

/**
 * What this process knows Redis to have held before it wrote: nothing, one of several strings (`null` for absent; several
 * where a write of its own may or may not have run), or the fields of a hash.
 */
export type Base =
  | {
      readonly kind: 'unknown';
      /** A command of this process of which that is not known may have made it what it is. */
      readonly mayBeOwn?: boolean;
    }
  | {
      readonly kind: 'value';
      readonly values: ExpectedValues;
      /** When it ends by itself; from then on the base is "absent". */
      readonly deadline: number | null;
      /** From when it may have ended by itself, if a command of this process has run of which that is not known. */
      readonly mayEndAt?: number;
    }
  | {
      readonly kind: 'hash';
      readonly fields: ReadonlyMap<string, string>;
      readonly deadline: number | null;
      /** As of a value. */
      readonly mayEndAt?: number;
      /** Fields that a command of this process may have changed already, or not. */
      readonly unsure?: ReadonlySet<string>;
    };

/** Nothing is known. */
export const UNKNOWN_BASE: Base = Object.freeze({ kind: 'unknown' });

/** Nothing is known, but that it may be this process's own doing. */
export const DOUBTED_BASE: Base = Object.freeze({ kind: 'unknown', mayBeOwn: true });

/** The key was absent. */
export const ABSENT_BASE: Base = Object.freeze({ kind: 'value', values: [null], deadline: null });

/** What memory held of a key. */
export type Copy = Extract<KeyState, { readonly type: 'string' | 'hash' }>;

/** The copy that a state is, if there is something. */
export function copyOf(state: KeyState): Copy | undefined {
  return state.type === 'string' || state.type === 'hash' ? state : undefined;
}

/** Whether something has reached the end of its time. */
export function isOver({ deadline }: { readonly deadline: number | null }, now: number): boolean {
  return deadline !== null && deadline <= now;
}

/** How far a deadline that was measured over a connection may be from Redis's own, milliseconds. */
export const DEADLINE_TOLERANCE = 1000;

/** What has to be brought back for one key. */
export interface JournalRecord {
  /** The process that opened it: the first part of its id. */
  readonly process: string;
  /** Its number among the records of that process: the second part. */
  readonly number: number;
  readonly key: string;
  readonly policy: ResolvedPolicy;
  /** When the record was opened, epoch milliseconds. */
  readonly openedAt: number;
  /** When it was last written to, epoch milliseconds. */
  writtenAt: number;
  written: Written;
  base: Base;
  /**
   * What memory held when the record was opened, if anything. If that was to expire, Redis's key may have done so on its
   * own while this process went on with it under a later deadline.
   */
  copy: Copy | undefined;
  /** Shrunk to an invalidation because the journal was full or the record too old. */
  shrunk: boolean;
  /** When it was first sent, epoch milliseconds; 0 before. */
  sentAt: number;
  /** The journal's own: whether what happens to the key is merged into it. */
  isOpen: boolean;
  /** The observer's own: whether it has been told of a change and has not looked yet. */
  isNoted: boolean;
}

/** Unique over all processes; the dedupe mark of a record's effect. */
export function idOf({ process, number }: JournalRecord): string {
  return `${process}:${number}`;
}

/** The base that a state read from Redis, or a copy that has been kept true, is. */
export function baseOf(state: KeyState): Base {
  switch (state.type) {
    case 'none':
      return ABSENT_BASE;
    case 'string':
      return { kind: 'value', values: [state.value], deadline: state.deadline };
    case 'hash':
      return { kind: 'hash', fields: state.fields, deadline: state.deadline };
    case 'other':
      return UNKNOWN_BASE;
  }
}
