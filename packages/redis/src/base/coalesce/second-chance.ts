import { CacheTimeoutError, type Clock, type ReplyReceiver } from '@cachefb/core';
import type { Link, OutcomesListener, Request } from '../link.js';

/** A command that was refused together with others, and who waits for its reply. */
export interface Refused {
  readonly request: Request;
  readonly receiver: ReplyReceiver;
}

/** What a {@link SecondChance} works with. */
export interface SecondChanceOptions {
  readonly link: Link;
  readonly clock: Clock;
  /** How long a command may wait for its reply, milliseconds. */
  readonly timeout: number;
}

/** Sends what has been asked in vain once more, within the time that is left to those who wait for it. */
export class SecondChance {
  readonly #options: SecondChanceOptions;

  constructor(options: SecondChanceOptions) {
    this.#options = options;
  }

  /** Sends commands once more, each by itself, for those who asked. */
  eachApart(refused: readonly Refused[], sentAt: number): void {
    const requests = refused.map(({ request }) => request);
    this.again(requests, sentAt, (outcomes) => {
      for (const [index, { receiver }] of refused.entries()) {
        const outcome = outcomes[index];
        if (outcome instanceof Error) receiver.failed(outcome);
        else receiver.answered(outcome as string | null);
      }
    });
  }

  /** @param sentAt - when they were sent first, by the same clock. */
  again(requests: readonly Request[], sentAt: number, onOutcomes: OutcomesListener): void {
    if (requests.length === 0) return;
    const { link, clock, timeout } = this.#options;
    const timer = clock.after(Math.max(1, timeout - (clock.now() - sentAt)), () => {
      link.destroy(
        new CacheTimeoutError(`no reply from Redis at ${link.address} within ${timeout} ms`),
      );
    });
    link.exchange(requests, (outcomes) => {
      clock.clear(timer);
      onOutcomes(outcomes);
    });
  }
}
