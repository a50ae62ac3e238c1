import type { Evidence } from '../audit/evidence.js';
import type { Deadline } from './deadline.js';

/** A string that was written, and acknowledged. */
export interface PromisedValue {
  readonly value: string;
  readonly deadline: Deadline;
}

/** A counter: what was counted and acknowledged. */
export interface PromisedCount {
  readonly sum: number;
  readonly deadline: Deadline | undefined;
}

/** Something that somebody else changed, and that must stay so. */
export interface PromisedToOthers {
  readonly what: string;
  /** Looks whether it is so. */
  readonly holds: (evidence: Evidence) => Promise<boolean>;
}

/** Answers that the shop checks as they come. */
export interface Answers {
  checked: number;
  wrong: number;
}

/** What the shop was promised: every write whose answer it got. At the end Redis is compared with this. */
export class Ledger {
  readonly sessions = new Map<string, PromisedValue>();
  readonly loggedOut = new Set<string>();
  readonly counters = new Map<string, PromisedCount>();
  readonly config = new Map<string, string>();
  readonly notices = new Map<string, string>();
  readonly pages = new Map<string, PromisedValue>();
  readonly byOthers: PromisedToOthers[] = [];
  /** What the till had sold when it was killed. */
  till: { readonly baskets: number } | undefined;
  readonly sessionAnswers: Answers = { checked: 0, wrong: 0 };
  readonly pageAnswers: Answers = { checked: 0, wrong: 0 };

  /** A counter was raised by so much. */
  counted(key: string, by = 1): void {
    const { sum = 0, deadline } = this.counters.get(key) ?? {};
    this.counters.set(key, { sum: sum + by, deadline });
  }
}
