import {
  type BackendStatus,
  CacheTimeoutError,
  CacheUnavailableError,
  type Change,
  type ChangeOutcome,
  type Clock,
  type Command,
  type CommandName,
  type InvalidationListener,
  type KeyState,
  type KeyTracking,
  type Reply,
} from '@cachefb/core';
import { InMemoryCache } from '@cachefb/memory';

/**
 * What becomes of what is sent: it is answered; refused at once; lost on its way there; or carried out while the answer is
 * lost on its way back.
 */
export type Fate = 'answered' | 'refused' | 'lost' | 'unanswered';

/** A Redis in memory of which a test says what becomes of commands. What the way back writes is told as by Redis. */
export class FatedPrimary extends InMemoryCache {
  readonly #clock: Clock;
  readonly #timeout: number;
  #fate: Fate = 'answered';
  #connected = true;
  #cuts: (() => void)[] = [];
  #tell: InvalidationListener = () => {};
  #interrupt = () => {};

  constructor(clock: Clock, timeout: number) {
    super({ clock });
    this.#clock = clock;
    this.#timeout = timeout;
  }

  get fate(): Fate {
    return this.#fate;
  }

  set fate(fate: Fate) {
    if (fate === this.#fate) return;
    this.#fate = fate;
    if (fate !== 'answered') this.#connected = false;
    // No connection that lost something goes on.
    for (const cut of this.#cuts.splice(0)) cut();
  }

  track(
    patterns: readonly string[],
    listener: InvalidationListener,
    interrupted = () => {},
  ): KeyTracking {
    this.#tell = listener;
    this.#interrupt = interrupted;
    const isConnected = () => this.#connected;
    return {
      patterns,
      get intact() {
        return isConnected();
      },
    };
  }

  override execute<N extends CommandName>(command: Command<N>): Promise<Reply<N>> {
    return this.#send(() => super.execute(command));
  }

  override read(keys: readonly string[]): Promise<KeyState[]> {
    return this.#send(() => super.read(keys));
  }

  override apply(changes: readonly Change[]): Promise<ChangeOutcome[]> {
    return this.#send(async () => {
      const outcomes = await super.apply(changes);
      const made = changes.filter((_, index) => outcomes[index]?.status === 'applied');
      if (this.#fate === 'answered') for (const { key } of made) this.#tell(key);
      return outcomes;
    });
  }

  override ping(): Promise<BackendStatus> {
    return this.#send(() => {
      if (!this.#connected && this.#fate === 'answered') {
        this.#connected = true;
        this.#interrupt();
      }
      return super.ping();
    });
  }

  abandon(): void {
    for (const cut of this.#cuts.splice(0)) cut();
  }

  async #send<T>(run: () => Promise<T>): Promise<T> {
    switch (this.#fate) {
      case 'answered':
        return this.#untilCut(after(run()));
      case 'refused':
        throw new CacheUnavailableError('refused', { fate: 'unsent' });
      case 'unanswered':
        await run().catch(() => {});
    }
    return this.#untilCut(
      new Promise<never>((_, reject) => {
        const error = new CacheTimeoutError('no answer', { fate: 'unknown' });
        this.#clock.after(this.#timeout, () => reject(error));
      }),
    );
  }

  #untilCut<T>(reply: Promise<T>): Promise<T> {
    const cut = new Promise<never>((_, reject) => {
      this.#cuts.push(() => reject(new CacheUnavailableError('cut off', { fate: 'unknown' })));
    });
    return Promise.race([reply, cut]);
  }
}

/** A reply takes its time. */
function after<T>(reply: Promise<T>): Promise<T> {
  reply.catch(() => {});
  return new Promise((resolve) => {
    setImmediate(() => resolve(reply));
  });
}
