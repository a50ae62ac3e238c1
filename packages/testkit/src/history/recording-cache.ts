import {
  type CacheCommands,
  type CacheProvider,
  CacheUnavailableError,
  type Command,
  CommandFront,
  type CommandName,
  type Reply,
  runCommand,
  systemClock,
} from '@cachefb/core';
import { type CommandTrace, traced } from './command-trace.js';
import { isUnmet } from './effect.js';
import type { HistoryOutcome, HistoryRecord } from './record.js';

/** What a {@link RecordingCache} writes into its records. */
export interface RecordingOptions {
  /** Names this process. @defaultValue its number */
  readonly process?: string;
  /** Where records go. @defaultValue `history` of the cache itself */
  readonly into?: HistoryRecord[];
  /**
   * Who answers now, for a cache that does not tell it of each command: an increment in flight while this changes counts
   * as unknown. What a manager tells of a command goes before.
   */
  provider?(): CacheProvider;
  /** Epoch milliseconds, the same for all processes. @defaultValue the time of this machine */
  now?(): number;
}

/**
 * A cache that records every command that goes through it. Where memory answered a command that may have run in Redis as
 * well, an increment counts as unknown, for it is not repeated, and so does what was answered that it did nothing.
 */
export class RecordingCache extends CommandFront {
  /** What was recorded. */
  readonly history: HistoryRecord[];
  readonly #cache: CacheCommands;
  readonly #process: string;
  readonly #provider: () => CacheProvider | undefined;
  readonly #now: () => number;

  constructor(cache: CacheCommands, options: RecordingOptions = {}) {
    super();
    this.#cache = cache;
    this.history = options.into ?? [];
    this.#process = options.process ?? String(process.pid);
    this.#provider = () => options.provider?.();
    this.#now = () => options.now?.() ?? systemClock.now();
  }

  async execute<N extends CommandName>(command: Command<N>): Promise<Reply<N>> {
    const start = this.#now();
    const before = this.#provider();
    let trace: CommandTrace | undefined;
    const record = (outcome: HistoryOutcome, reply?: unknown) => {
      this.history.push({
        process: this.#process,
        command: command as Command,
        start,
        end: this.#now(),
        outcome,
        reply,
        provider: trace?.provider ?? this.#provider(),
      });
    };
    try {
      let running: Promise<Reply<N>>;
      [running, trace] = traced(() => runCommand(this.#cache, command));
      const reply = await running;
      const adds = command.name === 'incrby' || command.name === 'hincrby';
      const mayHaveRun = trace ? trace.fate === 'unknown' : adds && this.#provider() !== before;
      const isDoubtful = mayHaveRun && (adds || isUnmet(command as Command, reply));
      record(isDoubtful ? 'unknown' : 'done', reply);
      return reply;
    } catch (error) {
      record(
        error instanceof CacheUnavailableError && error.fate === 'unknown' ? 'unknown' : 'failed',
      );
      throw error;
    }
  }

  protected scanKeys(pattern: string): AsyncIterableIterator<string> {
    return this.#cache.scan(pattern);
  }
}
