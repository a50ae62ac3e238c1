/** Lets steps pass, and can be shut for a while: then nobody is on the way. */
export class Gate {
  #shut: Promise<void> | undefined;
  #inside = 0;
  #onEmpty: (() => void) | undefined;

  /** Does a step as soon as the gate is open. */
  async pass<T>(step: () => Promise<T>): Promise<T> {
    while (this.#shut !== undefined) await this.#shut;
    this.#inside++;
    try {
      return await step();
    } finally {
      this.#inside--;
      if (this.#inside === 0) this.#onEmpty?.();
    }
  }

  /** Does something while the gate is shut and every step that was under way has ended. One at a time. */
  async whileShut<T>(work: () => Promise<T>): Promise<T> {
    while (this.#shut !== undefined) await this.#shut;
    let open = () => {};
    this.#shut = new Promise((resolve) => {
      open = resolve;
    });
    try {
      if (this.#inside > 0) {
        await new Promise<void>((resolve) => {
          this.#onEmpty = resolve;
        });
      }
      return await work();
    } finally {
      this.#onEmpty = undefined;
      this.#shut = undefined;
      open();
    }
  }
}
