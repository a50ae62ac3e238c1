import { tracingChannel } from 'node:diagnostics_channel';
import {
  type CacheCommands,
  type CacheProvider,
  type Command,
  type CommandFate,
  type CommandName,
  keysOf,
  type Reply,
} from '@cachefb/core';

/**
 * What the tracing channel `cachefb:command` tells of a command: one object from its `start` to its `asyncEnd`. Values that
 * are written are not in it.
 */
export interface CommandMessage {
  /** The manager that was asked. */
  readonly cache: CacheCommands;
  /** The command in its checked form: `incr`, `decr` and `decrby` are `incrby`, `expire` is `pexpire`. */
  readonly name: CommandName;
  /** Every key that it names; none for `keys` and `flushall`. */
  readonly keys: readonly string[];
  /** When it began, in the milliseconds of `performance.now()`. */
  readonly startedAt: number;
  /** Who answered, known at the end; `'memory'` if any part of the answer came from there. */
  provider?: CacheProvider;
  /** What became of it in Redis, where that was asked and memory answered instead: if `'unknown'`, it may have run there. */
  fate?: CommandFate;
  /** The reply, at the end of a command that succeeded. */
  result?: Reply;
  /** Why it failed, at the end of a command that did. */
  error?: unknown;
}

const COMMANDS = tracingChannel<unknown, CommandMessage>('cachefb:command');
const { start, end, asyncStart, asyncEnd, error } = COMMANDS;

/** Whether anybody listens: all that a command costs while nobody does. */
export function isTraced(): boolean {
  return (
    start.hasSubscribers ||
    asyncEnd.hasSubscribers ||
    error.hasSubscribers ||
    end.hasSubscribers ||
    asyncStart.hasSubscribers
  );
}

/** Publishes the commands of one manager. */
export class CommandTracer {
  readonly #cache: CacheCommands;
  /** The command that a part was split from. */
  readonly #origins = new WeakMap<Command, Command>();
  /** Commands that memory answers, and what became of them in Redis before. */
  readonly #served = new WeakMap<Command, CommandFate | undefined>();

  constructor(cache: CacheCommands) {
    this.#cache = cache;
  }

  /** Runs a command under the eyes of those who listen. */
  run(command: Command, execute: (command: Command) => Promise<Reply>): Promise<Reply> {
    const message: CommandMessage = {
      cache: this.#cache,
      name: command.name,
      keys: keysOf(command),
      startedAt: performance.now(),
    };
    const answered = () => {
      message.provider = this.#served.has(command) ? 'memory' : 'redis';
      const fate = this.#served.get(command);
      if (fate !== undefined) message.fate = fate;
    };
    return COMMANDS.tracePromise(
      () =>
        execute(command).then(
          (reply) => {
            answered();
            return reply;
          },
          (reason: unknown) => {
            answered();
            throw reason;
          },
        ),
      message,
    );
  }

  /** Told that a command is about to be split. */
  split(command: Command, parts: Iterable<Command>): void {
    if (isTraced()) for (const part of parts) this.#origins.set(part, command);
  }

  /** Told that memory is about to answer a command, or a part of one. */
  serving(command: Command, fate: CommandFate | undefined): void {
    if (!isTraced()) return;
    const whole = this.#origins.get(command) ?? command;
    // Of several parts, one that may have run is what counts.
    if (this.#served.get(whole) !== 'unknown') this.#served.set(whole, fate);
  }
}
