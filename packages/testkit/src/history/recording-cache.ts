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
import type { HistoryOutcome, HistoryRecord } from './record.js';

/** What a {@link RecordingCache} writes into its records. */
export interface RecordingOptions {
  /** Names this process. @defaultValue its number */
  readonly process?: string;
  /** Where records go. @defaultValue `history` of the cache itself */
  readonly into?: HistoryRecord[];
  /**
   * Who answers now. An increment in flight while this changes counts as unknown: it may have reached Redis, and is not
   * repeated.
   */
  provider?(): CacheProvider;
  /** Epoch milliseconds, the same for all processes. @defaultValue the time of this machine */
  now?(): number;
}

/** A cache that records every command that goes through it. */
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
    const record = (outcome: HistoryOutcome, reply?: unknown) => {
      const end = this.#now();
      const provider = this.#provider();
      this.history.push({
        process: this.#process,
        command: command as Command,
        start,
        end,
        outcome,
        reply,
        provider,
      });
    };
    try {
      const reply = await runCommand(this.#cache, command);
      const adds = command.name === 'incrby' || command.name === 'hincrby';
      record(adds && this.#provider() !== before ? 'unknown' : 'done', reply);
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
