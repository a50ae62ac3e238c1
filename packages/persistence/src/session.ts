import type { CacheError } from '@cachefb/core';
import { DataFile } from './data-file.js';
import { FolderLock } from './folder-lock.js';
import { makeFolder } from './make-folder.js';
import { gatheringTime, type LmdbStoreSettings } from './options.js';
import { storageError } from './storage-error.js';
import { StoreThread } from './thread/store-thread.js';

/** What is told while a session runs. */
export interface SessionEvents {
  /** A damaged file was moved aside. */
  readonly onDamagedFile: () => void;
  /** Commits began to fail, or with `undefined` work again. */
  readonly onHealth: (error: CacheError | undefined) => void;
  /** It ended by itself; the folder is free. */
  readonly onEnd: (error: CacheError) => void;
}

/** A store between its opening and its closing: the folder is ours, the file is open. */
export class Session {
  readonly thread: StoreThread;
  readonly #lock: FolderLock;
  readonly #file: DataFile;

  private constructor(thread: StoreThread, lock: FolderLock, file: DataFile) {
    this.thread = thread;
    this.#lock = lock;
    this.#file = file;
  }

  /** @throws CacheError that says what is wrong with the folder, and what to do. */
  static async open(settings: LmdbStoreSettings, events: SessionEvents): Promise<Session> {
    const { path: folder, durability, secret, logger } = settings;
    let lock: FolderLock | undefined;
    try {
      await makeFolder(folder);
      const taken = await FolderLock.take(folder);
      lock = taken;
      const file = new DataFile(folder);
      if (await file.prepare(logger)) events.onDamagedFile();
      const delay = gatheringTime(settings);
      const thread = await StoreThread.open(
        { folder, file: file.path, secret, durability, delay },
        {
          onHealth: events.onHealth,
          onEnd: (error) => void taken.release().finally(() => events.onEnd(error)),
        },
      );
      return new Session(thread, lock, file);
    } catch (error) {
      await lock?.release();
      throw storageError(folder, error);
    }
  }

  /** Commits what there is, and lets go of the folder in any case. */
  async close(): Promise<void> {
    try {
      await this.thread.close();
    } finally {
      await this.#file.markClosed().catch(() => {}); // Without the mark the file is tried at the next start.
      await this.#lock.release();
    }
  }
}
