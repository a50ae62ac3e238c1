import type { CacheUnavailableError, Clock } from '@cachefb/core';

/** A command in Redis's words. */
export interface Request {
  readonly name: string;
  readonly args: readonly string[];
}

/**
 * Told once what became of several commands: for each, in their order, the reply to it, or in its place the `ReplyError`
 * or `CacheUnavailableError`.
 */
export type OutcomesListener = (outcomes: readonly unknown[]) => void;

/**
 * One connection to one server, from its opening to its end; it never reopens. All that the adapter needs of a client:
 * what is built on it knows no client.
 */
export interface Link {
  /** Whether commands can be sent. */
  readonly open: boolean;
  /** Where it leads to, for messages: `redis.example:6379`. */
  readonly address: string;
  /**
   * Sends one command. Rejects with a `ReplyError` for a caller's mistake, else with a `CacheUnavailableError`. Commands
   * sent in one turn travel together; their replies come in the order in which they were sent.
   */
  send(name: string, args: readonly string[]): Promise<unknown>;
  /** Sends several commands at once, behind all that was sent before: more cheaply than each by itself. */
  exchange(requests: readonly Request[], onOutcomes: OutcomesListener): void;
  /** Subscribes to a channel; from then on the link serves that alone. */
  subscribe(channel: string, onMessage: (message: unknown) => void): Promise<void>;
  /** Ends it at once, with a reset where something is in flight: that rejects with `reason`. Idempotent. */
  destroy(reason: CacheUnavailableError): void;
  /** Calls back once it has ended, for whatever reason. */
  onClosed(callback: (reason: CacheUnavailableError) => void): void;
}

/** A link that still has to connect. */
export interface ClosedLink extends Link {
  /** Opens the connection, which may take for ever: the caller ends its patience by {@link Link.destroy}. */
  connect(): Promise<void>;
}

/** What a link is bounded by. */
export interface LinkLimits {
  /** How long a command may wait for its reply, milliseconds. */
  readonly timeout: number;
  /** Commands without a reply beyond which no more are sent. */
  readonly maxInFlight: number;
  readonly clock: Clock;
}

/** Makes a link that still has to connect. */
export type LinkMaker = (limits: LinkLimits) => ClosedLink;
