import type { Clock, Timer } from '@cachefb/core';

/** What a {@link DeadlineWatch} works with. */
export interface DeadlineOptions {
  /** How long a command may wait for its reply, milliseconds. */
  readonly timeout: number;
  readonly clock: Clock;
  /** A figure that grows whenever anything arrives, such as the bytes read. */
  readonly received: () => number;
  /** Called once when a command is overdue and nothing more has arrived. */
  readonly onOverdue: () => void;
}

/** Commands that left together. */
interface Batch {
  /** When it was handed to the kernel; infinite while it is still being collected. */
  sentAt: number;
  /** How many of its commands have no reply yet. */
  waiting: number;
  next: Batch | undefined;
}

/** How long replies that keep arriving may hold back the verdict, milliseconds. */
const PATIENCE = 50;
/** How late the timer has to be for our own event loop to have stood still, milliseconds. */
const STALL = 50;

/**
 * Bounds every command of a connection without a timer for each: replies come in the order of the commands, so that only
 * the oldest can be overdue, and one timer that follows the oldest is enough.
 *
 * A stalled event loop of our own is not the server's silence: before the verdict, replies that have already arrived are
 * read.
 */
export class DeadlineWatch {
  readonly #options: DeadlineOptions;
  #oldest: Batch | undefined;
  #newest: Batch | undefined;
  #inFlight = 0;
  #timer: Timer | undefined;
  #judging = false;
  #excused = false;
  #stopped = false;

  constructor(options: DeadlineOptions) {
    this.#options = options;
  }

  /** Commands without a reply. */
  get inFlight(): number {
    return this.#inFlight;
  }

  /** More commands, which leave with the next {@link DeadlineWatch.sent}. */
  add(count = 1): void {
    this.#inFlight += count;
    const newest = this.#newest;
    if (newest !== undefined && newest.sentAt === Number.POSITIVE_INFINITY) {
      newest.waiting += count;
      return;
    }
    const batch = { sentAt: Number.POSITIVE_INFINITY, waiting: count, next: undefined };
    if (newest === undefined) this.#oldest = batch;
    else newest.next = batch;
    this.#newest = batch;
  }

  /** What was added has been handed to the kernel: its time runs. */
  sent(): void {
    const newest = this.#newest;
    if (newest?.sentAt !== Number.POSITIVE_INFINITY || this.#stopped) return;
    newest.sentAt = this.#options.clock.now();
    if (this.#timer === undefined && !this.#judging) this.#arm(this.#options.timeout);
  }

  /** The oldest commands have their replies. */
  settle(count = 1): void {
    let left = count;
    while (this.#oldest !== undefined && left > 0) {
      const oldest: Batch = this.#oldest;
      const settled = Math.min(left, oldest.waiting);
      left -= settled;
      this.#inFlight -= settled;
      oldest.waiting -= settled;
      if (oldest.waiting > 0) return;
      this.#oldest = oldest.next;
      if (oldest.next === undefined) this.#newest = undefined;
    }
  }

  /** Forgets everything; no timer stays. */
  stop(): void {
    this.#stopped = true;
    if (this.#timer !== undefined) this.#options.clock.clear(this.#timer);
    this.#timer = undefined;
  }

  #arm(ms: number): void {
    const { clock } = this.#options;
    const due = clock.now() + ms;
    this.#timer = clock.after(Math.max(1, ms), () => {
      this.#timer = undefined;
      if (this.#rearm()) return;
      const late = clock.now() - due;
      // After a stall of our own the other side, too, gets a moment; but only one.
      if (late > STALL && !this.#excused) {
        this.#excused = true;
        this.#arm(PATIENCE);
      } else this.#judge(clock.now() + PATIENCE);
    });
  }

  /** Sets the timer to the oldest command's deadline; `false` if that has passed. */
  #rearm(): boolean {
    if (this.#oldest === undefined) return true;
    const { timeout, clock } = this.#options;
    // What is still being collected will arm the timer itself when it leaves.
    if (this.#oldest.sentAt === Number.POSITIVE_INFINITY) return true;
    const left = this.#oldest.sentAt + timeout - clock.now();
    if (left <= 0) return false;
    this.#excused = false;
    this.#arm(left);
    return true;
  }

  #judge(patientUntil: number): void {
    this.#judging = true;
    const before = this.#options.received();
    // Two turns of the event loop hold a whole round of reading, wherever in a turn this is called.
    setImmediate(() =>
      setImmediate(() => {
        this.#judging = false;
        if (this.#stopped || this.#rearm()) return;
        const arriving = this.#options.received() !== before;
        if (arriving && this.#options.clock.now() < patientUntil) this.#judge(patientUntil);
        else this.#options.onOverdue();
      }),
    );
  }
}
