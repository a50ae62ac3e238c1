import {
  type BackendStatus,
  type CacheBackend,
  CacheUnavailableError,
  type Change,
  type ChangeOutcome,
  type Command,
  CommandFront,
  type CommandName,
  type InvalidationListener,
  type KeyState,
  type KeyTracking,
  type Reply,
  type ReplyReceiver,
  replyAfter,
} from '@cachefb/core';
import { AbandonedConnections } from './abandoned.js';
import { applyChanges, keysWritten } from './apply-changes.js';
import { checkScripts } from './check-scripts.js';
import { Coalescer } from './coalesce/coalescer.js';
import { Connection } from './connection.js';
import { Epoch } from './epoch.js';
import { flushAll } from './flush-all.js';
import type { Greeting } from './handshake.js';
import { InternalKeys } from './internal-keys.js';
import type { Link, LinkMaker } from './link.js';
import { Links } from './links.js';
import { MarkForgetter } from './mark-forgetter.js';
import { type CheckedOptions, checkOptions, type RedisBackendOptions } from './options.js';
import { probeWrites } from './probe.js';
import { readKeys } from './read-keys.js';
import { scanKeys } from './scan-keys.js';
import type { ServerAddress } from './server-address.js';
import { ServerClock } from './server-clock.js';
import { Tracking } from './tracking.js';
import { isUnrestricted } from './unrestricted.js';
import { type Warn, warnOnce } from './warn-once.js';

/**
 * A Redis as a `CacheBackend`, over any client that can be a {@link Link}: commands travel pipelined, every one is bounded
 * by a deadline, none is queued while there is no connection and none is ever sent twice, and every error says whose
 * fault it is.
 *
 * It connects when told to, by {@link BaseRedisBackend.connect} or {@link BaseRedisBackend.ping}, and never by itself:
 * between the loss of a connection and the next of these calls, commands reject at once.
 */
export class BaseRedisBackend extends CommandFront implements CacheBackend {
  readonly #server: ServerAddress;
  readonly #options: CheckedOptions;
  readonly #keyPrefix: string;
  readonly #keys: InternalKeys;
  readonly #links: Links;
  readonly #connection: Connection;
  readonly #epoch: Epoch;
  readonly #serverClock = new ServerClock();
  readonly #abandoned = new AbandonedConnections();
  readonly #marks: MarkForgetter;
  readonly #warn: Warn;
  #tracking: Tracking | undefined;
  /** What sends commands on the link that was opened last. */
  #commands: Coalescer | undefined;
  #onLost = () => {};

  /**
   * @param linkTo - makes a link that still has to connect; it is called for every attempt.
   * @throws ConfigurationError for an option that cannot work.
   */
  constructor(server: ServerAddress, linkTo: LinkMaker, options?: RedisBackendOptions) {
    super();
    this.#server = server;
    this.#options = checkOptions(options);
    this.#keyPrefix = server.keyPrefix;
    this.#keys = new InternalKeys(this.#keyPrefix);
    this.#epoch = new Epoch(this.#keys.epoch);
    const { timeout, clock, logger } = this.#options;
    this.#warn = warnOnce(logger);
    this.#marks = new MarkForgetter(this.#keys, clock, 2 * timeout);
    this.#links = new Links({
      server,
      linkTo,
      options: this.#options,
      serverClock: this.#serverClock,
      warn: this.#warn,
      key: this.#keys.epoch,
    });
    this.#connection = new Connection({
      makeLink: () => this.#links.make(),
      prepare: (link) => this.#prepare(link),
      timeout,
      clock,
      onLost: ({ greeting }) => {
        this.#abandoned.add(greeting);
        this.#onLost();
      },
    });
  }

  /** The state of the connection in ioredis's words: `'ready'`, `'connecting'` or `'end'`. */
  get connectionStatus(): string {
    if (this.#connection.session?.link.open) return 'ready';
    return this.#connection.opening ? 'connecting' : 'end';
  }

  /** Connects, if there is no connection. Rejects with a `CacheUnavailableError` within the timeout. */
  async connect(): Promise<void> {
    await this.#connection.open();
  }

  /**
   * Connects, if there is no connection, and asks whether writes are accepted, by really writing. Rejects with a
   * `CacheUnavailableError` within the timeout if Redis is not there.
   */
  async ping(): Promise<BackendStatus> {
    const session = await this.#connection.open();
    const { link, greeting } = session;
    const [writable] = await Promise.all([
      probeWrites(link, this.#keys.probe),
      this.#epoch.renew(link),
      this.#serverClock.ask(link, this.#options.clock),
      this.#tracking?.check(link),
      this.#marks.sweep(link).catch(() => {}),
    ]);
    const { clock } = this.#options;
    const { instance, startedAt } = greeting;
    return {
      ...writable,
      instance,
      emptied: this.#epoch.emptied,
      uptime: startedAt === undefined ? undefined : Math.max(0, clock.now() - startedAt),
    };
  }

  /** Ends the connection; commands in flight reject. Idempotent; {@link BaseRedisBackend.connect} opens another one. */
  async disconnect(): Promise<void> {
    this.#tracking?.pause();
    this.#connection.close(
      new CacheUnavailableError('the connection was ended by disconnect()', { fate: 'unknown' }),
    );
  }

  /** Has `listener` called whenever the connection is lost, whoever ended it. A second call replaces the first. */
  onLost(listener: () => void): void {
    this.#onLost = listener;
  }

  /** Drops the connection with a reset: what is in flight rejects, its fate unknown. */
  abandon(): void {
    this.#connection.close(
      new CacheUnavailableError('the connection was given up', { fate: 'unknown' }),
    );
  }

  /**
   * Whether nothing that was sent on connections given up or lost can still take effect: they were killed on the server
   * when the present connection was opened. `false` where that is not permitted.
   */
  async settleAbandoned(): Promise<boolean> {
    const { link, greeting } = await this.#connection.open();
    await this.#abandoned.kill(link, greeting.instance);
    return this.#abandoned.settled;
  }

  /** Renews the marker by which a server that lost everything is known. */
  async acknowledgeEmptied(): Promise<void> {
    await this.#epoch.acknowledge(this.#link());
  }

  /** Runs one checked command. Rejects with a `ReplyError` or a `CacheUnavailableError`. */
  execute<N extends CommandName>(command: Command<N>): Promise<Reply<N>> {
    return new Promise<Reply>((resolve, failed) => {
      const answered = (reply: Reply, until?: Promise<void>) => resolve(replyAfter(until, reply));
      this.submit(command as Command, { answered, failed });
    }) as Promise<Reply<N>>;
  }

  /** Runs one checked command, and tells the receiver what became of it. */
  submit(command: Command, receiver: ReplyReceiver): void {
    const commands = this.#admitted();
    if (commands === undefined) {
      receiver.failed(this.#notConnected());
      return;
    }
    if (command.name === 'flushall') flushAll(commands, command, receiver, this.#epoch);
    else commands.submit(command, receiver);
  }

  /** The state of each key, in the order asked; those of up to a hundred keys are of one instant. */
  async read(keys: readonly string[]): Promise<KeyState[]> {
    return readKeys(this.#link(), keys, this.#keyPrefix, this.#serverClock);
  }

  /**
   * Makes changes, each one atomically, conditionally and only once, and answers one outcome for each. If it rejects, the
   * same changes may be sent again.
   */
  async apply(changes: readonly Change[]): Promise<ChangeOutcome[]> {
    const link = this.#link(keysWritten(changes, this.#keyPrefix));
    const { clock, timeout, markTtl } = this.#options;
    try {
      return await applyChanges(changes, {
        link,
        clock: this.#serverClock,
        keys: this.#keys,
        keyPrefix: this.#keyPrefix,
        epoch: this.#epoch.restore(),
        now: clock,
        timeout,
        markTtl,
        stampTtl: markTtl,
      });
    } catch (error) {
      // It may have been refused for a clock that jumped over there: the next attempt shall know better.
      if (link.open) await this.#serverClock.ask(link, clock);
      throw error;
    }
  }

  /** Forgets that these changes were made: their ids will not come again. */
  async confirm(ids: readonly string[]): Promise<void> {
    const link = this.#link();
    await this.#marks.sweep(link);
    await this.#marks.forget(link, ids, this.#abandoned.settled);
  }

  /**
   * Follows what others do to keys, by Redis's client tracking: on the present connection and on every later one, before
   * commands are admitted there. Patterns that begin with a wildcard are not followed. A second call ends the first.
   *
   * The listener is told `undefined` for "every key": somebody flushed.
   *
   * @param onInterrupted - called when for a moment changes were not followed; by default that is told as a flush.
   */
  track(
    patterns: readonly string[],
    onInvalidated: InvalidationListener,
    onInterrupted: () => void = () => onInvalidated(undefined),
  ): KeyTracking {
    this.#tracking?.stop();
    const { clock, timeout, logger } = this.#options;
    const tracking = new Tracking({
      patterns,
      onInvalidated,
      onInterrupted,
      keyPrefix: this.#keyPrefix,
      clock,
      timeout: timeout / 2,
      links: this.#links,
      onFailure: (error) => logger.debug('changes by others are not followed', { error }),
    });
    this.#tracking = tracking;
    const link = this.#connection.session?.link;
    if (link !== undefined) void tracking.attach(link);
    return tracking;
  }

  protected scanKeys(pattern: string): AsyncIterableIterator<string> {
    return scanKeys(() => this.#link(), pattern, this.#keyPrefix);
  }

  /** What comes before commands are admitted on a new connection. */
  async #prepare(link: Link): Promise<Greeting> {
    const greeting = await this.#links.greet(link);
    const { instance } = greeting;
    // Round trips beside each other: on a long way, one after the other would never end in time.
    const [unrestricted] = await Promise.all([
      this.#options.coalesce ? isUnrestricted(link, this.#server) : false,
      this.#abandoned.kill(link, instance),
      this.#recognise(link, instance),
      checkScripts(link, this.#keys.probe, this.#warn),
    ]);
    const keyPrefix = this.#keyPrefix;
    this.#commands = new Coalescer({ ...this.#options, link, keyPrefix, unrestricted });
    return greeting;
  }

  async #recognise(link: Link, instance: string | undefined): Promise<void> {
    await this.#epoch.examine(link, instance);
    await Promise.all([this.#epoch.renew(link), this.#tracking?.attach(link, this.#epoch.emptied)]);
  }

  /** What sends commands; `undefined` while none are admitted. */
  #admitted(): Coalescer | undefined {
    const link = this.#connection.session?.link;
    return link !== undefined && this.#commands?.link === link ? this.#commands : undefined;
  }

  /** The link, on which everything that was asked before has been sent. */
  #link(written?: readonly string[] | 'all'): Link {
    const commands = this.#admitted();
    if (commands === undefined) throw this.#notConnected();
    commands.flushBefore(written);
    return commands.link;
  }

  #notConnected(): CacheUnavailableError {
    return new CacheUnavailableError(`not connected to Redis at ${this.#server.address}`, {
      cause: this.#connection.failure,
    });
  }
}
