import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  ABSENT,
  bothOf,
  type CacheBackend,
  type Clock,
  type Command,
  isWrite,
  type KeyState,
  keysOf,
  type Reply,
} from '@cachefb/core';
import {
  ABSENT_BASE,
  baseOf,
  copyOf,
  DOUBTED_BASE,
  type Happening,
  type Known,
  type PolicyLookup,
  UNKNOWN_BASE,
  visitHappenings,
} from '@cachefb/sync';
import { Absences } from './absences.js';
import { MirrorCopies } from './contents.js';
import { Copies, type Copy } from './copies.js';
import { Following, NEVER } from './following.js';
import { Rereading, type Sent } from './rereading.js';
import { isWhole, mayBegin, saysWhole } from './whole.js';

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

/** How old an untracked copy may grow before a read of its key has it compared again, milliseconds. */
const UNTRACKED_AGE = 1000;
/** Changes by the way back that are waited for at most: of one more than that a copy may be lost, no more. */
const EXPECTED = 100_000;
/** A copy that ends within so many milliseconds may have ended when a command that is about to be sent is answered. */
const NEAR_END = 50;
/** A copy seen since so many milliseconds may be of something that came after a flush. */
const RECENT = 1000;
/** Copies looked at in a sweep before others get their turn. */
const SWEEP_STEP = 5000;

/** Keeps warm copies of critical keys in memory while Redis is well. */
export class Mirror {
  readonly #primary: CacheBackend;
  readonly #fallback: CacheBackend;
  readonly #policies: PolicyLookup;
  readonly #clock: Clock;
  readonly #isOwned: (key: string) => boolean;
  readonly #onLate: (key: string, happening: Happening) => void;
  readonly #content: MirrorCopies;
  readonly #copies: Copies;
  readonly #following = new Following();
  readonly #absences = new Absences();
  /** Keys of whose change by the way back Redis has not told yet. */
  readonly #expected = new Set<string>();
  readonly #rereading: Rereading;
  /** When the last command was sent that Redis answered: until then, nothing that others did can have been missed. */
  #heardAt = 0;
  #paused = false;
  /** Told of each copy that came, changed or went. */
  observer: ((key: string) => void) | undefined;

  constructor(options: MirrorOptions) {
    this.#primary = options.primary;
    this.#fallback = options.fallback;
    this.#policies = options.policies;
    this.#clock = options.clock;
    this.#copies = new Copies(options.limit);
    this.#isOwned = options.isOwned;
    this.#onLate = options.onLate;
    this.#content = new MirrorCopies(options.fallback, options.clock, {
      onChanged: (key) => this.observer?.(key),
      onFailed: (key) => this.drop(key),
    });
    this.#rereading = new Rereading({
      primary: options.primary,
      isPaused: () => this.#paused,
      isOld: (key) => this.#isOld(key),
      begin: () => ++this.#following.epoch,
      onRead: (key, state, since, epoch) => this.#reread(key, state, since, epoch),
    });
  }

  /** Counts moments: what was sent before one (an invalidation, say) is told by it from what was sent after. */
  get epoch(): number {
    return this.#following.epoch;
  }

  /** Whether changes by others are being followed now. */
  get isTracking(): boolean {
    return this.#following.isOn;
  }

  /** Follows what others do to keys that match the patterns. */
  track(patterns: readonly string[]): void {
    this.#following.start(this.#primary, patterns, {
      onInvalidated: (key) => this.#invalidate(key),
      onInterrupted: () => {
        this.#expected.clear();
        if (!this.#paused) this.#readAll();
      },
    });
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
      else if (!this.#following.hasLost(key)) yield [key, copy.seenAt];
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
    this.#rereading.forget();
    this.#absences.clear();
  }

  /** Reads from Redis again, first of all what was kept over the outage: others may have changed it. */
  resume(): void {
    this.#paused = false;
    this.#readAll();
  }

  /** Reads what was brought back: all at once, lest it take its time from what still has to be. */
  catchUp(): void {
    this.#rereading.catchUp();
  }

  /** A copy is no base any more: a command of this process may have changed Redis, or not. */
  distrust(key: string): void {
    const copy = this.#copies.get(key);
    if (copy !== undefined) copy.exact = false;
    this.#absences.end(key);
  }

  /**
   * A command is about to be sent. Where its reply will not say what the whole of a critical key is then, that is read
   * right behind it, and the caller has to wait for both: an outage that begins just after that finds what it did.
   */
  anticipate(command: Command): Promise<void> | undefined {
    if (this.#paused || !isWrite(command) || saysWhole(command)) return undefined;
    let known: Promise<void> | undefined;
    for (const key of keysOf(command)) {
      if (this.#lasts(key) || !this.#policies(key).mirror) continue;
      known = bothOf(known, this.#rereading.wantBehind(key));
    }
    return known;
  }

  /** Takes in what a command that Redis answered shows of its keys; `epoch` is that of the moment it was sent. */
  observe(command: Command, reply: Reply, sentAt: number, epoch: number): void {
    this.#heardAt = sentAt;
    if (command.name === 'flushall') {
      this.#flushed(epoch);
    } else if (isWrite(command)) {
      visitHappenings(command, reply, sentAt, (key, happening) => {
        if (!this.#policies(key).mirror) return;
        this.#rereading.happened(key, happening, epoch);
        // It was there.
        if (command.name === 'hdel' && reply !== 0) this.#absences.end(key);
        this.#happened(key, happening, epoch);
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
    copy.followedSince = this.#following.since(key);
    copy.broughtBack = true;
    copy.left = false;
    this.expect(key);
    this.#rereading.wantLater(key);
  }

  /**
   * The way back writes a key, of which Redis will tell as of a change by somebody. That may come late, when this process
   * has written the key once more, and must not leave it without a copy.
   */
  expect(key: string): void {
    if (!this.#following.covers(key)) return;
    if (this.#expected.size >= EXPECTED) this.#expected.clear();
    this.#expected.add(key);
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
    this.#rereading.wantOld(this.#copies.keys());
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
    if (this.#following.wasInvalidated(key, epoch)) {
      this.drop(key);
      this.#want(key);
      return;
    }
    const copy = this.#copyAt(key, this.#clock.now());
    // One that has ended says nothing of what came after it.
    if (copy === undefined) this.drop(key);
    const wasAbsent = copy === undefined && this.#absences.has(key, epoch);
    // Of what is not there, nothing can be removed.
    if (wasAbsent && happening.kind === 'remove-fields') return;
    this.#absences.end(key);
    const isNew = wasAbsent && mayBegin(happening);
    if (isNew) this.#content.remove(key);
    const done = this.#content.apply(key, happening, copy !== undefined || isNew);
    if (done === 'unknown') this.#want(key);
    else if (done === 'gone') this.#gone(key, epoch);
    else if (copy === undefined || this.#isBase(copy) || isWhole(happening)) {
      this.#note(key, done === 'kept' ? (copy?.deadline ?? null) : done);
    } else {
      // A part of what may be old does not make the whole of it new.
      if (done !== 'kept') copy.deadline = done;
      if (this.#following.covers(key)) this.#want(key);
    }
    if (this.#following.wasInterrupted(epoch)) this.#doubt(key);
    else if (isNew && !this.#following.covers(key)) this.#want(key);
  }

  /** A flush of this process, sent at an epoch, has emptied Redis. */
  #flushed(epoch: number): void {
    this.#rereading.happenedToAll({ kind: 'delete' }, epoch);
    for (const key of [...this.#copies.keys()]) {
      this.drop(key);
      this.#gone(key, epoch);
    }
  }

  /** The copy of a key, unless it ends before an instant. */
  #copyAt(key: string, instant: number): Copy | undefined {
    const copy = this.#copies.get(key);
    return copy?.deadline != null && copy.deadline <= instant ? undefined : copy;
  }

  /** Whether a key has a copy that is there still when a command that is about to be sent is answered. */
  #lasts(key: string): boolean {
    return this.#copyAt(key, this.#clock.now() + NEAR_END) !== undefined;
  }

  /** By a command sent at an epoch, or a reading asked for at it, Redis does not hold a key. */
  #gone(key: string, epoch: number): void {
    this.#copies.delete(key);
    const mayBeBack =
      this.#following.wasInvalidated(key, epoch) || this.#following.wasInterrupted(epoch);
    if (mayBeBack) this.#absences.end(key);
    else this.#absences.note(key, ++this.#following.epoch);
  }

  /** What was sent before an interruption may have been changed in it. */
  #doubt(key: string): void {
    const copy = this.#copies.get(key);
    if (copy === undefined) return;
    copy.followedSince = NEVER;
    this.#want(key);
  }

  #note(key: string, deadline: number | null): Copy {
    const surplus = this.#copies.has(key) ? undefined : this.#copies.surplus();
    if (surplus !== undefined) this.drop(surplus);
    const followedSince = this.#following.since(key);
    return this.#copies.saw(key, deadline, this.#clock.now(), followedSince);
  }

  #isFollowing({ followedSince }: Copy): boolean {
    return this.#following.isSince(followedSince);
  }

  /** Whether Redis is known to hold what a copy holds. */
  #isBase(copy: Copy): boolean {
    return copy.exact && this.#isFollowing(copy);
  }

  /** Somebody else changed a key, or all of them. */
  #invalidate(key: string | undefined): void {
    const isExpected = key !== undefined && this.#expected.delete(key);
    if (this.#paused) return;
    if (key === undefined) {
      this.#invalidateAll();
      return;
    }
    this.#absences.end(key);
    // What the way back writes is told as well, scripts being nobody's own: such a key is wanted already, and stays so.
    const copy = this.#copies.get(key);
    const again = this.#rereading.unwant(key) || isExpected || copy?.used === true;
    // Without it, an outage that begins just now would find nothing of what was brought back.
    if (copy?.broughtBack) copy.broughtBack = false;
    else if (copy !== undefined && this.#isOwned(key)) copy.followedSince = NEVER;
    else this.drop(key);
    if (again) this.#want(key);
  }

  /**
   * No copy is a base before it has been read anew. An outage that begins just now finds them still: to be without all of
   * them would be worse than to have one that is old.
   */
  #readAll(): void {
    this.#following.begin();
    this.#rereading.wantOld(this.#copies.keys());
  }

  /** Somebody flushed. What was used or written of late may be there again: that is read. */
  #invalidateAll(): void {
    this.#absences.clear();
    const now = this.#clock.now();
    for (const [key, { used, seenAt }] of [...this.#copies]) {
      this.drop(key);
      if (used || now - seenAt < RECENT) this.#want(key);
    }
  }

  #want(key: string): void {
    this.#rereading.want(key);
  }

  /** What has a record follows as soon as that is brought back. */
  #isOld(key: string): boolean {
    const copy = this.#copies.get(key);
    return copy !== undefined && !this.#isFollowing(copy) && !this.#isOwned(key);
  }

  #reread(key: string, state: KeyState, since: readonly Sent[], epoch: number): void {
    if (this.#paused || this.#isOwned(key)) return;
    if (this.#following.wasInvalidated(key, epoch) || this.#following.wasInterrupted(epoch)) {
      this.#want(key);
      return;
    }
    this.replace(key, state);
    if (state.type === 'none') this.#gone(key, epoch);
    else this.#absences.end(key);
    for (const sent of since) this.#happened(key, sent.happening, sent.epoch);
  }
}
