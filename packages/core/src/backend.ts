import type { CacheCommands } from './cache-commands.js';
import type { Change, ChangeOutcome } from './change.js';
import type { Command, CommandName, Reply } from './command.js';
import type { KeyState } from './key-state.js';
import type { CacheMetrics } from './status.js';

/** What a probe found. */
export interface BackendStatus {
  /** Whether writes are accepted; `false` for a server that is full, read-only or unable to persist. */
  readonly writable: boolean;
  /** Why writes are not accepted. */
  readonly error?: Error | undefined;
  /** Identifies the running server; a restart or another server has another one. */
  readonly instance?: string | undefined;
  /**
   * `true` if the server lost everything since this process last saw it: another instance, and the marker that is kept
   * there is gone. Stays `true` until {@link CacheBackend.acknowledgeEmptied}.
   */
  readonly emptied?: boolean | undefined;
  /** How long the server has been running, milliseconds. */
  readonly uptime?: number | undefined;
}

/** Called when somebody else changed a key; `undefined` stands for every key. */
export type InvalidationListener = (key: string | undefined) => void;

/** Follows what others do to keys while the connection stands. */
export interface KeyTracking {
  /** The patterns that are really followed; a copy of any other key is no base. */
  readonly patterns: readonly string[];
  /** `false` from the moment in which a change might have been missed. */
  readonly intact: boolean;
}

/** Takes what becomes of a command: one of its methods is called, once. It must not throw. */
export interface ReplyReceiver {
  /**
   * The command was answered: told in the order in which replies arrive.
   *
   * @param until - what else has to be done before the caller is told, if anything; never rejects.
   */
  answered(reply: Reply, until?: Promise<void>): void;
  /** It was not: a `ReplyError` for a caller's mistake, else a `CacheUnavailableError`. */
  failed(error: Error): void;
}

/**
 * A cache that a manager can work with. `InMemoryCache`, the Redis adapters and a manager itself are backends.
 *
 * Commands reject with a `ReplyError` for the caller's mistakes and with a `CacheUnavailableError` for everything that
 * is the backend's own trouble; nothing else.
 */
export interface CacheBackend extends CacheCommands {
  /** Connects. Resolves once commands can be sent; rejects with a `CacheUnavailableError` or `ConfigurationError`. */
  connect(): Promise<void>;
  /** Asks whether the backend is there and what it accepts; reconnects first if need be. Rejects if it is not there. */
  ping(): Promise<BackendStatus>;
  /** Ends the connection. Commands in flight reject. Idempotent. */
  disconnect(): Promise<void>;
  /**
   * The state of each key, in the order asked: as of after every command that was sent before, and before every later one.
   */
  read(keys: readonly string[]): Promise<KeyState[]>;
  /** Applies changes, each one atomically and conditionally; one outcome for each, in order. */
  apply(changes: readonly Change[]): Promise<ChangeOutcome[]>;

  /** Forgets the dedupe marks of changes that are settled: they will not be sent again. */
  confirm?(ids: readonly string[]): Promise<void>;
  /** Runs a checked command; saves reading its arguments a second time. */
  execute?<N extends CommandName>(command: Command<N>): Promise<Reply<N>>;
  /**
   * Runs a checked command as {@link CacheBackend.execute} does, and tells the receiver what became of it: whoever has a
   * promise of its own for the caller saves a second one.
   */
  submit?(command: Command, receiver: ReplyReceiver): void;
  /** Has `listener` called whenever the connection is lost, so that it need not be found out by a command. */
  onLost?(listener: () => void): void;
  /** Drops the connection at once, with a reset: what is in flight rejects with its fate unknown. */
  abandon?(): void;
  /**
   * Makes sure that nothing sent on a connection given up can still take effect.
   * Resolves with `false` where that cannot be had: what was in flight stays ambiguous.
   */
  settleAbandoned?(): Promise<boolean>;
  /** Renews the marker by which an emptied server is known. */
  acknowledgeEmptied?(): Promise<void>;
  /**
   * Follows changes of keys that match the patterns, on this connection and every later one.
   *
   * @param onInterrupted - called when changes may have been missed for a while. Without it, `onInvalidated` is told of
   * every key.
   */
  track?(
    patterns: readonly string[],
    onInvalidated: InvalidationListener,
    onInterrupted?: () => void,
  ): KeyTracking;
  /** The state of the connection in a word, as the client under it has it. */
  readonly connectionStatus?: string;
  /** The counters of a cache in memory. */
  getMetrics?(): CacheMetrics;
  /** Keeps an entry from being evicted, and from any default TTL, until it is unpinned or deleted. */
  pin?(key: string): void;
  /** Ends {@link CacheBackend.pin}. */
  unpin?(key: string): void;
}
