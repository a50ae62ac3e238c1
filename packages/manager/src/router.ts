import {
  bothOf,
  type CacheBackend,
  CacheUnavailableError,
  type Clock,
  type Command,
  type CommandFate,
  isWrite,
  keyOf,
  type Reply,
  replyAfter,
} from '@cachefb/core';
import type { HealthMonitor } from '@cachefb/health';
import type { Journal } from '@cachefb/sync';
import { Asked, type AskedListener } from './asked.js';
import type { FallbackServer } from './fallback-server.js';
import { InFlight } from './in-flight.js';
import { MatchingKeys } from './matching-keys.js';
import type { Mirror } from './mirror/mirror.js';
import type { Persistence } from './persistence/persistence.js';
import { runTelling } from './run.js';
import { type CommandPart, isSplittable, joinReplies, splitCommand } from './split-command.js';
import type { StampedDeletions } from './stamped-deletions.js';
import { withDeadline } from './with-deadline.js';

/** Who answers keys that have no record: Redis, Redis for reads only, or memory. */
export type RoutingMode = 'primary' | 'readable' | 'memory';

/** What a {@link Router} works with. */
export interface RouterOptions {
  readonly primary: CacheBackend;
  readonly fallback: CacheBackend;
  readonly health: HealthMonitor;
  readonly journal: Journal;
  readonly mirror: Mirror;
  readonly server: FallbackServer;
  readonly clock: Clock;
  /** The longest a command waits for Redis, milliseconds. */
  readonly timeout: number;
  /** Whether there are keys to mirror. */
  readonly mirrors: boolean;
  readonly persistence: Persistence | undefined;
  /** Runs deletions on Redis in another way, where that is needed. */
  readonly deletions: StampedDeletions;
  /** Told of a command that is answered in parts. */
  readonly onSplit: (command: Command, parts: readonly Command[]) => void;
  /** Told of each command, or part of one, that memory is to answer, and what became of it in Redis if that was asked. */
  readonly onServing: (command: Command, fate: CommandFate | undefined) => void;
  /** Told of each command that memory answered. */
  readonly onServed: (command: Command, reply: Reply) => void;
}

/** Some keys. */
export type KeySet = Pick<ReadonlySet<string>, 'has' | 'size'>;

/** Who a key belongs to at the moment; `wait` until the record that is being applied is settled. */
type Owner = 'primary' | 'memory' | 'wait';

/** What Redis carries out even when it refuses writes because its memory is full. To repeat any of it does no harm. */
const PERMITTED_WHEN_FULL: ReadonlySet<string> = new Set(['del', 'hdel', 'pexpire', 'persist']);

/** Sends each command, or each part of it, to whom its keys belong. */
export class Router {
  readonly #options: RouterOptions;
  readonly #matching: MatchingKeys;
  readonly #inFlight = new InFlight();
  /** Keys that must be answered from memory although they have no record. */
  reserved: KeySet = new Set();
  #mode: RoutingMode = 'memory';
  #settling: Promise<void> | undefined;

  constructor(options: RouterOptions) {
    this.#options = options;
    this.#matching = new MatchingKeys(options);
  }

  get mode(): RoutingMode {
    return this.#mode;
  }

  set mode(mode: RoutingMode) {
    this.#mode = mode;
  }

  /** Answers a command. */
  execute(command: Command): Promise<Reply> {
    return this.#mode === 'primary' && this.#options.journal.size === 0 && this.reserved.size === 0
      ? this.#ask(command)
      : this.#route(command, this.#options.clock.now());
  }

  /** Walks the keys that match, wherever they are. */
  scan(pattern: string): AsyncIterableIterator<string> {
    return this.#mode === 'memory'
      ? this.#options.fallback.scan(pattern)
      : this.#matching.scan(pattern);
  }

  /** Resolves when no command that was sent to Redis is under way any more. */
  idle(): Promise<void> {
    return this.#inFlight.idle();
  }

  /** Has memory wait for what was sent to Redis before it answers: the two must not overtake each other. */
  settle(): void {
    if (this.#inFlight.isIdle) return;
    this.#settling = this.idle().then(() => {
      this.#settling = undefined;
    });
  }

  /** Asks Redis, for `within` milliseconds at most where that is less than the backend's own deadline. */
  #ask(command: Command, within?: number): Promise<Reply> {
    const { primary, mirror, mirrors, deletions } = this.#options;
    const known = mirrors ? mirror.anticipate(command) : undefined;
    return primary.submit !== undefined && within === undefined && !deletions.isAbout(command)
      ? this.#submit(command, known)
      : this.#askApart(command, within, known);
  }

  #askApart(
    command: Command,
    within: number | undefined,
    known: Promise<void> | undefined,
  ): Promise<Reply> {
    const { primary, health, mirror, mirrors, deletions, clock, timeout } = this.#options;
    const sentAt = clock.now();
    const { epoch } = mirror;
    this.#inFlight.sent();
    const observe = (answer: Reply) => {
      if (mirrors) mirror.observe(command, answer, sentAt, epoch);
    };
    let done: Reply | undefined;
    let isLate = false;
    const other = deletions.instead(command, (count) => {
      done = count;
      observe(count);
    });
    const told = (answer: Reply) => {
      if (!isLate) observe(answer);
    };
    const reply = other ?? runTelling(primary, command, told);
    // The other way may be several commands, of which the backend bounds each by itself.
    const limit = other === undefined ? within : (within ?? timeout);
    return (limit === undefined ? reply : withDeadline(reply, limit, clock)).then(
      (answer) => {
        this.#inFlight.landed();
        health.succeeded();
        return replyAfter(known, this.#landed(command, answer));
      },
      (error: unknown) => {
        isLate = true;
        this.#inFlight.landed();
        if (done === undefined) return this.#failed(command, error, sentAt + (within ?? timeout));
        health.failed(error as CacheUnavailableError);
        return this.#repeat(command).then(() => done as Reply);
      },
    );
  }

  /** Asks Redis by the shortest way: one promise, and one object that knows the rest. */
  #submit(command: Command, known: Promise<void> | undefined): Promise<Reply> {
    const { primary, mirror, clock } = this.#options;
    this.#inFlight.sent();
    const asked = new Asked(this.#listener, command, clock.now(), mirror.epoch, known);
    primary.submit?.(command, asked);
    return asked.reply;
  }

  readonly #listener: AskedListener = {
    answered: ({ command, sentAt, epoch, known, resolve }, reply, until) => {
      const { health, mirror, mirrors } = this.#options;
      this.#inFlight.landed();
      health.succeeded();
      if (mirrors) mirror.observe(command, reply, sentAt, epoch);
      resolve(replyAfter(bothOf(until, known), this.#landed(command, reply)));
    },
    failed: ({ command, sentAt, resolve }, error) => {
      this.#inFlight.landed();
      resolve(this.#failed(command, error, sentAt + this.#options.timeout));
    },
  };

  /** Redis has answered a command. One that found nothing to do there came before whatever memory has by now. */
  #landed(command: Command, reply: Reply): Reply | Promise<Reply> {
    return this.#mode === 'readable' && reply !== 0 && PERMITTED_WHEN_FULL.has(command.name)
      ? this.#repeat(command).then(() => reply)
      : reply;
  }

  /**
   * Redis has carried out what was sent before writes went to memory, which may have a newer value of the key by now, on a
   * base that is none any more. Done there as well, it is as if memory had been asked.
   */
  async #repeat(command: Command): Promise<void> {
    const { server, clock, timeout } = this.#options;
    await server.serve(command, clock.now() + timeout, true).catch(() => {});
  }

  async #failed(command: Command, error: unknown, until: number): Promise<Reply> {
    if (!(error instanceof CacheUnavailableError)) {
      this.#options.health.succeeded();
      throw error;
    }
    this.#options.health.failed(error);
    return this.#serve(command, error, until);
  }

  /** @param until - when the caller has to have its answer; without it, he has not waited yet. */
  async #serve(command: Command, cause?: CacheUnavailableError, until?: number): Promise<Reply> {
    const { server, onServing, onServed, persistence, clock, timeout } = this.#options;
    onServing(command, cause?.fate);
    server.checkAllowed(command, cause);
    if (this.#settling !== undefined) await this.#settling;
    const unknown = cause?.fate === 'unknown';
    try {
      const reply = await server.serve(command, until ?? clock.now() + timeout, unknown);
      onServed(command, reply);
      const durable = persistence?.after(command);
      if (durable !== undefined) await durable;
      return reply;
    } catch (error) {
      // A fallback that is a server itself may have lost its connection, too: the next command shall find it.
      if (error instanceof CacheUnavailableError) this.#options.fallback.connect().catch(() => {});
      throw error;
    }
  }

  #ownerOf(key: string, write: boolean): Owner {
    const { journal, server } = this.#options;
    if (this.#mode === 'memory') return 'memory';
    const isInMemory = journal.has(key) || server.isBusy(key);
    if (this.#mode === 'readable') return write || isInMemory ? 'memory' : 'primary';
    if (journal.isSealed(key)) return 'wait';
    return isInMemory || this.reserved.has(key) ? 'memory' : 'primary';
  }

  #route(command: Command, arrivedAt: number): Promise<Reply> {
    if (command.name === 'flushall') return this.#serve(command);
    if (command.name === 'keys') return this.#keys(command);
    const write = isWrite(command);
    if (isSplittable(command)) {
      const parts = splitCommand(command, (key) => this.#ownerOf(key, write));
      return parts.size === 1
        ? this.#answer(command, [...parts.keys()][0] as Owner, arrivedAt)
        : this.#answerParts(command, parts, arrivedAt);
    }
    return this.#answer(command, this.#ownerOf(keyOf(command) as string, write), arrivedAt);
  }

  async #answer(command: Command, owner: Owner, arrivedAt: number): Promise<Reply> {
    if (owner === 'primary') {
      const { clock, timeout } = this.#options;
      const waited = clock.now() - arrivedAt;
      return this.#ask(command, waited < 1 ? undefined : Math.max(0, timeout - waited));
    }
    if (owner === 'memory' || !(await this.#settled(command, arrivedAt))) {
      return this.#serve(command);
    }
    return this.#route(command, arrivedAt);
  }

  async #answerParts(
    command: Parameters<typeof joinReplies>[0],
    groups: ReadonlyMap<Owner, CommandPart>,
    arrivedAt: number,
  ): Promise<Reply> {
    if (groups.has('memory') && this.#mode !== 'primary') {
      this.#options.server.checkAllowed(command);
    }
    const parts = [...groups.values()];
    this.#options.onSplit(
      command,
      parts.map((part) => part.command),
    );
    const replies = await Promise.all(
      [...groups].map(([owner, part]) => this.#answer(part.command, owner, arrivedAt)),
    );
    return joinReplies(command, parts, replies);
  }

  /** Waits until no key of the command has a record that is being applied; `false` if time runs out. */
  async #settled(command: Command, arrivedAt: number): Promise<boolean> {
    const { journal, clock, timeout } = this.#options;
    const keys = isSplittable(command)
      ? splitCommand(command, (key) => key).keys()
      : [keyOf(command) as string];
    let over = false;
    let giveUp = () => {};
    const late = new Promise<void>((resolve) => {
      giveUp = resolve;
    });
    const timer = clock.after(Math.max(0, timeout - (clock.now() - arrivedAt)), () => {
      over = true;
      giveUp();
    });
    for (const key of keys) {
      while (!over && this.#mode === 'primary' && journal.isSealed(key)) {
        await Promise.race([journal.settled(key), late]);
      }
    }
    clock.clear(timer);
    return !over;
  }

  async #keys(command: Command<'keys'>): Promise<Reply> {
    const keys = this.#mode === 'memory' ? undefined : await this.#matching.keys(command);
    return keys ?? this.#serve(command);
  }
}
