import { readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Logger } from '@cachefb/core';
import { Space } from './space.js';
import { whatIsWrong } from './verify.js';

/** The look of a file that is not there, or empty. */
const NOTHING = '';

/**
 * LMDB's file in a folder, and what is known about it: a mark shows that it was closed properly and how it looked then.
 */
export class DataFile {
  readonly path: string;
  readonly #mark: string;

  constructor(folder: string) {
    this.path = path.join(folder, 'data.mdb');
    this.#mark = path.join(folder, 'closed');
  }

  /**
   * Makes it safe to open. A file that was not closed, or changed since, is tried first; one that is damaged is moved
   * aside, and answered with `true`, as is one that had something in it and has nothing now.
   */
  async prepare(logger: Logger): Promise<boolean> {
    const look = await this.#look();
    const mark = (await readOrNothing(this.#mark)) ?? NOTHING;
    await rm(this.#mark, { force: true });
    // LMDB makes its first pages by itself.
    await Space.prove(`${this.path}-space`);
    if (look === NOTHING) {
      if (mark === NOTHING) return false;
      logger.error(
        'a store is damaged: its file is empty or gone, and an empty one takes its place',
        {
          path: this.path,
        },
      );
      return true;
    }
    if (look === mark) return false;
    const wrong = await whatIsWrong(this.path);
    if (wrong === undefined) return false;
    const aside = `${this.path}.damaged`;
    await rename(this.path, aside);
    await rm(`${this.path}-lock`, { force: true });
    logger.error('a store is damaged: it was moved aside, and an empty one takes its place', {
      path: this.path,
      movedTo: aside,
      reason: wrong,
    });
    return true;
  }

  /** Remembers how it looks now that it is closed. */
  async markClosed(): Promise<void> {
    await writeFile(this.#mark, await this.#look(), { mode: 0o600 });
  }

  /** What tells it from any other, and from itself when it has changed. */
  async #look(): Promise<string> {
    try {
      const { size, mtimeNs, ino } = await stat(this.path, { bigint: true });
      return size === 0n ? NOTHING : `${ino} ${size} ${mtimeNs}`;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return NOTHING;
      throw error;
    }
  }
}

async function readOrNothing(file: string): Promise<string | undefined> {
  return readFile(file, 'utf8').catch(() => undefined);
}
