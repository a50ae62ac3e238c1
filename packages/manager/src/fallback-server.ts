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
import type { Mirror } from './mirror/mirror.js';
import { run } from './run.js';
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
  /** Keys whose first write is under way: what is known of one, and what it becomes, is noted before the next. */
  readonly #begun = new Map<string, Promise<void>>();

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
  serve(command: Command, until: number, unknown = false): Promise<Reply> {
    if (command.name === 'flushall') return this.#flush(command);
    if (!isWrite(command)) return run(this.#fallback, command);
    const written = keysOf(command);
    if (this.#begun.size > 0 && written.some((key) => this.#begun.has(key))) {
      const others = Promise.all(written.map((key) => this.#begun.get(key)));
      return others.then(() => this.serve(command, until, unknown));
    }
    const keys = this.#unfamiliar(written);
    if (keys.length === 0) return this.#run(command, unknown);
    const reply = this.#begin(command, keys, until, unknown);
    const done = reply.then(ignore, ignore).finally(() => {
      for (const key of keys) this.#begun.delete(key);
    });
    for (const key of keys) this.#begun.set(key, done);
    return reply;
  }

  /** Answers a command that is the first to write some keys, of which something is known. */
  async #begin(
    command: Command,
    keys: readonly string[],
    until: number,
    unknown: boolean,
  ): Promise<Reply> {
    const adopted = this.#isReadable() ? await this.#adoptUnknown(keys, until) : undefined;
    // Asked for in one go: what memory holds must not change between what is known of it and what becomes of it.
    const knowing = Promise.all(keys.map((key) => this.#mirror.known(key)));
    const known = knowing.then((all) => {
      const best = (mirrored: Known | undefined, key: string) =>
        isKnown(mirrored) ? mirrored : (adopted?.get(key) ?? mirrored);
      return new Map(keys.map((key, index) => [key, best(all[index], key)]));
    });
    const reply = await this.#run(command, unknown, known);
    setImmediate(() => this.#forgetUnchanged(keys));
    return reply;
  }

  async #run(
    command: Command,
    unknown: boolean,
    knowing?: Promise<ReadonlyMap<string, Known | undefined>>,
  ): Promise<Reply> {
    const replying = run(this.#fallback, command).catch((error: unknown) => {
      if (unknown) this.#doubt(command);
      throw error;
    });
    // Both at once: where one rejects, the other must not be left to reject with nobody there.
    const [reply, known] = knowing ? await Promise.all([replying, knowing]) : [await replying];
    visitHappenings(command, reply, this.#clock.now(), (key, happening) => {
      this.#note(key, happening, known?.get(key), unknown);
    });
    if (unknown) this.#doubt(command, reply);
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
      this.#journal.claim(key, happening, known?.copy);
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

  /** The keys of which there is something to learn before they are written for the first time. */
  #unfamiliar(keys: readonly string[]): readonly string[] {
    const readable = this.#isReadable();
    return keys.filter((key) => !this.#journal.isOpen(key) && (readable || this.#mirror.has(key)));
  }

  async #adoptUnknown(
    keys: readonly string[],
    until: number,
  ): Promise<Map<string, Known | undefined>> {
    const adopted = new Map<string, Known | undefined>();
    await Promise.all(
      keys.map(async (key) => {
        if (!isKnown(await this.#mirror.known(key))) {
          adopted.set(key, await this.#adopt(key, until));
        }
      }),
    );
    return adopted;
  }

  /** While reads work, what Redis holds is fetched before memory changes it. */
  async #adopt(key: string, until: number): Promise<Known | undefined> {
    const left = until - this.#clock.now();
    if (this.#journal.has(key) || left <= 0) return undefined;
    const adoption = this.#primary.read([key]).then(([state = ABSENT]) => {
      if (this.#journal.has(key)) return undefined;
      this.#mirror.adopt(key, state);
      return { base: baseOf(state), copy: copyOf(state) };
    });
    return withDeadline(adoption, left, this.#clock).catch(() => undefined);
  }
}

function isKnown(known: Known | undefined): boolean {
  return known !== undefined && known.base.kind !== 'unknown';
}

function ignore(): void {}
