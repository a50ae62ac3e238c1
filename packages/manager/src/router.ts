import {
  bothOf,
  type CacheBackend,
  CacheUnavailableError,
  type Clock,
  type Command,
  type CommandFate,
  isWrite,
  keyOf,
  keysOf,
  type Reply,
  replyAfter,
} from '@cachefb/core';
import type { HealthMonitor } from '@cachefb/health';
import type { Journal } from '@cachefb/sync';
import { Asked, type AskedListener } from './asked.js';
import { CommandOrder } from './command-order.js';
import type { FallbackServer } from './fallback-server.js';
import { InFlight } from './in-flight.js';
import { MatchingKeys } from './matching-keys.js';
import type { Mirror } from './mirror/mirror.js';
import type { Persistence } from './persistence/persistence.js';
import { runTelling } from './run.js';
import { SentWrites } from './sent-writes.js';
import { type CommandPart, isSplittable, joinReplies, splitCommand } from './split-command.js';
import { type StampedDeletions, stillGone } from './stamped-deletions.js';
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
  readonly #sent = new SentWrites();
  /** Of commands that wait until it is decided who answers them. */
  readonly #held = new CommandOrder();
  /** Commands so far: each has the turn in which it was asked for. */
  #turns = 0;
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
    const turn = ++this.#turns;
    return this.#isAllPrimary ? this.#ask(command, turn) : this.#route(command, turn, this.#now);
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

  /** Whether every key belongs to Redis. */
  get #isAllPrimary(): boolean {
    const { journal, server } = this.#options;
    const isPrimary = this.#mode === 'primary' && journal.size === 0 && this.reserved.size === 0;
    return isPrimary && server.isIdle && this.#held.isIdle;
  }

  get #now(): number {
    return this.#options.clock.now();
  }

  /** Asks Redis, for `within` milliseconds at most where that is less than the backend's own deadline. */
  #ask(command: Command, turn: number, within?: number): Promise<Reply> {
    const { primary, mirror, mirrors, deletions } = this.#options;
    const known = mirrors ? mirror.anticipate(command) : undefined;
    return primary.submit !== undefined && within === undefined && !deletions.isAbout(command)
      ? this.#submit(command, turn, known)
      : this.#askApart(command, turn, within, known);
  }

  #askApart(
    command: Command,
    turn: number,
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
    const until = sentAt + (within ?? timeout);
    const answered = (limit === undefined ? reply : withDeadline(reply, limit, clock)).then(
      (answer) => {
        this.#inFlight.landed();
        health.succeeded();
        return replyAfter(this.#inTime(known, until), this.#landed(command, turn, answer, until));
      },
      (error: unknown) => {
        isLate = true;
        this.#inFlight.landed();
        if (done === undefined) return this.#failed(command, turn, error, until);
        health.failed(error as CacheUnavailableError);
        return this.#bringBack(command, turn, until).then(() => done as Reply);
      },
    );
    if (isWrite(command)) this.#sent.follow(command, turn, answered);
    return answered;
  }

  /** Asks Redis by the shortest way: one promise, and one object that knows the rest. */
  #submit(command: Command, turn: number, known: Promise<void> | undefined): Promise<Reply> {
    const { primary, mirror } = this.#options;
    this.#inFlight.sent();
    const asked = new Asked(this.#listener, command, turn, this.#now, mirror.epoch, known);
    if (isWrite(command)) this.#sent.add(asked);
    primary.submit?.(command, asked);
    return asked.reply;
  }

  readonly #listener: AskedListener = {
    answered: (asked, reply, until) => {
      const { health, mirror, mirrors, timeout } = this.#options;
      const { command, turn, sentAt, epoch, known } = asked;
      this.#inFlight.landed();
      health.succeeded();
      if (mirrors) mirror.observe(command, reply, sentAt, epoch);
      const end = sentAt + timeout;
      const landed = this.#landed(command, turn, reply, end);
      asked.resolve(replyAfter(bothOf(until, this.#inTime(known, end)), landed));
      this.#sent.remove(asked);
    },
    failed: (asked, error) => {
      const { command, turn, sentAt } = asked;
      this.#inFlight.landed();
      asked.resolve(this.#failed(command, turn, error, sentAt + this.#options.timeout));
      // Not before: others may fail because it did, and have to come behind it.
      this.#sent.remove(asked);
    },
  };

  /** The same, for as long as the caller may have to wait. */
  #inTime(known: Promise<void> | undefined, until: number): Promise<void> | undefined {
    const { clock } = this.#options;
    return known && withDeadline(known, Math.max(0, until - this.#now), clock).catch(() => {});
  }

  /** Redis has answered a command. One that found nothing to do there came before whatever memory has by now. */
  #landed(command: Command, turn: number, reply: Reply, until: number): Reply | Promise<Reply> {
    return this.#mode === 'readable' && reply !== 0 && PERMITTED_WHEN_FULL.has(command.name)
      ? this.#repeat(command, turn, until).then(() => reply)
      : reply;
  }

  /**
   * Redis has carried out what was sent before writes went to memory, which may have a newer value of the key by now, on a
   * base that is none any more. Done there as well, it is as if memory had been asked.
   */
  async #repeat(command: Command, turn: number, until: number): Promise<void> {
    const after = this.#before(command, turn);
    await this.#options.server
      .serve(command, { turn, until, unknown: true, after })
      .catch(() => {});
  }

  /** Redis has carried out a deletion and not taken its stamps: memory brings back what of it still holds. */
  async #bringBack(command: Command, turn: number, until: number): Promise<void> {
    const states = await this.#options.fallback.read(keysOf(command)).catch(() => []);
    const left = stillGone(command, states);
    if (left !== undefined) await this.#repeat(left, turn, until);
  }

  async #failed(command: Command, turn: number, error: unknown, until: number): Promise<Reply> {
    if (!(error instanceof CacheUnavailableError)) {
      this.#options.health.succeeded();
      throw error;
    }
    this.#options.health.failed(error);
    return this.#serve(command, turn, until, error);
  }

  /** What memory has to wait for before it answers a command: what was asked for before, be it answered elsewhere. */
  #before(command: Command, turn: number): Promise<unknown> | undefined {
    if (this.#settling === undefined && this.#sent.isEmpty && this.#held.isIdle) return undefined;
    const keys = keysOf(command);
    const waits = [
      this.#settling,
      this.#sent.before(keys, turn),
      this.#held.before(keys, turn),
    ].filter((one) => one !== undefined);
    return waits.length === 0 ? undefined : Promise.all(waits);
  }

  /** @param until - when the caller has to have its answer. */
  async #serve(
    command: Command,
    turn: number,
    until: number,
    cause?: CacheUnavailableError,
  ): Promise<Reply> {
    const { server, onServing, onServed, persistence } = this.#options;
    onServing(command, cause?.fate);
    server.checkAllowed(command, cause);
    const after = this.#before(command, turn);
    const unknown = cause?.fate === 'unknown';
    try {
      const reply = await server.serve(command, { turn, until, unknown, after });
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

  #route(command: Command, turn: number, arrivedAt: number): Promise<Reply> {
    const until = arrivedAt + this.#options.timeout;
    if (command.name === 'flushall') return this.#serve(command, turn, until);
    if (command.name === 'keys') return this.#keys(command, turn, until);
    const others = this.#held.before(keysOf(command), turn);
    if (others !== undefined) {
      return this.#hold(command, turn, others, () => this.#route(command, turn, arrivedAt));
    }
    const write = isWrite(command);
    if (isSplittable(command)) {
      const parts = splitCommand(command, (key) => this.#ownerOf(key, write));
      return parts.size === 1
        ? this.#answer(command, [...parts.keys()][0] as Owner, turn, arrivedAt)
        : this.#answerParts(command, parts, turn, arrivedAt);
    }
    return this.#answer(command, this.#ownerOf(keyOf(command) as string, write), turn, arrivedAt);
  }

  #answer(command: Command, owner: Owner, turn: number, arrivedAt: number): Promise<Reply> {
    const { timeout } = this.#options;
    const serve = () => this.#serve(command, turn, arrivedAt + timeout);
    if (owner === 'memory') return serve();
    if (owner === 'primary') {
      const waited = this.#now - arrivedAt;
      return this.#ask(command, turn, waited < 1 ? undefined : Math.max(0, timeout - waited));
    }
    return this.#hold(command, turn, this.#settled(command, arrivedAt), (isInTime) =>
      isInTime ? this.#route(command, turn, arrivedAt) : serve(),
    );
  }

  /** Has a command wait, and those that are asked for later wait until it goes on. */
  #hold<T>(
    command: Command,
    turn: number,
    until: Promise<T>,
    goOn: (result: T) => Promise<Reply>,
  ): Promise<Reply> {
    let reply: Promise<Reply> | undefined;
    const going = until.then((result) => {
      reply = goOn(result);
    });
    this.#held.enter(keysOf(command), turn, going);
    return going.then(() => reply as Promise<Reply>);
  }

  async #answerParts(
    command: Parameters<typeof joinReplies>[0],
    groups: ReadonlyMap<Owner, CommandPart>,
    turn: number,
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
      [...groups].map(([owner, part]) => this.#answer(part.command, owner, turn, arrivedAt)),
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

  async #keys(command: Command<'keys'>, turn: number, until: number): Promise<Reply> {
    const keys = this.#mode === 'memory' ? undefined : await this.#matching.keys(command);
    return keys ?? this.#serve(command, turn, until);
  }
}
