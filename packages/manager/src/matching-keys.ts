import { type CacheBackend, CacheUnavailableError, type Command, compileGlob } from '@cachefb/core';
import type { HealthMonitor } from '@cachefb/health';
import type { Journal } from '@cachefb/sync';
import { run } from './run.js';

/** Where keys are. */
export interface MatchingKeysOptions {
  readonly primary: CacheBackend;
  readonly fallback: CacheBackend;
  readonly health: HealthMonitor;
  readonly journal: Journal;
}

/** Finds the keys that match a pattern, in Redis and in memory: a key with a record is where its record is. */
export class MatchingKeys {
  readonly #options: MatchingKeysOptions;

  constructor(options: MatchingKeysOptions) {
    this.#options = options;
  }

  /** Walks them while Redis answers; goes on in memory if it stops to. */
  async *scan(pattern: string): AsyncIterableIterator<string> {
    const { primary, fallback, health, journal } = this.#options;
    const seen = new Set<string>();
    try {
      for await (const key of primary.scan(pattern)) {
        if (journal.has(key)) continue;
        seen.add(key);
        yield key;
      }
      yield* await this.#recorded(pattern);
      return;
    } catch (error) {
      if (!(error instanceof CacheUnavailableError)) throw error;
      health.failed(error);
    }
    for await (const key of fallback.scan(pattern)) if (!seen.has(key)) yield key;
  }

  /** All of them, or `undefined` if Redis does not answer. */
  async keys(command: Command<'keys'>): Promise<string[] | undefined> {
    const { primary, health, journal } = this.#options;
    try {
      const keys = (await run(primary, command)) as string[];
      const theirs = keys.filter((key) => !journal.has(key));
      return [...theirs, ...(await this.#recorded(command.pattern))];
    } catch (error) {
      if (!(error instanceof CacheUnavailableError)) throw error;
      health.failed(error);
      return undefined;
    }
  }

  /** Keys of memory that have a record and match: those whose latest state is here. */
  async #recorded(pattern: string): Promise<string[]> {
    const { fallback, journal } = this.#options;
    if (journal.size === 0) return [];
    const matches = compileGlob(pattern);
    if (journal.barrier !== undefined) return fallback.keys(pattern);
    const names = [...new Set(journal.keys())].filter(matches);
    const states = await fallback.read(names);
    return names.filter((_, index) => states[index]?.type !== 'none');
  }
}
