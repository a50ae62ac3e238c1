import { createHash, randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { CacheError } from '@cachefb/core';
import { isAlive, ownIdentity, type ProcessIdentity } from './process-identity.js';

const NAME = 'owner';

/** Says that a folder is in use, for as long as the process lives that took it. */
export class FolderLock {
  readonly #file: string;
  readonly #content: string;

  private constructor(file: string, content: string) {
    this.#file = file;
    this.#content = content;
  }

  /**
   * Takes a folder. What a process left that was killed is taken over.
   *
   * @throws CacheError with code `STORE_IN_USE` if a living process has it, this one included.
   */
  static async take(folder: string): Promise<FolderLock> {
    const file = path.join(folder, NAME);
    const content = JSON.stringify({ ...ownIdentity(), token: randomUUID() });
    await take(file, content, folder);
    return new FolderLock(file, content);
  }

  /** Lets go, unless somebody else took over meanwhile. */
  async release(): Promise<void> {
    if ((await read(this.#file)) === this.#content) await rm(this.#file, { force: true });
  }
}

/**
 * Makes a file with this content, unless a living process made it. To replace what a dead one left, the right to do that
 * is taken first, in the same way: a file named after what it left, so that nobody ever replaces anything newer.
 */
async function take(file: string, content: string, folder: string): Promise<void> {
  const draft = `${file}.${randomUUID()}`;
  try {
    await writeFile(draft, content, { mode: 0o600 });
    // A link is made only where there is nothing yet, and shows the whole content at once.
    while (!(await isLinked(draft, file))) {
      const found = await read(file);
      if (found === undefined) continue;
      const owner = ownerOf(found);
      if (owner !== undefined && isAlive(owner)) throw inUse(folder, owner);
      const right = `${file}.${createHash('sha256').update(found).digest('hex').slice(0, 16)}`;
      await take(right, content, folder);
      try {
        if ((await read(file)) !== found) continue;
        await rename(draft, file);
        return;
      } finally {
        await rm(right, { force: true });
      }
    }
  } finally {
    await rm(draft, { force: true });
  }
}

async function isLinked(draft: string, file: string): Promise<boolean> {
  try {
    await link(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function ownerOf(content: string): ProcessIdentity | undefined {
  try {
    const owner = JSON.parse(content) as Partial<ProcessIdentity>;
    return Number.isInteger(owner.pid) && typeof owner.started === 'string'
      ? (owner as ProcessIdentity)
      : undefined;
  } catch {
    return undefined;
  }
}

async function read(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function inUse(folder: string, { pid }: ProcessIdentity): CacheError {
  const who = pid === process.pid ? 'another store of this process' : `process ${pid}`;
  return new CacheError(
    'STORE_IN_USE',
    `the store at ${folder} is in use by ${who}: close it, or give each a folder of its own ` +
      `(if that is no such process, remove ${path.join(folder, NAME)})`,
  );
}
