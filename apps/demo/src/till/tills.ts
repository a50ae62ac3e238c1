import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Till } from './till.js';

/** The place where tills stand, one after the other: the folder that they share. */
export class Tills {
  readonly #redis: string;
  readonly #prefix: string;
  #folder: string | undefined;
  #till: Till | undefined;

  constructor(redis: string, prefix: string) {
    this.#redis = redis;
    this.#prefix = prefix;
  }

  /** Opens one. */
  async open(onLoading: (done: number, total: number) => void = () => {}): Promise<Till> {
    this.#folder ??= mkdtempSync(path.join(tmpdir(), 'cachefb-demo-till-'));
    const task = { redis: this.#redis, folder: this.#folder, prefix: this.#prefix };
    this.#till = await Till.open(task, onLoading);
    return this.#till;
  }

  /** Ends the last one, and removes the folder. Idempotent. */
  async close(): Promise<void> {
    await this.#till?.kill();
    if (this.#folder !== undefined) rmSync(this.#folder, { recursive: true, force: true });
  }
}
