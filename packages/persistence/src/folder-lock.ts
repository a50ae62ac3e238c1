import { randomUUID } from 'node:crypto';
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
    const draft = `${file}.${randomUUID()}`;
    try {
      await writeFile(draft, content, { mode: 0o600 });
      // A link is made only where there is nothing yet, and shows the whole content at once.
      while (!(await isLinked(draft, file))) await removeDead(file, folder);
    } finally {
      await rm(draft, { force: true });
    }
    return new FolderLock(file, content);
  }

  /** Lets go, unless somebody else took over meanwhile. */
  async release(): Promise<void> {
    if ((await read(this.#file)) === this.#content) await rm(this.#file, { force: true });
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

/** Moves a dead owner's file away. Of several who try at once, one gets it. */
async function removeDead(file: string, folder: string): Promise<void> {
  const content = await read(file);
  if (content === undefined) return;
  const owner = ownerOf(content);
  if (owner !== undefined && isAlive(owner)) throw inUse(folder, file, owner);
  const aside = `${file}.${randomUUID()}`;
  try {
    await rename(file, aside);
    // Somebody was quicker, and what was moved is theirs.
    if ((await read(aside)) !== content) await isLinked(aside, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  } finally {
    await rm(aside, { force: true });
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

function inUse(folder: string, file: string, { pid }: ProcessIdentity): CacheError {
  const who = pid === process.pid ? 'another store of this process' : `process ${pid}`;
  return new CacheError(
    'STORE_IN_USE',
    `the store at ${folder} is in use by ${who}: close it, or give each a folder of its own ` +
      `(if that is no such process, remove ${file})`,
  );
}
