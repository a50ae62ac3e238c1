import type { Clock } from '@cachefb/core';
import type { Link } from './link.js';

/**
 * The server's clock as seen from here: how far it is ahead lies between two bounds, which every question for its time
 * narrows. Instants are converted by the bound that makes a deadline earlier, never later, than asked.
 */
export class ServerClock {
  #low = 0;
  #high = 0;
  /** Somewhere between the bounds, and kept for as long as it is. */
  #likely = 0;
  #known = false;

  /**
   * Takes in an answer to `TIME`.
   *
   * @param asked - when the question was sent, milliseconds of this process's clock.
   * @param answered - when the answer was there.
   * @param time - what the server said, milliseconds.
   */
  observe(asked: number, answered: number, time: number): void {
    const low = time - answered;
    const high = time - asked;
    const agrees = this.#known && low <= this.#high && high >= this.#low;
    this.#low = agrees ? Math.max(low, this.#low) : low;
    this.#high = agrees ? Math.min(high, this.#high) : high;
    this.#known = true;
    if (this.#likely >= this.#low && this.#likely <= this.#high) return;
    this.#likely = Math.round((this.#low + this.#high) / 2);
  }

  /** Asks the server for its time; it may refuse. */
  async ask(link: Link, clock: Clock): Promise<void> {
    const asked = clock.now();
    const time = readTime(await link.send('TIME', []).catch(() => undefined));
    if (time !== undefined) this.observe(asked, clock.now(), time);
  }

  /** An instant of this process as the server's, whole milliseconds, at least 1. */
  toServer(instant: number): number {
    return Math.max(1, Math.floor(instant + this.#low));
  }

  /** The latest that an instant of this process can be there. */
  toServerAtLatest(instant: number): number {
    return Math.ceil(instant + this.#high);
  }

  /**
   * When something was written, for comparing: neither earlier nor later than it was, as far as that is known. The
   * negative of an instant, by which a seed is marked, stays one.
   */
  timeToServer(instant: number): number {
    return instant < 0 ? Math.round(instant) - this.#likely : Math.round(instant) + this.#likely;
  }

  /** The inverse of {@link ServerClock.timeToServer}. */
  timeToLocal(time: number): number {
    return time < 0 ? time + this.#likely : time - this.#likely;
  }

  /** A deadline of the server as this process's. */
  toLocal(instant: number): number {
    return instant - this.#high;
  }
}

/** The milliseconds in an answer to `TIME`; `undefined` if it is none. */
export function readTime(reply: unknown): number | undefined {
  if (!Array.isArray(reply) || reply.length !== 2) return undefined;
  const milliseconds = Number(reply[0]) * 1000 + Number(reply[1]) / 1000;
  return Number.isFinite(milliseconds) ? milliseconds : undefined;
}
