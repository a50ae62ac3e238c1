import type { CacheManager } from '@cachefb/manager';
import type { Calls } from '../measure/calls.js';
import { Rate } from '../measure/rate.js';
import { count, milliseconds, percent } from '../screen/format.js';
import type { Screen } from '../screen/screen.js';

/** The line that tells how the shop fares just now. */
export class Status {
  readonly #screen: Screen;
  readonly #cache: CacheManager;
  readonly #calls: Calls;
  readonly #rate = new Rate();
  readonly #timer: NodeJS.Timeout;

  constructor(screen: Screen, cache: CacheManager, calls: Calls) {
    this.#screen = screen;
    this.#cache = cache;
    this.#calls = calls;
    this.#rate.sample(calls.total.made);
    this.#timer = setInterval(() => this.#tell(), screen.statusInterval);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#screen.settle();
  }

  #tell(): void {
    const { made, failed, hits, misses } = this.#calls.total;
    const provider = this.#cache.getCurrentProvider();
    const reads = hits + misses;
    this.#screen.status([
      this.#screen.paint(provider === 'redis' ? 'good' : 'memory', provider.padEnd(6)),
      `${count(this.#rate.sample(made)).padStart(6)} calls/s`,
      `slowest ${milliseconds(this.#calls.slowestOfLap).padStart(7)}`,
      `failed ${this.#screen.paint(failed === 0 ? 'good' : 'bad', count(failed))}`,
      `hits ${percent(reads === 0 ? 0 : hits / reads)}`,
      `journal ${count(this.#cache.getSyncStats().pending)}`,
    ]);
  }
}
