import type { CacheManager } from '@cachefb/manager';
import { now } from '../measure/now.js';
import { milliseconds, plural, seconds } from '../screen/format.js';
import type { Feed } from './feed.js';
import type { LogEntry, Mode, Tone } from './protocol.js';

/** Who acted last may have caused what follows within this time, milliseconds. */
const CAUSE = 10_000;

/** Writes the event log, in plain words, and the bands of who answers. */
export class Narrator {
  readonly #feed: Feed;
  readonly #cache: CacheManager;
  readonly #undo: (() => void)[];
  #mode: Mode | undefined;
  #actedAt = Number.NEGATIVE_INFINITY;
  /** What happens while an action is being done is told after it. */
  #held: LogEntry[] | undefined;
  #conflicts = 0;
  #dropped = 0;

  constructor(feed: Feed, cache: CacheManager) {
    this.#feed = feed;
    this.#cache = cache;
    this.#undo = [
      cache.on('failover', ({ reason, error, at }) => {
        this.#enter('memory', at);
        const why = reason === 'writes-refused' ? 'Redis refuses writes' : 'Redis is away';
        const cause = error === undefined ? '' : ` (${error.message.replace(/\.$/, '')})`;
        this.tell('bad', `${why}${cause}: memory answers everything${this.#since(at)}.`, at);
      }),
      cache.on('sync:start', ({ pending }) => {
        this.#enter('syncing', now());
        this.tell('info', `Redis is well again: ${plural(pending, 'change')} to bring back.`);
      }),
      cache.on('conflict', () => {
        this.#conflicts++;
      }),
      cache.on('recovery', ({ downtime, synced, at }) => {
        this.#enter('redis', at);
        const conflicts = this.#conflicts === 0 ? '' : `, ${plural(this.#conflicts, 'conflict')}`;
        this.#conflicts = 0;
        this.tell(
          'good',
          `Redis answers everything again. It was missed for ${seconds(downtime)}; ` +
            `${plural(synced, 'change')} brought back${conflicts}.`,
          at,
        );
      }),
    ];
  }

  /** Who answers now. */
  get mode(): Mode {
    if (this.#cache.getCurrentProvider() === 'redis') return 'redis';
    return this.#mode === 'syncing' ? 'syncing' : 'memory';
  }

  /** A line of the log. */
  tell(tone: Tone, text: string, at = now()): void {
    const entry = { at: Math.round(at), tone, text };
    if (this.#held === undefined) this.#feed.append('log', entry);
    else this.#held.push(entry);
  }

  /** Does what somebody asked for, which answers what it was: the first line of all that follows from it. */
  async tellAction(action: () => Promise<string> | string): Promise<void> {
    const at = now();
    const held: LogEntry[] = [];
    this.#held = held;
    const before = this.#actedAt;
    this.#actedAt = at;
    try {
      const text = `You: ${await action()}.`;
      this.#feed.append('log', { at: Math.round(at), tone: 'you', text });
    } catch (error) {
      this.#actedAt = before;
      throw error;
    } finally {
      this.#held = undefined;
      for (const entry of held) this.#feed.append('log', entry);
    }
  }

  /** Sees what no event tells: a recovery that was cut short, and changes that were given up. */
  look(isHealthy: boolean): void {
    if (this.#mode === undefined) this.#enter(this.mode, now());
    if (this.#mode === 'syncing' && !isHealthy) {
      this.#enter('memory', now());
      this.tell('bad', 'Redis is away again before everything was brought back: memory answers.');
    }
    const { dropped } = this.#cache.getSyncStats();
    if (dropped > this.#dropped) {
      this.tell(
        'bad',
        `The journal is full: ${plural(dropped - this.#dropped, 'change')} given up.`,
      );
      this.#dropped = dropped;
    }
  }

  close(): void {
    for (const undo of this.#undo) undo();
  }

  #enter(mode: Mode, at: number): void {
    if (mode === this.#mode) return;
    this.#mode = mode;
    this.#feed.append('bands', { from: Math.round(at), mode });
  }

  #since(at: number): string {
    const elapsed = at - this.#actedAt;
    return elapsed >= 0 && elapsed < CAUSE ? `, ${milliseconds(elapsed)} later` : '';
  }
}
