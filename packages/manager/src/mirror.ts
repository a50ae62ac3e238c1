import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  ABSENT,
  type CacheBackend,
  type Clock,
  type Command,
  compileGlob,
  isWrite,
  type KeyState,
  type KeyTracking,
  keysOf,
  type Matcher,
  type Reply,
} from '@cachefb/core';
import {
  ABSENT_BASE,
  baseOf,
  copyOf,
  DOUBTED_BASE,
  type Happening,
  type Known,
  OldestFirst,
  type PolicyLookup,
  UNKNOWN_BASE,
  visitHappenings,
} from '@cachefb/sync';
import { MirrorCopies } from './mirror-copy.js';

/** What a {@link Mirror} works with. */
export interface MirrorOptions {
  readonly primary: CacheBackend;
  readonly fallback: CacheBackend;
  readonly policies: PolicyLookup;
  readonly clock: Clock;
  /** Copies at most; the oldest leaves first. */
  readonly limit: number;
  /** Whether memory holds a newer value of the key than Redis. */
  readonly isOwned: (key: string) => boolean;
  /** Told of what a command did in Redis to a key of which memory holds something newer. */
  readonly onLate: (key: string, happening: Happening) => void;
}

/** What is known of a copy beside its content, which the fallback holds. */
interface Copy {
  deadline: number | null;
  /** When it was last compared with Redis, epoch milliseconds. */
  seenAt: number;
  /** Since which gap in what we are told it is whole, and a change by others would have been told. */
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

const REFRESH_BATCH = 100;
/** What leaves nothing open of the keys that it writes. */
const WHOLE: ReadonlySet<string> = new Set(['mset', 'del', 'flushall']);
/** Copies looked at in one turn, as to whether they are old. */
const LOOKS = 1000;
/** How old an untracked copy may grow before a read of its key has it compared again, milliseconds. */
const UNTRACKED_AGE = 1000;
/** Of a copy of which changes by others are not told. */
const NEVER = -1;
/** Copies looked at in a sweep before others get their turn. */
const SWEEP_STEP = 5000;
/** Invalidations remembered one by one while commands sent before them may be under way. */
const REMEMBERED_INVALIDATIONS = 10_000;

/** Keeps warm copies of critical keys in memory while Redis is well. */
export class Mirror {
  readonly #primary: CacheBackend;
  readonly #fallback: CacheBackend;
  readonly #policies: PolicyLookup;
  readonly #clock: Clock;
  readonly #limit: number;
  readonly #isOwned: (key: string) => boolean;
  readonly #onLate: (key: string, happening: Happening) => void;
  readonly #content: MirrorCopies;
  readonly #copies = new Map<string, Copy>();
  readonly #oldest = new OldestFirst(this.#copies);
  /** Keys to be read, each with what is seen to happen to it meanwhile. */
  readonly #wanted = new Map<string, Happening[]>();
  /** Counts the times from which on copies may be old, whatever was told since. */
  #gaps = 0;
  /** Copies from before such a time, to be read when nothing is wanted more. */
  #stale: Iterator<string> | undefined;
  /** Keys to be read once nothing is left to bring back, and nothing is wanted more. */
  #later: string[] = [];
  #catchingUp = false;
  readonly #invalidated = new Map<string, number>();
  #tracking: KeyTracking | undefined;
  #canFollow: Matcher = () => false;
  #hasFollowed = false;
  /** When the last command was sent that Redis answered: until then, nothing that others did can have been missed. */
  #heardAt = 0;
  #refreshing = false;
  #paused = false;
  /** Counts invalidations: a reply to what was sent before one may be older than it. */
  epoch = 0;
  /** Told of each copy that came, changed or went. */
  observer: ((key: string) => void) | undefined;
  /** Before this epoch, anything may have been invalidated. */
  #floor = 0;
  /** Before this epoch, anything may have been changed by others without our being told. */
  #interruptedAt = 0;

  constructor(options: MirrorOptions) {
    this.#primary = options.primary;
    this.#fallback = options.fallback;
    this.#policies = options.policies;
    this.#clock = options.clock;
    this.#limit = options.limit;
    this.#isOwned = options.isOwned;
    this.#onLate = options.onLate;
    this.#content = new MirrorCopies(options.fallback, options.clock, {
      onChanged: (key) => this.observer?.(key),
      onFailed: (key) => this.#copies.delete(key),
    });
  }

  /** Follows what others do to keys that match the patterns. */
  track(patterns: readonly string[]): void {
    if (patterns.length === 0 || this.#primary.track === undefined) return;
    const tracking = this.#primary.track(
      patterns,
      (key) => this.#invalidate(key),
      () => this.#interrupted(),
    );
    const matchers = tracking.patterns.map(compileGlob);
    this.#tracking = tracking;
    this.#canFollow = (key) => matchers.some((matches) => matches(key));
  }

  /** How many keys have a copy. */
  get size(): number {
    return this.#copies.size;
  }

  /** Keys that have a copy. */
  keys(): IterableIterator<string> {
    return this.#copies.keys();
  }

  /**
   * Keys whose copy is fit to be given to a server that lost them, each with the time at which the copy was last known to
   * be true, epoch milliseconds. A copy that others may have changed since is not.
   */
  *seeds(): IterableIterator<readonly [key: string, knownAt: number]> {
    for (const [key, copy] of this.#copies) {
      if (copy.left) continue;
      if (this.#isFollowing(copy)) yield [key, this.#heardAt];
      else if (!this.#hasFollowed || !this.#canFollow(key)) yield [key, copy.seenAt];
    }
  }

  /** Whether a key has a copy. */
  has(key: string): boolean {
    return this.#copies.has(key);
  }

  /** Whether it does not read from Redis. */
  get isPaused(): boolean {
    return this.#paused;
  }

  /** Stops reading from Redis, for the time of an outage. */
  pause(): void {
    this.#paused = true;
    this.#wanted.clear();
    this.#forgetLater();
  }

  /** Reads from Redis again, first of all what was kept over the outage: others may have changed it. */
  resume(): void {
    this.#paused = false;
    this.#readAll();
  }

  /** Reads what was brought back: all at once, lest it take its time from what still has to be. */
  catchUp(): void {
    if (this.#paused || this.#later.length === 0) return;
    this.#catchingUp = true;
    this.#startRefreshing();
  }

  /** A copy is no base any more: a command of this process may have changed Redis, or not. */
  distrust(key: string): void {
    const copy = this.#copies.get(key);
    if (copy !== undefined) copy.exact = false;
  }

  /**
   * A command is about to be sent. Where its reply will not say what the whole of a critical key is then, that is read
   * right behind it: an outage that begins just then finds what was acknowledged.
   */
  anticipate(command: Command): void {
    if (this.#paused || !isWrite(command) || saysWhole(command)) return;
    for (const key of keysOf(command)) {
      if (!this.#copies.has(key) && this.#policies(key).mirror) this.#want(key);
    }
  }

  /** Takes in what a command that Redis answered shows of its keys; `epoch` is that of the moment it was sent. */
  observe(command: Command, reply: Reply, sentAt: number, epoch: number): void {
    this.#heardAt = sentAt;
    if (command.name === 'flushall') this.#dropAll();
    else if (isWrite(command)) {
      visitHappenings(command, reply, sentAt, (key, happening) => {
        if (this.#policies(key).mirror) this.#happened(key, happening, epoch);
      });
    } else {
      for (const key of keysOf(command)) this.#read(key, command, reply);
    }
  }

  /**
   * What memory holds of a key at the call, and whether Redis is known to have held the same at the moment of the failure.
   */
  async known(key: string): Promise<Known | undefined> {
    const copy = this.#copies.get(key);
    if (copy === undefined) return undefined;
    const { exact, deadline } = copy;
    const isBase = this.#isBase(copy);
    const [state = ABSENT] = await this.#fallback.read([key]);
    if (!isBase) return { base: exact ? UNKNOWN_BASE : DOUBTED_BASE, copy: copyOf(state) };
    if (state.type !== 'none') return { base: baseOf(state), copy: copyOf(state) };
    const expired = deadline !== null && deadline <= this.#clock.now();
    return { base: expired ? ABSENT_BASE : UNKNOWN_BASE };
  }

  /** Redis holds what was brought back: it stays as a copy, and is read anew by {@link Mirror.catchUp}. */
  refresh(key: string): void {
    const copy = this.#copies.get(key) ?? this.#note(key, null);
    copy.exact = false;
    copy.followedSince = this.#followedSince(key);
    copy.broughtBack = true;
    copy.left = false;
    if (!this.#paused) this.#later.push(key);
  }

  /** Replaces a copy by what Redis was found to hold. */
  replace(key: string, state: KeyState): void {
    if (this.#content.write(key, state) && state.type !== 'none') this.#note(key, state.deadline);
    else this.#copies.delete(key);
  }

  /** Takes in a copy that an earlier process left. */
  restore(key: string, state: KeyState): void {
    if (state.type === 'none' || !this.#content.write(key, state)) return;
    const copy = this.#note(key, state.deadline);
    copy.followedSince = NEVER;
    copy.exact = false;
    copy.left = true;
  }

  /** Reads from Redis what an earlier process left. */
  verify(): void {
    if (this.#paused) return;
    this.#stale = this.#copies.keys();
    this.#startRefreshing();
  }

  /** Lets go of copies whose time is up, little by little. */
  async sweep(): Promise<void> {
    let looked = 0;
    for (const [key, { deadline }] of this.#copies) {
      if (++looked % SWEEP_STEP === 0) await nextTurn();
      if (deadline !== null && deadline <= this.#clock.now()) this.drop(key);
    }
  }

  /** Takes in what Redis holds of a key that memory is about to change, without keeping it true any longer. */
  adopt(key: string, state: KeyState): void {
    this.#content.write(key, state);
  }

  /** Forgets a copy; not its content where that is newer than Redis's. */
  drop(key: string): void {
    if (this.#copies.delete(key) && !this.#isOwned(key)) this.#content.remove(key);
  }

  #read(key: string, command: Command, reply: Reply): void {
    const copy = this.#copies.get(key);
    if (copy !== undefined && this.#isBase(copy)) {
      copy.used = true;
      if (reply === null && command.name === 'get') this.drop(key);
      return;
    }
    if (copy === undefined) {
      if (reply === null || reply === 0 || reply === -2 || reply === 'none') return;
      if (this.#policies(key).mirror) this.#want(key);
    } else if (this.#clock.now() - copy.seenAt >= UNTRACKED_AGE) {
      this.#want(key);
    }
  }

  #happened(key: string, happening: Happening, epoch: number): void {
    // A late reply: memory has gone on since.
    if (this.#isOwned(key)) {
      this.distrust(key);
      this.#onLate(key, happening);
      return;
    }
    this.#wanted.get(key)?.push(happening);
    if (this.#wasInvalidated(key, epoch)) {
      this.drop(key);
      this.#want(key);
      return;
    }
    const copy = this.#copies.get(key);
    const done = this.#content.apply(key, happening, copy !== undefined);
    if (done === 'unknown') this.#want(key);
    else if (done === 'gone') this.#copies.delete(key);
    else if (copy === undefined || this.#isBase(copy) || isWhole(happening)) {
      this.#note(key, done === 'kept' ? (copy?.deadline ?? null) : done);
    } else {
      // A part of what may be old does not make the whole of it new.
      if (done !== 'kept') copy.deadline = done;
      if (this.#isFollowed(key)) this.#want(key);
    }
    if (epoch < this.#interruptedAt) this.#doubt(key);
  }

  /** What was sent before an interruption may have been changed in it. */
  #doubt(key: string): void {
    const copy = this.#copies.get(key);
    if (copy === undefined) return;
    copy.followedSince = NEVER;
    this.#want(key);
  }

  #note(key: string, deadline: number | null): Copy {
    const copy = this.#copies.get(key);
    const seenAt = this.#clock.now();
    const followedSince = this.#followedSince(key);
    if (copy !== undefined) {
      copy.deadline = deadline;
      copy.seenAt = seenAt;
      copy.followedSince = followedSince;
      copy.exact = true;
      copy.used = false;
      copy.broughtBack = false;
      copy.left = false;
      return copy;
    }
    if (this.#copies.size >= this.#limit) {
      const oldest = this.#oldest.next();
      if (oldest !== undefined) this.drop(oldest);
    }
    const added = {
      deadline,
      seenAt,
      followedSince,
      exact: true,
      used: false,
      broughtBack: false,
      left: false,
    };
    this.#copies.set(key, added);
    this.#oldest.added();
    return added;
  }

  #followedSince(key: string): number {
    return this.#isFollowed(key) ? this.#gaps : NEVER;
  }

  #isFollowing({ followedSince }: Copy): boolean {
    return followedSince === this.#gaps;
  }

  /** Whether Redis is known to hold what a copy holds. */
  #isBase(copy: Copy): boolean {
    return copy.exact && this.#isFollowing(copy);
  }

  #isFollowed(key: string): boolean {
    const followed = this.isTracking && this.#canFollow(key);
    this.#hasFollowed ||= followed;
    return followed;
  }

  #invalidate(key: string | undefined): void {
    this.epoch++;
    if (key === undefined || this.#invalidated.size >= REMEMBERED_INVALIDATIONS) {
      this.#invalidated.clear();
      this.#floor = this.epoch;
    }
    if (key === undefined) {
      if (!this.#paused) this.#dropAll();
      return;
    }
    this.#invalidated.set(key, this.epoch);
    if (this.#paused) return;
    // What the way back writes is told as well, scripts being nobody's own: such a key is wanted already, and stays so.
    const copy = this.#copies.get(key);
    const again = this.#wanted.delete(key) || copy?.used === true;
    // Without it, an outage that begins just now would find nothing of what was brought back.
    if (copy?.broughtBack) copy.broughtBack = false;
    else if (copy !== undefined && this.#isOwned(key)) copy.followedSince = NEVER;
    else this.drop(key);
    if (again) this.#want(key);
  }

  /**
   * Changes may have been missed. An outage that begins just now finds the copies still, though as no base: to be without
   * all of them would be worse than to have one that is old.
   */
  #interrupted(): void {
    this.#interruptedAt = ++this.epoch;
    if (!this.#paused) this.#readAll();
  }

  /** No copy is a base before it has been read anew. */
  #readAll(): void {
    this.#gaps++;
    this.#stale = this.#copies.keys();
    this.#startRefreshing();
  }

  #wasInvalidated(key: string, epoch: number): boolean {
    return epoch < this.#floor || epoch < (this.#invalidated.get(key) ?? 0);
  }

  #dropAll(): void {
    for (const key of [...this.#copies.keys()]) this.drop(key);
    this.#wanted.clear();
    this.#forgetLater();
  }

  #forgetLater(): void {
    this.#stale = undefined;
    this.#later = [];
    this.#catchingUp = false;
  }

  #want(key: string): void {
    if (this.#paused || this.#wanted.has(key)) return;
    this.#wanted.set(key, []);
    this.#startRefreshing();
  }

  #startRefreshing(): void {
    if (this.#refreshing) return;
    this.#refreshing = true;
    setImmediate(() => void this.#refreshAll());
  }

  async #refreshAll(): Promise<void> {
    while (!this.#paused) {
      if (this.#wanted.size === 0) this.#wantMore();
      if (this.#wanted.size === 0) {
        if (this.#stale === undefined) break;
        await new Promise((resolve) => setImmediate(resolve));
        continue;
      }
      const keys = firstOf(this.#wanted.keys(), REFRESH_BATCH);
      const epoch = this.epoch;
      try {
        const states = await this.#primary.read(keys);
        for (const [index, key] of keys.entries()) {
          this.#refreshed(key, states[index] as KeyState, epoch);
        }
      } catch {
        // Redis is away or refuses to tell; whoever uses these keys next has them read again.
        for (const key of keys) this.#wanted.delete(key);
      }
    }
    this.#refreshing = false;
  }

  /** A few at a time: to want all at once would take a while. */
  #wantMore(): void {
    for (let looks = 0; looks < LOOKS && this.#wanted.size < REFRESH_BATCH; looks++) {
      const step = this.#stale?.next();
      if (step?.done !== false) this.#stale = undefined;
      else if (this.#isOld(step.value)) this.#want(step.value);
    }
    if (this.#stale === undefined && this.#catchingUp) this.#wantLater();
  }

  /** What has a record follows as soon as that is brought back. */
  #isOld(key: string): boolean {
    const copy = this.#copies.get(key);
    return copy !== undefined && !this.#isFollowing(copy) && !this.#isOwned(key);
  }

  #wantLater(): void {
    for (const key of this.#later.splice(-REFRESH_BATCH)) this.#want(key);
    this.#catchingUp = this.#later.length > 0;
  }

  #refreshed(key: string, state: KeyState, epoch: number): void {
    const meanwhile = this.#wanted.get(key);
    this.#wanted.delete(key);
    if (meanwhile === undefined || this.#paused || this.#isOwned(key)) return;
    if (this.#wasInvalidated(key, epoch) || epoch < this.#interruptedAt) {
      this.#want(key);
      return;
    }
    this.replace(key, state);
    for (const happening of meanwhile) this.#happened(key, happening, epoch);
  }

  /** Whether changes by others are being followed now. */
  get isTracking(): boolean {
    return this.#tracking?.intact ?? false;
  }
}

/** Whether a key that was not there before is known in whole by the command. */
function saysWhole(command: Command): boolean {
  return command.name === 'set' ? !command.keepTtl : WHOLE.has(command.name);
}

/** The first ones, so many at most. */
function firstOf<T>(values: Iterable<T>, most: number): T[] {
  const first: T[] = [];
  for (const value of values) {
    first.push(value);
    if (first.length === most) break;
  }
  return first;
}

/** Whether it leaves nothing of what was there before. */
function isWhole(happening: Happening): boolean {
  return happening.kind === 'put' && happening.deadline !== 'keep';
}
