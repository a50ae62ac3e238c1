import { isDeepStrictEqual } from 'node:util';
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
  type ReplyReceiver,
} from '@cachefb/core';
import { InMemoryCache } from '@cachefb/memory';

/**
 * What becomes of what is sent: it is answered; refused at once; lost on its way there; carried out while the answer is lost
 * on its way back; or answered unless it needs memory, of which there is none left.
 */
export type Fate = 'answered' | 'refused' | 'lost' | 'unanswered' | 'full';

const DAY = 86_400_000;

/** What a full Redis carries out all the same. */
const PERMITTED_WHEN_FULL: readonly CommandName[] = ['del', 'hdel', 'pexpire', 'persist'];

type Outcome = { readonly value: unknown } | { readonly error: Error };

interface Receiver {
  answered(reply: unknown): void;
  failed(error: Error): void;
}

/** A reply on its way. */
interface Arriving {
  readonly receiver: Receiver;
  outcome: Outcome | undefined;
}

/** A Redis in memory of which a test says what becomes of commands. What the way back writes is told as by Redis. */
export class FatedPrimary extends InMemoryCache {
  readonly #clock: Clock;
  readonly #timeout: number;
  #fate: Fate = 'answered';
  /** It has just been started: others may be about to give it back what it lost. */
  young = false;
  /** How long replies are on their way, milliseconds. */
  latency = 0;
  /** How often keys were read. */
  readings = 0;
  readonly #arriving: Arriving[] = [];
  #connected = true;
  readonly #inFlight = new Set<Receiver>();
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
    this.abandon();
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
    return new Promise<Reply>((answered, failed) => {
      this.submit(command as Command, { answered, failed });
    }) as Promise<Reply<N>>;
  }

  submit(command: Command, receiver: ReplyReceiver): void {
    const isRefused = isWrite(command) && !PERMITTED_WHEN_FULL.includes(command.name);
    this.#send(
      () => (isRefused ? this.#unlessFull() : undefined) ?? super.execute(command),
      receiver as Receiver,
    );
  }

  override read(keys: readonly string[]): Promise<KeyState[]> {
    this.readings++;
    return this.#ask(() => super.read(keys));
  }

  /** What it holds, whatever becomes of what is sent to it. */
  held(keys: readonly string[]): Promise<KeyState[]> {
    return super.read(keys);
  }

  override apply(changes: readonly Change[]): Promise<ChangeOutcome[]> {
    return this.#ask(async () => {
      if (this.#fate === 'full') await this.#unlessFull();
      const keys = changes.map(({ key }) => key);
      // Each runs at the call: nothing comes between them, nor before them what is sent later.
      const all = [super.read(keys), super.apply(changes), super.read(keys)] as const;
      const [before, outcomes, after] = await Promise.all(all);
      if (!this.#answers) return outcomes;
      for (const [i, key] of keys.entries()) {
        if (!isDeepStrictEqual(before[i], after[i])) this.#tell(key);
      }
      return outcomes;
    });
  }

  override ping(): Promise<BackendStatus> {
    return this.#ask(() => {
      if (!this.#connected && this.#answers) {
        this.#connected = true;
        this.#interrupt();
      }
      return Promise.resolve({ writable: this.#fate !== 'full', uptime: this.young ? 0 : DAY });
    });
  }

  abandon(): void {
    const error = new CacheUnavailableError('cut off', { fate: 'unknown' });
    for (const receiver of this.#inFlight) this.#end(receiver, { error });
    this.#arriving.length = 0;
  }

  #ask<T>(run: () => Promise<T>): Promise<T> {
    return new Promise<T>((answered, failed) => {
      this.#send(run, { answered: answered as Receiver['answered'], failed });
    });
  }

  #send(run: () => Promise<unknown>, receiver: Receiver): void {
    this.#inFlight.add(receiver);
    switch (this.#fate) {
      case 'answered':
      case 'full':
        this.#answer(run(), receiver);
        return;
      case 'refused': {
        const error = new CacheUnavailableError('refused', { fate: 'unsent' });
        queueMicrotask(() => this.#end(receiver, { error }));
        return;
      }
      case 'unanswered':
        run().catch(() => {});
    }
    const error = new CacheTimeoutError('no answer', { fate: 'unknown' });
    this.#clock.after(this.#timeout, () => this.#end(receiver, { error }));
  }

  /** Replies arrive in their order, and those together that are on their way at once. */
  #answer(reply: Promise<unknown>, receiver: Receiver): void {
    const arriving: Arriving = { receiver, outcome: undefined };
    reply.then(
      (value) => {
        arriving.outcome = { value };
      },
      (error: Error) => {
        arriving.outcome = { error };
      },
    );
    this.#arriving.push(arriving);
    if (this.#arriving.length > 1) return;
    const arrive = () => {
      for (const { receiver, outcome } of this.#arriving.splice(0)) {
        this.#end(receiver, outcome as Outcome);
      }
    };
    if (this.latency === 0) setImmediate(arrive);
    else this.#clock.after(this.latency, arrive);
  }

  #end(receiver: Receiver, outcome: Outcome): void {
    if (!this.#inFlight.delete(receiver)) return;
    if ('error' in outcome) receiver.failed(outcome.error);
    else receiver.answered(outcome.value);
  }

  /** Rejects while there is no memory left. */
  #unlessFull(): Promise<never> | undefined {
    if (this.#fate !== 'full') return undefined;
    return Promise.reject(
      new CacheUnavailableError('no memory left', { fate: 'refused', scope: 'writes' }),
    );
  }
}
