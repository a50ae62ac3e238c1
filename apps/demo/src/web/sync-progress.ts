import type { CacheManager } from '@cachefb/manager';

/**
 * How far a sync is. It may be over between two samples, so what it had reached is kept until it is asked for. It may take several
 * rounds, as new changes come in: then there is more to do.
 */
export class SyncProgress {
  #running = false;
  #before = 0;
  #round = { done: 0, total: 0 };
  #reached: number | null = null;
  readonly #undo: (() => void)[];

  constructor(cache: CacheManager) {
    this.#undo = [
      cache.on('sync:start', ({ pending }) => this.#start(pending)),
      cache.on('sync:progress', (round) => this.#go(round)),
      cache.on('sync:complete', () => this.#stop(1)),
      cache.on('failover', () => this.#stop(this.#reached)),
    ];
  }

  /** 0 to 1, or `null` if there was no sync since the last time. */
  take(): number | null {
    const reached = this.#reached;
    if (!this.#running) this.#reached = null;
    return reached;
  }

  close(): void {
    for (const undo of this.#undo) undo();
  }

  #start(pending: number): void {
    this.#running = true;
    this.#before = 0;
    this.#round = { done: 0, total: pending };
    this.#reached = pending === 0 ? null : 0;
  }

  #go(round: { readonly done: number; readonly total: number }): void {
    if (!this.#running) return;
    if (round.done < this.#round.done) this.#before += this.#round.done;
    this.#round = round;
    const total = this.#before + round.total;
    if (total > 0) this.#reached = Math.round(((this.#before + round.done) / total) * 1000) / 1000;
  }

  #stop(reached: number | null): void {
    this.#running = false;
    if (this.#reached !== null) this.#reached = reached;
  }
}
