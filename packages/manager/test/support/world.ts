import type { Command, KeyState } from '@cachefb/core';
import { HealthMonitor } from '@cachefb/health';
import { InMemoryCache } from '@cachefb/memory';
import { FakeClock } from '@cachefb/testkit';
import { FailoverCache } from '../../src/index.js';
import { type Fate, FatedPrimary } from './fated-primary.js';

const TIMEOUT = 100;

/**
 * A command, one that nobody waits for, one whose reply is the last thing before something else becomes of commands,
 * milliseconds that pass, or from now on: what becomes of commands, how long their replies take.
 */
export type Step =
  | Command
  | { readonly meanwhile: Command }
  | { readonly last: Command; readonly fate: Fate }
  | number
  | Fate
  | { readonly latency: number };

/** A manager over a Redis that fails as told, in a time of its own. */
export class World {
  readonly clock = new FakeClock();
  readonly primary = new FatedPrimary(this.clock, TIMEOUT);
  readonly conflicts: string[] = [];
  readonly cache: FailoverCache;
  readonly #underWay: Promise<unknown>[] = [];

  constructor(criticalKeys: readonly string[]) {
    this.cache = new FailoverCache({
      primary: this.primary,
      fallback: new InMemoryCache({ clock: this.clock }),
      health: new HealthMonitor({
        probe: () => this.primary.ping(),
        healthCheckInterval: 50,
        timeout: TIMEOUT,
        clock: this.clock,
      }),
      criticalKeys,
      failoverTimeout: TIMEOUT,
      clock: this.clock,
    });
  }

  async start(): Promise<void> {
    this.cache.on('conflict', ({ key }) => this.conflicts.push(key));
    await this.meanwhile(this.cache.initialize());
  }

  /** @param send - how a command is sent. */
  async step(step: Step, send: (command: Command) => Promise<unknown>): Promise<void> {
    if (typeof step === 'number') await this.clock.advance(step);
    else if (typeof step === 'string') this.primary.fate = step;
    else if ('latency' in step) this.primary.latency = step.latency;
    else if ('last' in step) {
      const failing = send(step.last).then(
        () => {
          this.primary.fate = step.fate;
        },
        () => {},
      );
      await this.meanwhile(failing);
    } else {
      const command = 'meanwhile' in step ? step.meanwhile : step;
      const done = send(command).catch(() => {});
      if ('meanwhile' in step) this.#underWay.push(done);
      else await this.meanwhile(done);
    }
  }

  /** Every caller has its answer. */
  settled(): Promise<void> {
    return this.meanwhile(Promise.all(this.#underWay)) as Promise<void>;
  }

  /** Time passes only as far as somebody waits for it. */
  async meanwhile(done: Promise<unknown>): Promise<void> {
    let over = false;
    void done.finally(() => {
      over = true;
    });
    for (let spent = 0; !over; spent++) {
      await this.clock.advance(0);
      if (!over && this.clock.nextDue !== undefined) {
        await this.clock.advance(Math.max(0, this.clock.nextDue - this.clock.now()));
      }
      if (spent > 10_000) throw new Error('a caller waits for ever');
    }
  }

  /** All is well, and everything is brought back. */
  async heal(): Promise<void> {
    this.primary.fate = 'answered';
    this.primary.latency = 0;
    for (let spent = 0; !this.#isOver; spent++) {
      if (spent > 10_000) throw new Error('it is never over');
      await this.clock.advance(20);
    }
    await this.clock.advance(20);
  }

  /** What Redis holds. */
  async states(keys: readonly string[]): Promise<KeyState[]> {
    const reading = this.primary.read(keys);
    await this.meanwhile(reading);
    return reading;
  }

  get #isOver(): boolean {
    const { pending, syncInProgress } = this.cache.getSyncStats();
    return this.cache.getCurrentProvider() === 'redis' && pending === 0 && !syncInProgress;
  }

  async end(): Promise<void> {
    await this.meanwhile(this.cache.disconnect());
    await this.primary.disconnect();
  }
}
