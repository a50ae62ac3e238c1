import { systemClock } from '@cachefb/core';
import { DataFile } from './data-file.js';
import { Database } from './database.js';
import { FolderLock } from './folder-lock.js';
import { GroupCommit } from './group-commit.js';
import { makeFolder } from './make-folder.js';
import { gatheringTime, type LmdbStoreSettings } from './options.js';
import { storageError } from './storage-error.js';

/** What is told while a session runs. */
export interface SessionEvents {
  /** A damaged file was moved aside. */
  readonly onDamagedFile: () => void;
  /** Commits began to fail, or with `undefined` work again. */
  readonly onHealth: (error: unknown) => void;
}

/** A store between its opening and its closing: the folder is ours, the file is open. */
export class Session {
  readonly database: Database;
  readonly commits: GroupCommit;
  readonly #lock: FolderLock;
  readonly #file: DataFile;

  private constructor(database: Database, commits: GroupCommit, lock: FolderLock, file: DataFile) {
    this.database = database;
    this.commits = commits;
    this.#lock = lock;
    this.#file = file;
  }

  /** @throws CacheError that says what is wrong with the folder, and what to do. */
  static async open(settings: LmdbStoreSettings, events: SessionEvents): Promise<Session> {
    const { path, durability, secret, logger } = settings;
    let lock: FolderLock | undefined;
    try {
      await makeFolder(path);
      lock = await FolderLock.take(path);
      const file = new DataFile(path);
      if (await file.prepare(logger)) events.onDamagedFile();
      const database = await Database.open(file.path, secret, durability);
      const commits = new GroupCommit({
        commit: (batch) =>
          database.commit(batch).catch((error) => {
            throw storageError(path, error);
          }),
        delay: durability === 'strict' ? undefined : gatheringTime(settings),
        clock: systemClock,
        onHealth: events.onHealth,
      });
      return new Session(database, commits, lock, file);
    } catch (error) {
      await lock?.release();
      throw storageError(path, error);
    }
  }

  /** Commits what there is, and lets go of the folder in any case. */
  async close(): Promise<void> {
    try {
      await this.commits.flush();
    } finally {
      this.commits.stop();
      await this.database.close();
      await this.#file.markClosed().catch(() => {}); // Without the mark the file is tried at the next start.
      await this.#lock.release();
    }
  }
}
