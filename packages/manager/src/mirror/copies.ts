import { OldestFirst } from '@cachefb/sync';

/** What is known of a copy beside its content, which the fallback holds. */
export interface Copy {
  deadline: number | null;
  /** When it was last compared with Redis, epoch milliseconds. */
  seenAt: number;
  /** Since when changes by others have been followed, as a `Following` counts. */
  followedSince: number;
  /** No command of this process may have changed Redis, or not, without our knowing. */
  exact: boolean;
  /** It was read here since then: worth being read again when somebody changes it. */
  used: boolean;
  /** It has just been brought back, of which Redis will tell as of a change by somebody. */
  broughtBack: boolean;
  /** An earlier process left it, and Redis has not been asked since: it is no base and no seed. */
  left: boolean;
}

/** What is known of copies, of so many at most. */
export class Copies extends Map<string, Copy> {
  readonly #limit: number;
  readonly #oldest = new OldestFirst(this);

  constructor(limit: number) {
    super();
    this.#limit = limit;
  }

  /** A key was seen in Redis: its copy is what that holds. */
  saw(key: string, deadline: number | null, seenAt: number, followedSince: number): Copy {
    const copy = this.get(key);
    if (copy === undefined) return this.#add(key, deadline, seenAt, followedSince);
    copy.deadline = deadline;
    copy.seenAt = seenAt;
    copy.followedSince = followedSince;
    copy.exact = true;
    copy.used = false;
    copy.broughtBack = false;
    copy.left = false;
    return copy;
  }

  /** The copy that has to leave before another one comes, if there are as many as may be. */
  surplus(): string | undefined {
    return this.size >= this.#limit ? this.#oldest.next() : undefined;
  }

  #add(key: string, deadline: number | null, seenAt: number, followedSince: number): Copy {
    const copy = {
      deadline,
      seenAt,
      followedSince,
      exact: true,
      used: false,
      broughtBack: false,
      left: false,
    };
    this.set(key, copy);
    this.#oldest.added();
    return copy;
  }
}
