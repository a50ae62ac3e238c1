import type { CacheBackend, CacheCommands } from '@cachefb/core';
import type { TestApi } from '../test-api.js';
import { sleep } from '../wait-for.js';
import type { ConformanceOptions, ConformanceSubject } from './options.js';

/** The commands as plain JavaScript sees them: anything may be passed. */
type LooseCommands = Record<string, (...args: unknown[]) => unknown>;

/** What a test of the suite gets. */
export interface Bench {
  readonly cache: CacheCommands;
  readonly backend: CacheBackend;
  /** Calls a command with arguments of any type; what it throws rejects. */
  call(name: string, ...args: unknown[]): Promise<unknown>;
  /** Lets time pass. */
  elapse(ms: number): Promise<void>;
  /** The cache's time, epoch milliseconds. */
  now(): number;
}

/** A bench with a way to make keys of other types. */
interface ForeignBench extends Bench {
  putForeign(key: string): Promise<void>;
}

/** What a group of the suite uses to define its tests. */
export interface Suite {
  test(sentence: string, body: (bench: Bench) => Promise<void>): void;
  /** A test that needs keys of other types; left out where there are none. */
  foreignTest(sentence: string, body: (bench: ForeignBench) => Promise<void>): void;
}

/** Makes a group's means of defining tests out of a test runner's. */
export function makeSuite(api: TestApi, options: ConformanceOptions): Suite {
  const { putForeign } = options;
  const test: Suite['test'] = (sentence, body) => {
    api.it(sentence, async () => {
      const subject = await options.create();
      try {
        await subject.cache.flushall();
        await body(makeBench(subject));
      } finally {
        await subject.dispose();
      }
    });
  };
  return {
    test,
    foreignTest: (sentence, body) => {
      if (putForeign === undefined) return;
      test(sentence, (bench) =>
        body({ ...bench, putForeign: (key) => putForeign.call(options, key) }),
      );
    },
  };
}

function makeBench(subject: ConformanceSubject): Bench {
  const { cache } = subject;
  return {
    cache,
    backend: cache as CacheBackend,
    call: async (name, ...args) => (cache as unknown as LooseCommands)[name]?.(...args),
    elapse: async (ms) => (subject.advance === undefined ? sleep(ms) : subject.advance(ms)),
    now: () => subject.now?.() ?? Date.now(),
  };
}
