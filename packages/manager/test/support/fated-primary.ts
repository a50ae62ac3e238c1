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
  isWrite,
  type KeyState,
  type KeyTracking,
  type Reply,
} from '@cachefb/core';
import { InMemoryCache } from '@cachefb/memory';

/**
 * What becomes of what is sent: it is answered; refused at once; lost on its way there; carried out while the answer is lost
 * on its way back; or answered unless it needs memory, of which there is none left.
 */
export type Fate = 'answered' | 'refused' | 'lost' | 'unanswered' | 'full';

/** What a full Redis carries out all the same. */
const PERMITTED_WHEN_FULL: readonly CommandName[] = ['del', 'hdel', 'pexpire', 'persist'];

/** A Redis in memory of which a test says what becomes of commands. What the way back writes is told as by Redis. */
export class FatedPrimary extends InMemoryCache {
  readonly #clock: Clock;
  readonly #timeout: number;
  #fate: Fate = 'answered';
  /** How long replies are on their way, milliseconds. They arrive in their order. */
  latency = 0;
  #latest: Promise<unknown> = Promise.resolve();
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
    const wasWhole = this.#answers;
    this.#fate = fate;
    if (wasWhole && this.#answers) return;
    if (!this.#answers) this.#connected = false;
    // No connection that lost something goes on.
    for (const cut of this.#cuts.splice(0)) cut();
  }

  get #answers(): boolean {
    return this.#fate === 'answered' || this.#fate === 'full';
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
    const isRefused = isWrite(command as Command) && !PERMITTED_WHEN_FULL.includes(command.name);
    return this.#send(() => (isRefused ? this.#unlessFull() : undefined) ?? super.execute(command));
  }

  override read(keys: readonly string[]): Promise<KeyState[]> {
    return this.#send(() => super.read(keys));
  }

  override apply(changes: readonly Change[]): Promise<ChangeOutcome[]> {
    return this.#send(async () => {
      await this.#unlessFull();
      const outcomes = await super.apply(changes);
      const made = changes.filter((_, index) => outcomes[index]?.status === 'applied');
      if (this.#fate === 'answered') for (const { key } of made) this.#tell(key);
      return outcomes;
    });
  }

  override ping(): Promise<BackendStatus> {
    return this.#send(() => {
      if (!this.#connected && this.#answers) {
        this.#connected = true;
        this.#interrupt();
      }
      return this.#fate === 'full' ? Promise.resolve({ writable: false }) : super.ping();
    });
  }

  abandon(): void {
    for (const cut of this.#cuts.splice(0)) cut();
  }

  async #send<T>(run: () => Promise<T>): Promise<T> {
    switch (this.#fate) {
      case 'answered':
      case 'full':
        return this.#untilCut(this.#onItsWay(run()));
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

  /** Rejects while there is no memory left. */
  #unlessFull(): Promise<never> | undefined {
    if (this.#fate !== 'full') return undefined;
    return Promise.reject(
      new CacheUnavailableError('no memory left', { fate: 'refused', scope: 'writes' }),
    );
  }

  #untilCut<T>(reply: Promise<T>): Promise<T> {
    const cut = new Promise<never>((_, reject) => {
      this.#cuts.push(() => reject(new CacheUnavailableError('cut off', { fate: 'unknown' })));
    });
    return Promise.race([reply, cut]);
  }

  /** A reply takes its time, and overtakes none. */
  #onItsWay<T>(reply: Promise<T>): Promise<T> {
    reply.catch(() => {});
    const travelled = new Promise<void>((resolve) => {
      if (this.latency === 0) setImmediate(resolve);
      else this.#clock.after(this.latency, resolve);
    });
    const arrived = Promise.all([travelled, this.#latest]).then(() => reply);
    this.#latest = arrived.catch(() => {});
    return arrived;
  }
}
