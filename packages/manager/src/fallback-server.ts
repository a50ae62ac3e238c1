import {
  ABSENT,
  type CacheBackend,
  CacheUnavailableError,
  type Clock,
  type Command,
  inspect,
  isWrite,
  keysOf,
  type Reply,
} from '@cachefb/core';
import {
  baseOf,
  copyOf,
  type Happening,
  type Journal,
  type Known,
  type PolicyLookup,
  visitHappenings,
  visitPossible,
} from '@cachefb/sync';
import type { Mirror } from './mirror.js';
import { run } from './run.js';
import { SingleFlight } from './single-flight.js';
import { withDeadline } from './with-deadline.js';

/** What a {@link FallbackServer} works with. */
export interface FallbackServerOptions {
  readonly primary: CacheBackend;
  readonly fallback: CacheBackend;
  readonly journal: Journal;
  readonly mirror: Mirror;
  readonly policies: PolicyLookup;
  readonly clock: Clock;
  /** Whether Redis still answers reads: then a key that memory lacks is read before it is written. */
  readonly isReadable: () => boolean;
  /** Told of an increment that may or may not count. */
  readonly onAmbiguous: (key: string) => void;
}

/** Answers commands from the fallback, and notes in the journal what they changed. */
export class FallbackServer {
  readonly #primary: CacheBackend;
  readonly #fallback: CacheBackend;
  readonly #journal: Journal;
  readonly #mirror: Mirror;
  readonly #policies: PolicyLookup;
  readonly #clock: Clock;
  readonly #isReadable: () => boolean;
  readonly #onAmbiguous: (key: string) => void;
  readonly #adoptions = new SingleFlight<Known | undefined>();

  constructor(options: FallbackServerOptions) {
    this.#primary = options.primary;
    this.#fallback = options.fallback;
    this.#journal = options.journal;
    this.#mirror = options.mirror;
    this.#policies = options.policies;
    this.#clock = options.clock;
    this.#isReadable = options.isReadable;
    this.#onAmbiguous = options.onAmbiguous;
  }

  /**
   * Refuses a command that names a key which must not be served from memory.
   *
   * @throws CacheUnavailableError with the fate of the command, if it was sent before.
   */
  checkAllowed(command: Command, cause?: CacheUnavailableError): void {
    for (const key of keysOf(command)) {
      if (this.#policies(key).onOutage !== 'fail') continue;
      throw new CacheUnavailableError(
        `Redis is unavailable, and the policy of key ${inspect(key)} is to fail`,
        { cause, fate: cause?.fate ?? 'unsent' },
      );
    }
  }

  /**
   * Answers a command.
   *
   * @param until - when the caller has to have its answer.
   * @param unknown - whether it was sent to Redis before, and may have run there.
   */
  async serve(command: Command, until: number, unknown = false): Promise<Reply> {
    if (command.name === 'flushall') return this.#flush(command);
    if (!isWrite(command)) return run(this.#fallback, command);
    const keys = keysOf(command);
    const known = this.#isUnfamiliar(keys) ? await this.#learn(keys, until) : undefined;
    const reply = await run(this.#fallback, command).catch((error: unknown) => {
      if (unknown) this.#doubt(command);
      throw error;
    });
    visitHappenings(command, reply, this.#clock.now(), (key, happening) => {
      this.#note(key, happening, known?.get(key), unknown);
    });
    if (unknown) this.#doubt(command, reply);
    if (known !== undefined) setImmediate(() => this.#forgetUnchanged(known.keys()));
    return reply;
  }

  /** What was fetched from Redis and then not changed is Redis's alone: a later outage must not serve it. */
  #forgetUnchanged(keys: Iterable<string>): void {
    for (const key of keys) {
      if (!this.#journal.has(key) && !this.#mirror.has(key))
        this.#fallback.del(key).catch(() => {});
    }
  }

  async #flush(command: Command<'flushall'>): Promise<Reply> {
    this.#journal.flush();
    return run(this.#fallback, command);
  }

  #note(key: string, happening: Happening, known: Known | undefined, unknown: boolean): void {
    const { onRecovery, maxOutageTTL } = this.#policies(key);
    const counts = happening.kind === 'increment' || happening.kind === 'increment-field';
    if (unknown && counts) {
      this.#journal.claim(key, known?.copy);
      this.#mirror.distrust(key);
      this.#onAmbiguous(key);
    } else {
      this.#journal.record(key, happening, known, unknown);
    }
    if (onRecovery === 'sync') this.#fallback.pin?.(key);
    if (maxOutageTTL > 0 && happening.kind !== 'delete') {
      this.#fallback.pexpire(key, maxOutageTTL, 'LT').catch(() => {});
    }
  }

  /** Redis may have carried out what memory did not. */
  #doubt(command: Command, reply?: Reply): void {
    visitPossible(command, reply, this.#clock.now(), (key, happening) => {
      this.#mirror.distrust(key);
      this.#journal.doubt(key, happening);
    });
  }

  /** Whether there is something to learn about one of the keys before it is written for the first time. */
  #isUnfamiliar(keys: readonly string[]): boolean {
    const readable = this.#isReadable();
    return keys.some((key) => !this.#journal.isOpen(key) && (readable || this.#mirror.has(key)));
  }

  async #learn(keys: readonly string[], until: number): Promise<Map<string, Known>> {
    const known = new Map<string, Known>();
    await Promise.all(
      keys.map(async (key) => {
        if (this.#journal.isOpen(key)) return;
        const mirrored = await this.#mirror.known(key);
        const unknown = mirrored === undefined || mirrored.base.kind === 'unknown';
        const adopted = unknown && this.#isReadable() ? await this.#adopt(key, until) : undefined;
        const best = adopted ?? mirrored;
        if (best !== undefined) known.set(key, best);
      }),
    );
    return known;
  }

  /** While reads work, what Redis holds is fetched before memory changes it. */
  async #adopt(key: string, until: number): Promise<Known | undefined> {
    const left = until - this.#clock.now();
    if (this.#journal.has(key) || left <= 0) return undefined;
    const adoption = this.#adoptions.run(key, async () => {
      try {
        const [state = ABSENT] = await this.#primary.read([key]);
        if (this.#journal.has(key)) return undefined;
        this.#mirror.adopt(key, state);
        return { base: baseOf(state), copy: copyOf(state) };
      } catch {
        return undefined;
      }
    });
    return withDeadline(adoption, left, this.#clock).catch(() => undefined);
  }
}
