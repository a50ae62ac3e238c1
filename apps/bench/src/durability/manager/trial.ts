import { setTimeout as sleep } from 'node:timers/promises';
import type { Durability, SyncStats } from '@cachefb/core';
import { RedisBackend } from '@cachefb/redis';
import { RedisServer, TcpProxy } from '@cachefb/testkit';
import { Ledger } from './ledger.js';
import { live } from './life.js';
import type { Line } from './protocol.js';
import { look } from './steps.js';

/** What a {@link Trial} is made of. */
export interface TrialOptions {
  readonly path: string;
  readonly durability: Durability;
  /** Milliseconds. */
  readonly flushInterval: number;
  readonly writers: number;
  /** The longest that a process lives once it has begun, milliseconds. */
  readonly longestLife: number;
  /** The program of the processes. */
  readonly program?: string | undefined;
}

/** What was seen. */
export interface TrialReport {
  kills: number;
  /** Kills after which something had to be there: of processes that had made promised steps. */
  counted: number;
  acknowledged: number;
  /** Steps of which it was promised that they survive. */
  promised: number;
  /** Times that Redis had to hold everything, and was asked itself. */
  settled: number;
  synced: number;
  /** Everything that must not be, in sentences. */
  readonly problems: string[];
}

/** Processes that use one store, one after the other, and are killed; and what Redis holds in the end. */
export class Trial {
  readonly report: TrialReport = {
    kills: 0,
    counted: 0,
    acknowledged: 0,
    promised: 0,
    settled: 0,
    synced: 0,
    problems: [],
  };
  readonly #options: TrialOptions;
  readonly #server: RedisServer;
  readonly #proxy: TcpProxy;
  readonly #ledgers: readonly Ledger[];

  private constructor(options: TrialOptions, server: RedisServer, proxy: TcpProxy) {
    this.#options = options;
    this.#server = server;
    this.#proxy = proxy;
    this.#ledgers = Array.from({ length: options.writers }, () => new Ledger());
  }

  /** Starts a Redis for it. */
  static async start(options: TrialOptions): Promise<Trial> {
    const server = await RedisServer.start({ persistence: false });
    return new Trial(options, server, await TcpProxy.start({ target: server }));
  }

  /** Ends the Redis. */
  async close(): Promise<void> {
    await this.#proxy.close();
    await this.#server.close();
  }

  /**
   * One outage: two processes are killed in it, the second when Redis comes back or before; two are killed at their start,
   * with Redis up; the last one brings everything back.
   */
  async cycle(): Promise<void> {
    await this.#proxy.refuse();
    const { longestLife } = this.#options;
    await this.#life('write', Math.random() * longestLife);
    await this.#life('write', Math.random() * longestLife, Math.random() * longestLife);
    await this.#proxy.heal();
    await this.#life('settle', Math.random() * 20);
    await this.#life('settle', Math.random() * 100);
    await this.#settle();
  }

  /** A process lives until it is killed; Redis comes back after a while, if one is given. */
  async #life(act: 'write' | 'settle', death: number, comesBackAfter?: number): Promise<void> {
    let comesBack: Promise<void> = Promise.resolve();
    const lines = await live(this.#task(act), this.#options.program, death, () => {
      if (comesBackAfter === undefined) return;
      comesBack = sleep(comesBackAfter).then(() => this.#proxy.heal());
    });
    await comesBack;
    this.report.kills++;
    this.#take(lines, act === 'write');
  }

  async #settle(): Promise<void> {
    const lines = await live(this.#task('settle'), this.#options.program);
    this.#take(lines, false);
    const ended = lines.find((line) => 'ended' in line)?.ended;
    if (ended === undefined) throw new Error('a process has not said how it ended');
    this.#checkStats(ended);
    const redis = new RedisBackend(this.#server.url);
    await redis.connect();
    for (const [writer, ledger] of this.#ledgers.entries()) {
      const wrong = ledger.find(await look(redis, writer), true);
      this.#note(wrong.map((one) => `Redis, writer ${writer}: ${one}`));
    }
    await redis.disconnect();
    this.report.settled++;
  }

  #checkStats({ ambiguous, dropped, totalSynced, persistence }: SyncStats): void {
    this.report.synced += totalSynced;
    if (ambiguous > 0) this.#note([`${ambiguous} records were ambiguous`]);
    if (dropped > 0) this.#note([`${dropped} records were dropped`]);
    if (persistence?.failures) this.#note([`the store failed: ${persistence.lastError}`]);
  }

  #take(lines: readonly Line[], wrote: boolean): void {
    const made = lines.flatMap((line) => ('made' in line ? [line.made] : []));
    const end = Math.max(0, ...made.map(([, , at]) => at));
    const { durability, flushInterval } = this.#options;
    const grace = durability === 'strict' ? 0 : flushInterval;
    const found = lines.find((line) => 'found' in line)?.found;
    const isPromised = (at: number) => end - at >= grace;
    const promised = made.filter(([, , at]) => isPromised(at)).length;
    this.report.acknowledged += made.length;
    this.report.promised += promised;
    if (promised > 0) this.report.counted++;
    for (const [writer, ledger] of this.#ledgers.entries()) {
      const cells = found?.[writer];
      if (cells !== undefined) {
        this.#note(ledger.find(cells, false).map((one) => `writer ${writer}: ${one}`));
      }
      if (!wrote) continue;
      const steps = made.filter(([by]) => by === writer);
      ledger.made(steps.map(([, step, at]) => ({ step, promised: isPromised(at) })));
    }
  }

  #task(act: 'write' | 'settle') {
    const { path, durability, flushInterval } = this.#options;
    const steps = this.#ledgers.map(({ next }) => next);
    return { url: this.#proxy.url, path, durability, flushInterval, steps, act } as const;
  }

  #note(problems: readonly string[]): void {
    this.report.problems.push(...problems);
  }
}
