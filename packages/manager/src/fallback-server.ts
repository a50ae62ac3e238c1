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
import { CommandOrder } from './command-order.js';
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

/** How a command came to be answered from memory. */
export interface Serving {
  /** The how manieth command it was to be asked for. */
  readonly turn: number;
  /** When the caller has to have its answer, epoch milliseconds. */
  readonly until: number;
  /** Whether it was sent to Redis before, and may have run there. */
  readonly unknown: boolean;
  /** What has to be waited for first, if anything. */
  readonly after: Promise<unknown> | undefined;
}

/** A command that is to be answered. */
interface Served extends Serving {
  readonly command: Command;
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
  /** Of writes whose keys something has to be learned of first, and of what came behind them. */
  readonly #order = new CommandOrder();
  /** The turn of the last flush: what was asked for before it is not noted after it. */
  #flushed = 0;

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

  /** Whether no command is under way that others have to wait for. */
  get isIdle(): boolean {
    return this.#order.isIdle;
  }

  /** Whether a command that is about a key is under way: what comes next has to be asked for here, too. */
  isBusy(key: string): boolean {
    return this.#order.has(key);
  }

  /** Answers a command, as if after all that was asked for before. */
  serve(command: Command, serving: Serving): Promise<Reply> {
    const { turn, after } = serving;
    const served = { ...serving, command };
    if (command.name === 'flushall') {
      this.#flushed = turn;
      this.#journal.flush();
    }
    if (after === undefined && this.#order.isIdle) return this.#start(served, false);
    const keys = keysOf(command);
    const before = this.#order.before(keys, turn);
    if (after === undefined && before === undefined) return this.#start(served, false);
    const reply = Promise.all([after, before]).then(() => this.#start(served, true));
    this.#order.enter(keys, turn, reply);
    return reply;
  }

  /** @param isInOrder - whether those that come next wait for it already. */
  #start(served: Served, isInOrder: boolean): Promise<Reply> {
    const { command } = served;
    if (command.name === 'flushall' || !isWrite(command)) return run(this.#fallback, command);
    const keys = keysOf(command);
    const unfamiliar = this.#unfamiliar(keys);
    if (unfamiliar.length === 0) return this.#run(served);
    const reply = this.#begin(served, unfamiliar);
    if (!isInOrder) this.#order.enter(keys, served.turn, reply);
    return reply;
  }

  /** Answers a command that is the first to write some keys, of which something is known. */
  async #begin(served: Served, keys: readonly string[]): Promise<Reply> {
    // After a flush memory knows better; one that is asked for only now comes after this command.
    const adopts = this.#isReadable() && this.#journal.barrier === undefined;
    const adopted = adopts ? await this.#adoptUnknown(keys, served.until) : undefined;
    // Asked for in one go: what memory holds must not change between what is known of it and what becomes of it.
    const knowing = Promise.all(keys.map((key) => this.#mirror.known(key)));
    const known = knowing.then((all) => {
      const best = (mirrored: Known | undefined, key: string) =>
        isKnown(mirrored) ? mirrored : (adopted?.get(key) ?? mirrored);
      return new Map(keys.map((key, index) => [key, best(all[index], key)]));
    });
    try {
      return await this.#run(served, known);
    } finally {
      setImmediate(() => this.#forgetUnchanged(keys));
    }
  }

  async #run(
    { command, unknown, turn }: Served,
    knowing?: Promise<ReadonlyMap<string, Known | undefined>>,
  ): Promise<Reply> {
    const replying = run(this.#fallback, command).catch((error: unknown) => {
      if (unknown) this.#doubt(command);
      throw error;
    });
    // Both at once: where one rejects, the other must not be left to reject with nobody there.
    const [reply, known] = knowing ? await Promise.all([replying, knowing]) : [await replying];
    if (turn < this.#flushed) return reply;
    visitHappenings(command, reply, this.#clock.now(), (key, happening) => {
      this.#note(key, happening, known?.get(key), unknown);
    });
    if (unknown) this.#doubt(command, reply);
    return reply;
  }

  /** What was fetched from Redis and then not changed is Redis's alone: a later outage must not serve it. */
  #forgetUnchanged(keys: Iterable<string>): void {
    for (const key of keys) {
      if (this.#journal.has(key) || this.#mirror.has(key) || this.#order.has(key)) continue;
      this.#fallback.del(key).catch(() => {});
    }
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
    if (this.#journal.recordOf(key) !== undefined || left <= 0) return undefined;
    let isLate = false;
    const adoption = this.#primary.read([key]).then(([state = ABSENT]) => {
      if (isLate || this.#journal.recordOf(key) !== undefined) return undefined;
      this.#mirror.adopt(key, state);
      return { base: baseOf(state), copy: copyOf(state) };
    });
    return withDeadline(adoption, left, this.#clock).catch(() => {
      isLate = true;
      return undefined;
    });
  }
}

function isKnown(known: Known | undefined): boolean {
  return known !== undefined && known.base.kind !== 'unknown';
}
