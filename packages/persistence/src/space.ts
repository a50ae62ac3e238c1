import { type FileHandle, open, rm } from 'node:fs/promises';

/** Files grow in steps of this many bytes. */
const STEP = 1024 * 1024;
const ZEROS = Buffer.alloc(STEP);

/**
 * Disk space behind the end of LMDB's file, taken before a transaction may need it: a full disk is an error here, where
 * it harms nothing. (LMDB's binding can end the process when one of its own writes fails.)
 */
export class Space {
  readonly #handle: FileHandle;
  #end: number;

  private constructor(handle: FileHandle, end: number) {
    this.#handle = handle;
    this.#end = end;
  }

  /** Of a file that LMDB has opened. */
  static async of(file: string): Promise<Space> {
    const handle = await open(file, 'r+');
    return new Space(handle, (await handle.stat()).size);
  }

  /** Shows, by writing and removing a file, that there is space to begin with. */
  static async prove(file: string): Promise<void> {
    try {
      const handle = await open(file, 'w', 0o600);
      try {
        await writeZeros(handle, 0, STEP);
      } finally {
        await handle.close();
      }
    } finally {
      await rm(file, { force: true });
    }
  }

  /** Makes sure that the file may grow to `bytes`. Not while a transaction is under way. */
  async ensure(bytes: number): Promise<void> {
    if (bytes <= this.#end) return;
    const { size } = await this.#handle.stat();
    const end = Math.ceil(Math.max(bytes, size) / STEP) * STEP;
    await writeZeros(this.#handle, size, end);
    this.#end = end;
  }

  /** Ends it; what was taken stays with the file. */
  close(): Promise<void> {
    return this.#handle.close();
  }
}

async function writeZeros(handle: FileHandle, from: number, to: number): Promise<void> {
  for (let at = from; at < to; ) {
    at += (await handle.write(ZEROS, 0, Math.min(STEP, to - at), at)).bytesWritten;
  }
}
