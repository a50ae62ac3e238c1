/** Called with the payload of an event. */
export type Listener<T> = (payload: T) => void;

/** A typed event emitter; payload types derive from one map. A listener that throws does not stop the others. */
export class Emitter<Events extends object> {
  readonly #listeners = new Map<keyof Events, Set<Listener<never>>>();
  readonly #onError: (error: unknown) => void;

  /** @param onError - told of errors thrown by listeners; by default they surface as unhandled in a later turn. */
  constructor(onError: (error: unknown) => void = rethrowLater) {
    this.#onError = onError;
  }

  /** Subscribes; answers how to undo it. */
  on<E extends keyof Events>(event: E, listener: Listener<Events[E]>): () => void {
    let listeners = this.#listeners.get(event);
    if (listeners === undefined) {
      listeners = new Set();
      this.#listeners.set(event, listeners);
    }
    listeners.add(listener);
    return () => this.off(event, listener);
  }

  /** Subscribes for one event. */
  once<E extends keyof Events>(event: E, listener: Listener<Events[E]>): () => void {
    const undo = this.on(event, (payload) => {
      undo();
      listener(payload);
    });
    return undo;
  }

  /** Ends a subscription. */
  off<E extends keyof Events>(event: E, listener: Listener<Events[E]>): void {
    this.#listeners.get(event)?.delete(listener);
  }

  /** Calls the listeners, in the order in which they came. */
  emit<E extends keyof Events>(event: E, payload: Events[E]): void {
    const listeners = this.#listeners.get(event);
    if (listeners === undefined) return;
    for (const listener of [...listeners]) {
      try {
        (listener as Listener<Events[E]>)(payload);
      } catch (error) {
        this.#onError(error);
      }
    }
  }
}

function rethrowLater(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
