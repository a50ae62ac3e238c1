import type { Durability, StoredEntry } from '@cachefb/core';
import { open, type RootDatabase, type Database as Table } from 'lmdb';
import { checksum } from './checksum.js';
import { EntryLayout } from './entry-layout.js';
import { fileSizeAfter } from './file-size-after.js';
import { openFormat } from './format.js';
import { Space } from './space.js';

/** What one transaction changes: first everything goes if `clear`, then each key gets its value, or with `null` goes. */
export interface Batch {
  readonly clear: boolean;
  readonly changes: ReadonlyMap<string, Uint8Array | null>;
}

/** One part of what is stored. */
export interface Chunk {
  readonly entries: readonly StoredEntry[];
  /** Entries that are there and cannot be read. */
  readonly damaged: number;
}

/** Few enough that what is made of them takes a fraction of a millisecond. */
const CHUNK = 256;
/** Before the name of every entry. */
const BEGINNING = Buffer.of(0);

/** Names as UTF-8; LMDB begins a range with bytes. */
const utf8 = {
  writeKey: (key: string | Uint8Array, target: Buffer, start: number) => {
    if (typeof key === 'string') return start + target.write(key, start);
    target.set(key, start);
    return start + key.length;
  },
  readKey: (source: Buffer, start: number, end: number) => source.toString('utf8', start, end),
};

type Row = { readonly digest: Buffer; readonly content: Buffer | null };

/** The entries of a folder in LMDB: one table by key, one by digest, a checksum as the version of each entry. */
export class Database {
  readonly #root: RootDatabase;
  readonly #plain: Table<Uint8Array, string>;
  readonly #digests: Table<Uint8Array, Buffer>;
  readonly #layout: EntryLayout;
  readonly #space: Space;

  private constructor(root: RootDatabase, layout: EntryLayout, space: Space) {
    this.#root = root;
    this.#layout = layout;
    this.#space = space;
    const table = { encoding: 'binary', useVersions: true } as const;
    this.#plain = root.openDB('entries', { ...table, ...{ keyEncoder: utf8 } });
    this.#digests = root.openDB('digests', { ...table, keyEncoding: 'binary' });
  }

  /**
   * Opens LMDB's file, or makes it.
   *
   * @throws CacheError if it is of a newer format, or the secret is not the one it was written with.
   */
  static async open(
    file: string,
    secret: Uint8Array | undefined,
    durability: Durability,
  ): Promise<Database> {
    const root = open({
      path: file,
      noSubdir: true,
      maxDbs: 3,
      // Strict: a commit resolves when it is on disk. Relaxed: when the system has it, which is safe from a crash of
      // the process at once, however slow the disk is; the disk has it right after.
      overlappingSync: durability === 'relaxed',
      // Not before a batch is complete: where the thread ends in the middle of one, as by `process.exit()`, LMDB's own
      // thread would wait for the rest for ever, and the process with it.
      ...{ permissionsMode: 0o600, batchStartThreshold: Number.POSITIVE_INFINITY },
    });
    try {
      const layout = new EntryLayout(openFormat(root, secret, file));
      return new Database(root, layout, await Space.of(file));
    } catch (error) {
      await root.close();
      throw error;
    }
  }

  /** How many entries there are. */
  get size(): number {
    return entriesIn(this.#plain) + entriesIn(this.#digests);
  }

  /** Makes a batch of changes, all or nothing. Only one at a time. */
  async commit({ clear, changes }: Batch): Promise<void> {
    const rows = this.#rows(changes);
    await this.#space.ensure(fileSizeAfter([this.#plain, this.#digests], changes));
    const done = this.#root.batch(() => {
      if (clear) {
        this.#plain.clearAsync();
        this.#digests.clearAsync();
      }
      for (const [key, value] of changes) {
        if (!this.#layout.isPlain(key)) continue;
        if (value === null) this.#plain.remove(key);
        else this.#plain.put(key, value, checksum(value));
      }
      for (const { digest, content } of rows) {
        if (content === null) this.#digests.remove(digest);
        else this.#digests.put(digest, content, checksum(content));
      }
    });
    try {
      await done;
    } catch (error) {
      throw await causeOf(error);
    }
  }

  /** Everything, part by part. */
  *chunks(): Generator<Chunk> {
    for (const table of [this.#plain, this.#digests] as Table<Uint8Array, string | Buffer>[]) {
      let start: string | Buffer = BEGINNING;
      for (let rows = CHUNK; rows === CHUNK; ) {
        rows = 0;
        const entries: StoredEntry[] = [];
        const after: boolean = start !== BEGINNING;
        for (const row of table.getRange({
          start,
          exclusiveStart: after,
          limit: CHUNK,
          versions: true,
        })) {
          rows++;
          start = row.key;
          const entry = this.#read(row.key, row.value, row.version);
          if (entry !== undefined) entries.push(entry);
        }
        yield { entries, damaged: rows - entries.length };
      }
    }
  }

  /** Has everything on disk and closes the file. Not while a commit is under way. */
  async close(): Promise<void> {
    await this.#root.flushed;
    await this.#space.close();
    await this.#root.close();
  }

  /** What is stored by digest. */
  #rows(changes: ReadonlyMap<string, Uint8Array | null>): Row[] {
    const rows: Row[] = [];
    for (const [key, value] of changes) {
      if (this.#layout.isPlain(key)) continue;
      const digest = this.#layout.digest(key);
      const content = value === null ? null : this.#layout.wrap({ key, value }, digest);
      rows.push({ digest, content });
    }
    return rows;
  }

  #read(
    name: string | Buffer,
    value: Uint8Array,
    version: number | undefined,
  ): StoredEntry | undefined {
    if (checksum(value) !== version) return undefined;
    return typeof name === 'string' ? { key: name, value } : this.#layout.unwrap(value, name);
  }
}

function entriesIn(table: Table): number {
  return (table.getStats() as { entryCount: number }).entryCount;
}

/** The binding's own error says only that there is another one. */
async function causeOf(error: unknown): Promise<unknown> {
  try {
    await (error as { commitError?: Promise<never> }).commitError;
    return error;
  } catch (cause) {
    return cause;
  }
}
