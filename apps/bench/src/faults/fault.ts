import type { RedisServerOptions } from '@cachefb/testkit';
import type { Stage } from './stage.js';

/** What a fault must lead to. */
interface Expectation {
  /**
   * Who answers while the fault lasts: `'memory'` has to take over, `'redis'` has to stay, or `'either'`, where a fault
   * is over so quickly that both are right.
   */
  readonly provider: 'memory' | 'redis' | 'either';
  /** Whether it has to be known for an outage of writes only. */
  readonly writesOnly?: boolean;
  /** Changes of provider at most. */
  readonly mostChanges?: number;
  /** The server itself loses its data: what is not critical cannot come back. */
  readonly emptied?: boolean;
  /** Redis never comes back: what was promised is asked of the cache itself. */
  readonly forGood?: boolean;
}

/** One way in which Redis can fail, or seem to. */
export interface Fault {
  /** A few words, for a row of the table. */
  readonly name: string;
  /** How the server is started. */
  readonly server?: RedisServerOptions;
  /** Whether the cache reaches the server through a proxy. */
  readonly proxy?: boolean;
  /** What goes between `redis://` and the address. */
  readonly login?: string;
  /** The password of everybody else. */
  readonly password?: string;
  /** Milliseconds. @defaultValue `1000` */
  readonly failoverTimeout?: number;
  /** How long the fault lasts, milliseconds. @defaultValue `3000` */
  readonly lasts?: number;
  readonly expect: Expectation;
  /** Before the cache connects. */
  prepare?(stage: Stage): Promise<unknown>;
  /** Makes the fault. What it answers is waited for before its time runs. */
  inject(stage: Stage): unknown;
  /** Ends the fault. */
  heal?(stage: Stage): unknown;
}

/** The name of the fault and everything that it must lead to, in place. */
export function faults(...list: Fault[]): readonly Fault[] {
  return list;
}
