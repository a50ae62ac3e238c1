/** A run that calls share. */
export interface Flight {
  /** `false` once it was forgotten: what it brings is older than what happened meanwhile. */
  readonly isCurrent: boolean;
}

const NEVER = new Promise<never>(() => {});

interface Running<T> {
  promise: Promise<T>;
  readonly flight: Flight;
}

/** Lets calls for the same name that overlap share one run. */
export class SingleFlight<T> {
  readonly #running = new Map<string, Running<T>>();

  /** How many runs are under way. */
  get size(): number {
    return this.#running.size;
  }

  /** Joins the run under way for `name`, or starts one. It counts as under way until everybody who joined went on. */
  run(name: string, start: (flight: Flight) => Promise<T>): Promise<T> {
    const running = this.#running.get(name);
    if (running !== undefined) return running.promise;
    const isCurrent = () => this.#running.get(name)?.flight === flight;
    const flight: Flight = {
      get isCurrent() {
        return isCurrent();
      },
    };
    // Known before it begins: what it does first may be to have itself forgotten.
    const entry: Running<T> = { promise: NEVER, flight };
    this.#running.set(name, entry);
    const promise = start(flight);
    entry.promise = promise;
    const end = () =>
      setImmediate(() => {
        if (flight.isCurrent) this.#running.delete(name);
      });
    promise.then(end, end);
    return promise;
  }

  /** Whoever calls from now on does not join the run under way. */
  forget(name: string): void {
    this.#running.delete(name);
  }

  /** {@link SingleFlight.forget}, every run. */
  clear(): void {
    this.#running.clear();
  }
}
