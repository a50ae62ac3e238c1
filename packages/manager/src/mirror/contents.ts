import type { CacheBackend, Clock, KeyState } from '@cachefb/core';
import type { Happening } from '@cachefb/sync';

/**
 * What a copy has become: it has a new deadline (`null` for none), kept the one it had, is gone, or cannot be known
 * without asking Redis.
 */
export type CopyChange = number | null | 'kept' | 'gone' | 'unknown';

/** What {@link MirrorCopies} tells. */
export interface MirrorCopyEvents {
  /** A copy came, changed or went. */
  readonly onChanged: (key: string) => void;
  /** A copy could not be written: memory is full, or it was of another type. */
  readonly onFailed: (key: string) => void;
}

/** Writes the copies of a mirror. The fallback runs a command at the call, so the order of calls is kept. */
export class MirrorCopies {
  readonly #fallback: CacheBackend;
  readonly #clock: Clock;
  readonly #events: MirrorCopyEvents;

  constructor(fallback: CacheBackend, clock: Clock, events: MirrorCopyEvents) {
    this.#fallback = fallback;
    this.#clock = clock;
    this.#events = events;
  }

  /** Does to a copy what happened to its key. */
  apply(key: string, happening: Happening, exists: boolean): CopyChange {
    switch (happening.kind) {
      case 'put':
        return this.#put(key, happening.value, happening.deadline, exists);
      case 'delete':
        this.remove(key);
        return 'gone';
      case 'deadline':
        if (!exists) return 'unknown';
        this.#expire(key, happening.deadline);
        return happening.deadline;
      case 'increment':
        if (happening.result === undefined) return 'unknown';
        return this.#put(key, String(happening.result), 'keep', exists);
      case 'set-fields':
        if (!exists) return 'unknown';
        this.#run(key, this.#fallback.hset(key, happening.pairs));
        return 'kept';
      case 'increment-field':
        if (!exists || happening.result === undefined) return 'unknown';
        this.#run(key, this.#fallback.hset(key, happening.field, String(happening.result)));
        return 'kept';
      case 'remove-fields':
        if (!exists) return 'unknown';
        this.#run(key, this.#fallback.hdel(key, ...happening.fields));
        return 'kept';
    }
  }

  /** Makes the copy hold what Redis was found to hold; `false` if there is nothing to hold. */
  write(key: string, state: KeyState): boolean {
    switch (state.type) {
      case 'none':
      case 'other':
        this.remove(key);
        return false;
      case 'string':
        this.#put(key, state.value, state.deadline, true);
        return true;
      case 'hash':
        this.remove(key);
        this.#run(key, this.#fallback.hset(key, [...state.fields].flat()));
        if (state.deadline !== null) this.#expire(key, state.deadline);
        return true;
    }
  }

  /** Removes a copy. */
  remove(key: string): void {
    this.#run(key, this.#fallback.del(key));
  }

  #put(key: string, value: string, deadline: number | null | 'keep', exists: boolean): CopyChange {
    if (deadline === 'keep') {
      if (!exists) return 'unknown';
      this.#run(key, this.#fallback.set(key, value, { keepTtl: true }));
      return 'kept';
    }
    this.#run(
      key,
      deadline === null
        ? this.#fallback.set(key, value)
        : this.#fallback.set(key, value, 'PXAT', Math.floor(deadline)),
    );
    return deadline;
  }

  #expire(key: string, deadline: number | null): void {
    this.#run(
      key,
      deadline === null
        ? this.#fallback.persist(key)
        : this.#fallback.pexpire(key, Math.floor(deadline - this.#clock.now())),
    );
  }

  #run(key: string, done: Promise<unknown>): void {
    this.#events.onChanged(key);
    done.catch(() => {
      this.#events.onFailed(key);
      this.#events.onChanged(key);
    });
  }
}
