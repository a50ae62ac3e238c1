/** Lets calls for the same name that overlap share one run. */
export class SingleFlight {
  readonly #running = new Map<string, Promise<unknown>>();

  /** Joins the run under way for `name`, or starts one. It counts as under way until everybody who joined went on. */
  run<T>(name: string, start: () => Promise<T>): Promise<T> {
    const running = this.#running.get(name);
    if (running !== undefined) return running as Promise<T>;
    const run = start();
    const end = () => setImmediate(() => this.#running.delete(name));
    run.then(end, end);
    this.#running.set(name, run);
    return run;
  }
}
