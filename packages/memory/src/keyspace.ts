import type { EvictionPolicy } from '@cachefb/core';
import type { CoarseClock } from './coarse-clock.js';
import type { Counters } from './counters.js';
import { Deadlines } from './deadlines.js';
import { NOTHING, type Value } from './entry.js';
import { Evictor } from './evictor.js';
import { KeyIndex } from './index/key-index.js';
import type { KeyspaceLimits, KeyspaceObserver } from './keyspace-limits.js';
import { Leftovers } from './leftovers.js';
import { outOfMemory, tooLarge } from './reply-errors.js';
import { quickStringEntryBytes, stringEntryBytes } from './size-estimate.js';
import { FREE, HASH, Slots, STRING } from './slots.js';
import { unseenBytes } from './unseen-bytes.js';

/** Arrays are made for all slots there can be, up to this many, so that nothing is copied as the cache grows. */
const MOST_AT_FIRST = 1 << 20;

/**
 * The entries, strings and hashes alike. An index leads from a key to a slot, a small number; everything else about the
 * entry is at that place in flat arrays.
 */
export class Keyspace {
  readonly counters: Counters;
  readonly clock: CoarseClock;
  observer: KeyspaceObserver | undefined;
  readonly #maxSize: number;
  readonly #maxMemory: number;
  readonly #defaultTTL: number;
  readonly #evictor: Evictor;
  readonly #deadlines: Deadlines;
  readonly #keys: string[];
  readonly #values: Value[];
  readonly #isBounded: boolean;
  readonly #index: KeyIndex;
  readonly #slots: Slots;
  readonly #leftovers: Leftovers;

  constructor(
    limits: KeyspaceLimits,
    policy: EvictionPolicy,
    clock: CoarseClock,
    counters: Counters,
  ) {
    this.#maxSize = limits.maxSize;
    this.#maxMemory = limits.maxMemory;
    this.#defaultTTL = limits.defaultTTL;
    this.#evictor = new Evictor(policy);
    const slots = Math.min(limits.maxSize, MOST_AT_FIRST);
    this.#deadlines = new Deadlines(clock, slots);
    this.#isBounded = limits.maxMemory < Number.POSITIVE_INFINITY;
    this.#keys = new Array<string>(slots).fill(NOTHING);
    this.#values = new Array<Value>(slots).fill(NOTHING);
    this.#index = new KeyIndex(this.#keys, slots);
    this.#slots = new Slots(slots);
    this.#leftovers = new Leftovers(this.#keys, this.#values, this.#slots, clock);
    this.clock = clock;
    this.counters = counters;
  }

  /** How many entries there are, those included whose time is up and that nobody has come across yet. */
  get size(): number {
    return this.#index.size;
  }

  /** Estimated bytes of all entries. */
  get bytes(): number {
    const { bytes } = this.#slots;
    return this.#isBounded ? bytes : bytes + unseenBytes(this.#keys, this.#values, this.end);
  }

  /** Estimated bytes of an entry whose value is a string, as `insert` and `replace` take them. */
  stringBytes(key: string, value: string): number {
    return this.#isBounded ? stringEntryBytes(key, value) : quickStringEntryBytes(key, value);
  }

  /** How many entries are pinned. */
  get pinned(): number {
    return this.#evictor.pinned;
  }

  /** Past the last slot that may hold an entry. */
  get end(): number {
    return this.#slots.end;
  }

  /** The hash of a key, for who looks for it and then inserts it. */
  hash(key: string): number {
    return this.#index.hash(key);
  }

  /** The slot of a live entry, `-1` if there is none. An entry whose time is up leaves now. */
  find(key: string, hash = this.#index.hash(key)): number {
    const slot = this.#index.find(key, hash);
    if (slot === -1) return -1;
    if (this.#deadlines.isOver(slot)) {
      this.expire(slot);
      return -1;
    }
    return slot;
  }

  /** The key in a slot if its entry is live, else `undefined`. Changes nothing. */
  keyAt(slot: number): string | undefined {
    return this.#slots.kinds[slot] === FREE || this.#deadlines.isOver(slot)
      ? undefined
      : this.#keys[slot];
  }

  /** Whether a slot holds a string. */
  isString(slot: number): boolean {
    return this.#slots.kinds[slot] === STRING;
  }

  /** What is in a slot. */
  valueAt(slot: number): Value {
    return this.#values[slot]!;
  }

  /** Estimated bytes of the entry in a slot. */
  bytesAt(slot: number): number {
    return this.#slots.size(slot);
  }

  /** An entry was used. */
  touch(slot: number): void {
    this.#evictor.touched(slot);
  }

  /**
   * Refuses what cannot be held, before anything is changed.
   *
   * @param bytes - of the entry when it is written.
   * @param growth - how many bytes more there will be than now.
   * @throws ReplyError if the entry alone is larger than `maxMemory`, or if it would be passed and nothing is evicted.
   */
  admit(key: string, bytes: number, growth: number): void {
    if (bytes > this.#maxMemory) throw tooLarge(key, bytes, this.#maxMemory);
    if (growth > 0 && this.#slots.bytes + growth > this.#maxMemory && !this.#evictor.evicts)
      throw outOfMemory();
  }

  /** Adds an entry, whose key must not be there, making room first. Answers its slot. */
  insert(key: string, value: Value, bytes: number, hash = this.#index.hash(key)): number {
    if (this.#isBounded) this.#makeRoomFor(key, bytes);
    let slot = this.#index.size >= this.#maxSize ? this.#evict() : -1;
    if (slot === -1) slot = this.#slots.take(bytes);
    else this.#slots.resize(slot, bytes);
    this.#keys[slot] = key;
    this.#values[slot] = value;
    this.#slots.kinds[slot] = typeof value === 'string' ? STRING : HASH;
    this.#index.add(slot, hash);
    this.#evictor.added(slot, key);
    if (this.#defaultTTL > 0) this.clearDeadline(slot);
    this.observer?.changed(key, slot);
    return slot;
  }

  /** As {@link Keyspace.admit}, for what is to take the place of the entry in a slot. */
  admitInto(slot: number, bytes: number): void {
    if (this.#isBounded) this.admit(this.#keys[slot]!, bytes, bytes - this.bytesAt(slot));
  }

  /** Puts something else, which was admitted, into a slot. Beyond `maxMemory` others (or in the end it) leave. */
  replace(slot: number, value: Value, bytes: number): void {
    this.#values[slot] = value;
    this.#slots.kinds[slot] = typeof value === 'string' ? STRING : HASH;
    this.touch(slot);
    this.resize(slot, bytes);
  }

  /** The entry in a slot, a hash that was changed in place, now takes `bytes`. */
  resize(slot: number, bytes: number): void {
    this.#slots.resize(slot, bytes);
    this.observer?.changed(this.#keys[slot]!, slot);
    if (this.#isBounded) this.#makeRoom(0);
  }

  /** Removes a live entry. */
  remove(slot: number): void {
    this.#evictor.removed(slot);
    this.#leave(slot);
    this.#free(slot);
  }

  /** Removes an entry whose time is up. */
  expire(slot: number): void {
    this.counters.expirations++;
    this.remove(slot);
  }

  /** Removes everything. */
  clear(): void {
    this.#evictor.clear();
    this.#deadlines.reset();
    this.#index.clear();
    const { end } = this;
    this.#slots.clear();
    this.#leftovers.empty(end);
    this.observer?.cleared();
  }

  /** When the entry in a slot ends, epoch milliseconds; 0 for never. */
  deadline(slot: number): number {
    return this.#deadlines.end(slot);
  }

  /** As {@link Keyspace.deadline}, leaving out a default TTL. */
  ownDeadline(slot: number): number {
    return this.#deadlines.own(slot);
  }

  /** Gives an entry a deadline of its own; an instant that has passed removes it. */
  setDeadline(slot: number, instant: number): void {
    this.observer?.changed(this.#keys[slot]!, slot);
    if (instant <= this.clock.now()) this.remove(slot);
    else this.#deadlines.set(slot, instant);
  }

  /** Gives an entry back a deadline that it had by the default TTL. */
  setDefaultDeadline(slot: number, instant: number): void {
    this.#deadlines.setDefault(slot, instant);
  }

  /** Takes an entry's own deadline away; the default TTL, if there is one, counts from now. */
  clearDeadline(slot: number): void {
    this.observer?.changed(this.#keys[slot]!, slot);
    if (this.#defaultTTL === 0 || this.#evictor.isPinned(slot)) this.#deadlines.clear(slot);
    else this.#deadlines.setDefault(slot, this.clock.now() + this.#defaultTTL);
  }

  /** Keeps an entry from being evicted and from the default TTL. */
  pin(slot: number): void {
    if (this.#evictor.pin(slot) && this.#deadlines.own(slot) === 0) this.#deadlines.clear(slot);
  }

  /** Ends {@link Keyspace.pin}. What there is too much of may leave now. */
  unpin(slot: number): void {
    if (!this.#evictor.unpin(slot, this.#keys[slot]!)) return;
    if (this.#deadlines.own(slot) === 0) this.clearDeadline(slot);
    if (this.#index.size > this.#maxSize) this.#evictAndFree();
    if (this.#isBounded) this.#makeRoom(0);
  }

  /** Removes entries whose time is up from `from` on, `most` at most; answers where to go on, `-1` at the end. */
  sweep(from: number, most: number, looks: number): number {
    const end = Math.min(this.#deadlines.length, this.end);
    const last = Math.min(end, from + looks);
    let left = most;
    let slot = from;
    for (; slot < last && left > 0; slot++) {
      if (this.#slots.kinds[slot] !== FREE && this.#deadlines.isOver(slot)) {
        this.expire(slot);
        left--;
      }
    }
    return slot < end ? slot : -1;
  }

  /** Lets the policy choose an entry to leave. Answers its slot, which is not free yet; `-1` if none can. */
  #evict(): number {
    const slot = this.#evictor.evict();
    if (slot === -1) return -1;
    if (!(this.#slots.kinds[slot]! > FREE) || this.#evictor.isPinned(slot))
      throw this.#evictor.mistake(slot);
    this.counters.evictions++;
    this.#leave(slot);
    return slot;
  }

  #evictAndFree(): boolean {
    const slot = this.#evict();
    if (slot !== -1) this.#free(slot);
    return slot !== -1;
  }

  #makeRoomFor(key: string, bytes: number): void {
    this.admit(key, bytes, bytes);
    if (this.#index.size >= this.#maxSize) this.#evictAndFree();
    this.#makeRoom(bytes);
  }

  /** Lets entries leave until `bytes` more fit, or nothing more can leave. */
  #makeRoom(bytes: number): void {
    while (this.#slots.bytes + bytes > this.#maxMemory && this.#evictAndFree());
  }

  /** The entry in a slot, which the policy knows no more, is found no more. */
  #leave(slot: number): void {
    this.observer?.left(this.#keys[slot]!, slot);
    this.#index.remove(slot);
    this.#deadlines.clear(slot);
  }

  #free(slot: number): void {
    this.#keys[slot] = NOTHING;
    this.#values[slot] = NOTHING;
    this.#slots.free(slot);
  }
}
