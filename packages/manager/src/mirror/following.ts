import { type CacheBackend, compileGlob, type KeyTracking, type Matcher } from '@cachefb/core';

/** What a {@link Following} tells. */
export interface FollowingEvents {
  /** Somebody else changed a key; `undefined` stands for every key. */
  readonly onInvalidated: (key: string | undefined) => void;
  /** Changes may have been missed for a while. */
  readonly onInterrupted: () => void;
}

/** Of what changes by others are not told. */
export const NEVER = -1;

/** Invalidations remembered one by one while commands sent before them may be under way. */
const REMEMBERED = 10_000;

/** What is known of what others do to keys: whether we are told of it, and of which keys we were told when. */
export class Following {
  readonly #invalidated = new Map<string, number>();
  #tracking: KeyTracking | undefined;
  #canFollow: Matcher = () => false;
  #everFollowed = false;
  /** Counts the times from which on copies may be old, whatever was told since. */
  #gaps = 0;
  /** Before this epoch, anything may have been invalidated. */
  #floor = 0;
  /** Before this epoch, anything may have been changed by others without our being told. */
  #interruptedAt = 0;
  /** Counts moments: what was sent before one is told by it from what was sent after. */
  epoch = 0;

  /** Follows what others do to keys that match the patterns, as far as the backend can tell of it. */
  start(primary: CacheBackend, patterns: readonly string[], events: FollowingEvents): void {
    if (patterns.length === 0 || primary.track === undefined) return;
    const tracking = primary.track(
      patterns,
      (key) => {
        this.#note(key);
        events.onInvalidated(key);
      },
      () => {
        this.#interruptedAt = ++this.epoch;
        events.onInterrupted();
      },
    );
    const matchers = tracking.patterns.map(compileGlob);
    this.#tracking = tracking;
    this.#canFollow = (key) => matchers.some((matches) => matches(key));
  }

  /** Whether changes by others are being told now. */
  get isOn(): boolean {
    return this.#tracking?.intact ?? false;
  }

  /** Whether it would be told if others changed the key. */
  covers(key: string): boolean {
    const covered = this.isOn && this.#canFollow(key);
    this.#everFollowed ||= covered;
    return covered;
  }

  /** Whether changes of the key have been told of at times, and now are not. */
  hasLost(key: string): boolean {
    return this.#everFollowed && this.#canFollow(key);
  }

  /** Since when the key is followed: what {@link Following.isSince} takes. */
  since(key: string): number {
    return this.covers(key) ? this.#gaps : NEVER;
  }

  /** Whether nothing can have been missed since. */
  isSince(since: number): boolean {
    return since === this.#gaps;
  }

  /** From now on, what was followed until now may be old. */
  begin(): void {
    this.#gaps++;
  }

  /** Whether the key was changed by others since an epoch. */
  wasInvalidated(key: string, epoch: number): boolean {
    return epoch < this.#floor || epoch < (this.#invalidated.get(key) ?? 0);
  }

  /** Whether changes may have been missed since an epoch. */
  wasInterrupted(epoch: number): boolean {
    return epoch < this.#interruptedAt;
  }

  #note(key: string | undefined): void {
    this.epoch++;
    if (key === undefined || this.#invalidated.size >= REMEMBERED) {
      this.#invalidated.clear();
      this.#floor = this.epoch;
    }
    if (key !== undefined) this.#invalidated.set(key, this.epoch);
  }
}
