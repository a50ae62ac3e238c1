/** What two threads share: how much is being done, and whether the process ends. */
const WORKING = 0;
const ENDING = 1;

/** The longest that the end of the process waits, milliseconds. */
const PATIENCE = 2000;

/**
 * Lets a process end only while a store's thread is at rest: ended by `process.exit()` in the middle of a call of LMDB,
 * it would take the process down with an abort.
 */
export class Rest {
  readonly #shared: Int32Array<SharedArrayBuffer>;

  /** @param buffer - what the other thread has; a new one if there is none yet. */
  constructor(readonly buffer: SharedArrayBuffer = new SharedArrayBuffer(8)) {
    this.#shared = new Int32Array(buffer);
  }

  /** Does something, unless the process ends: then nothing more is done, and the promise stays as it is. */
  async during<T>(work: () => T | Promise<T>): Promise<T> {
    if (!this.#begin()) return new Promise<never>(() => {});
    try {
      return await work();
    } finally {
      this.#done();
    }
  }

  /** In the other thread, when the process ends: has nothing begun any more, and waits for what was begun. */
  await(): void {
    Atomics.store(this.#shared, ENDING, 1);
    const end = performance.now() + PATIENCE;
    for (;;) {
      const working = Atomics.load(this.#shared, WORKING);
      const left = end - performance.now();
      if (working === 0 || left <= 0) return;
      Atomics.wait(this.#shared, WORKING, working, left);
    }
  }

  #begin(): boolean {
    Atomics.add(this.#shared, WORKING, 1);
    if (Atomics.load(this.#shared, ENDING) === 0) return true;
    this.#done();
    return false;
  }

  #done(): void {
    Atomics.sub(this.#shared, WORKING, 1);
    Atomics.notify(this.#shared, WORKING);
  }
}

const restless = new Set<Rest>();

function awaitAll(): void {
  for (const rest of restless) rest.await();
}

/** Has the end of the process wait, until the answer is called. */
export function awaitedAtTheEnd(rest: Rest): () => void {
  if (restless.size === 0) process.on('exit', awaitAll);
  restless.add(rest);
  return () => {
    restless.delete(rest);
    if (restless.size === 0) process.off('exit', awaitAll);
  };
}
