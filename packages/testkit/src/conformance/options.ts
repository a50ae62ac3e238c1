import type { CacheBackend, CacheCommands } from '@cachefb/core';

/** The parts of the suite; each is a file of its own. */
export type ConformanceGroup =
  | 'strings'
  | 'expiry'
  | 'keys and scan'
  | 'globs'
  | 'hashes'
  | 'counters'
  | 'several keys'
  | 'call shapes'
  | 'values and JSON'
  | 'bad arguments'
  | 'errors'
  | 'dangerous names'
  | 'sizes'
  | 'lifetime'
  | 'read'
  | 'apply'
  | 'stamps';

/** A cache for one test. */
export interface ConformanceSubject {
  /** Ready for commands. The ports (`read`, `apply`, `ping`) are used by the groups that are about them. */
  readonly cache: CacheCommands | CacheBackend;
  /** Called when the test is over, however it went. */
  dispose(): Promise<void> | void;
  /** Lets time pass, for caches with a clock handed in. Without it the suite really waits, a few milliseconds at most. */
  advance?(ms: number): Promise<void> | void;
  /** The cache's own time, epoch milliseconds. @defaultValue `Date.now` */
  now?(): number;
}

/** What {@link cacheConformance} tests, and how. */
export interface ConformanceOptions {
  /** Names the cache in the output. */
  readonly name: string;
  /** Makes a cache; called for every test, which begins by emptying it. */
  create(): Promise<ConformanceSubject>;
  /**
   * Puts something at `key` that is neither a string nor a hash. Leave it out where no such thing can be: the tests about
   * other types are then left out, too.
   */
  putForeign?(key: string): Promise<void>;
  /** Groups to leave out, each with the reason. */
  readonly without?: Partial<Record<ConformanceGroup, string>>;
}
