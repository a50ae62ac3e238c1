import type { Crowd } from '../shop/crowd.js';
import type { Load } from './protocol.js';

/** How much longer than in the story everybody waits between two clicks. */
const SLOWNESS: Readonly<Record<Exclude<Load, 'off'>, number>> = { light: 30, normal: 8, heavy: 2 };

const WORDS: Readonly<Record<Load, string>> = {
  off: 'the visitors have left',
  light: 'a quiet day in the shop',
  normal: 'an ordinary day in the shop',
  heavy: 'a sale: everybody clicks as fast as they can',
};

/** How busy the shop is, and how to change that. */
export class CrowdLoad {
  readonly #crowd: Crowd;
  #level: Load = 'off';

  constructor(crowd: Crowd) {
    this.#crowd = crowd;
  }

  get level(): Load {
    return this.#level;
  }

  /** Answers what has changed, in words. */
  async change(level: Load): Promise<string> {
    this.#level = level;
    if (level === 'off') await this.#crowd.stop();
    else {
      this.#crowd.slowness = SLOWNESS[level];
      if (!this.#crowd.isOpen) this.#crowd.start();
    }
    return WORDS[level];
  }
}
