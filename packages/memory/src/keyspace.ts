import { type EvictionPolicy, ReplyError } from '@cachefb/core';
import type { CoarseClock } from './coarse-clock.js';
import type { Counters } from './counters.js';
import { Deadlines } from './deadlines.js';
import { NOTHING, type Value } from './entry.js';
import { Evictor } from './evictor.js';
import { KeyIndex } from './index/key-index.js';
import type { KeyspaceLimits, KeyspaceObserver } from './keyspace-limits.js';
import { Leftovers } from './leftovers.js';
import { outOfMemory } from './reply-errors.js';
import { quickStringEntryBytes, stringEntryBytes } from './size-estimate.js';
import { Slots } from './slots.js';
import { unseenBytes } from './unseen-bytes.js';

/** What a slot holds, so that this is known without touching the value. */
const FREE = 0;
const STRING = 1;
const HASH = 2;
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
  #kinds: Uint8Array;

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
    this.#kinds = new Uint8Array(slots);
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

  /** The slot of a live entry, `-1` if there is none. An entry whose time is up leaves now. */
  find(key: string): number {
    const slot = this.#index.find(key);
    if (slot === -1) return -1;
    if (this.#deadlines.isOver(slot)) {
      this.expire(slot);
      return -1;
    }
    return slot;
  }

  /** The key in a slot if its entry is live, else `undefined`. Changes nothing. */
  keyAt(slot: number): string | undefined {
    return this.#kinds[slot] === FREE || this.#deadlines.isOver(slot)
      ? undefined
      : this.#keys[slot];
  }

  /** Whether a slot holds a string. */
  isString(slot: number): boolean {
    return this.#kinds[slot] === STRING;
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
    const maxMemory = this.#maxMemory;
    if (bytes > maxMemory) {
      throw new ReplyError(
        `ERR value of key ${JSON.stringify(key.slice(0, 80))} takes ${bytes} bytes, more than maxMemory (${maxMemory})`,
      );
    }
    if (growth > 0 && this.#slots.bytes + growth > maxMemory && !this.#evictor.evicts) {
      throw outOfMemory();
    }
  }

  /** Adds an entry, whose key must not be there, making room first. Answers its slot. */
  insert(key: string, value: Value, bytes: number): number {
    if (this.#isBounded) this.admit(key, bytes, bytes);
    if (this.#index.size >= this.#maxSize) this.#evict();
    if (this.#isBounded) this.#makeRoom(bytes);
    const slot = this.#slots.take(bytes);
    if (slot >= this.#kinds.length) this.#growKinds(slot);
    this.#keys[slot] = key;
    this.#values[slot] = value;
    this.#kinds[slot] = typeof value === 'string' ? STRING : HASH;
    this.#index.add(key, slot);
    this.#evictor.added(slot, key);
    if (this.#defaultTTL > 0) this.clearDeadline(slot);
    this.observer?.changed(key);
    return slot;
  }

  /** As {@link Keyspace.admit}, for what is to take the place of the entry in a slot. */
  admitInto(slot: number, bytes: number): void {
    if (this.#isBounded) this.admit(this.#keys[slot]!, bytes, bytes - this.bytesAt(slot));
  }

  /** Puts something else, which was admitted, into a slot. Beyond `maxMemory` others (or in the end it) leave. */
  replace(slot: number, value: Value, bytes: number): void {
    this.#values[slot] = value;
    this.#kinds[slot] = typeof value === 'string' ? STRING : HASH;
    this.touch(slot);
    this.resize(slot, bytes);
  }

  /** The entry in a slot, a hash that was changed in place, now takes `bytes`. */
  resize(slot: number, bytes: number): void {
    this.#slots.resize(slot, bytes);
    this.observer?.changed(this.#keys[slot]!);
    if (this.#isBounded) this.#makeRoom(0);
  }

  /** Removes a live entry. */
  remove(slot: number): void {
    this.#evictor.removed(slot);
    this.#release(slot);
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
    this.#kinds.fill(FREE, 0, end);
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
    this.observer?.changed(this.#keys[slot]!);
    if (instant <= this.clock.now()) this.remove(slot);
    else this.#deadlines.set(slot, instant);
  }

  /** Gives an entry back a deadline that it had by the default TTL. */
  setDefaultDeadline(slot: number, instant: number): void {
    this.#deadlines.setDefault(slot, instant);
  }

  /** Takes an entry's own deadline away; the default TTL, if there is one, counts from now. */
  clearDeadline(slot: number): void {
    this.observer?.changed(this.#keys[slot]!);
    const defaultTTL = this.#defaultTTL;
    if (defaultTTL === 0 || this.#evictor.isPinned(slot)) this.#deadlines.clear(slot);
    else this.#deadlines.setDefault(slot, this.clock.now() + defaultTTL);
  }

  /** Keeps an entry from being evicted and from the default TTL. */
  pin(slot: number): void {
    if (this.#evictor.pin(slot) && this.#deadlines.own(slot) === 0) this.#deadlines.clear(slot);
  }

  /** Ends {@link Keyspace.pin}. What there is too much of may leave now. */
  unpin(slot: number): void {
    if (!this.#evictor.unpin(slot, this.#keys[slot]!)) return;
    if (this.#deadlines.own(slot) === 0) this.clearDeadline(slot);
    if (this.#index.size > this.#maxSize) this.#evict();
    if (this.#isBounded) this.#makeRoom(0);
  }

  /** Removes entries whose time is up from `from` on, `most` at most; answers where to go on, `-1` at the end. */
  sweep(from: number, most: number, looks: number): number {
    const end = Math.min(this.#deadlines.length, this.end);
    const last = Math.min(end, from + looks);
    let left = most;
    let slot = from;
    for (; slot < last && left > 0; slot++) {
      if (this.#kinds[slot] !== FREE && this.#deadlines.isOver(slot)) {
        this.expire(slot);
        left--;
      }
    }
    return slot < end ? slot : -1;
  }

  /** Lets the policy choose an entry to leave; `false` if none can. */
  #evict(): boolean {
    const slot = this.#evictor.evict();
    if (slot === -1) return false;
    if (!(this.#kinds[slot]! > FREE) || this.#evictor.isPinned(slot))
      throw this.#evictor.mistake(slot);
    this.counters.evictions++;
    this.#release(slot);
    return true;
  }

  /** Lets entries leave until `bytes` more fit, or nothing more can leave. */
  #makeRoom(bytes: number): void {
    while (this.#slots.bytes + bytes > this.#maxMemory && this.#evict());
  }

  #release(slot: number): void {
    this.observer?.changed(this.#keys[slot]!);
    this.#index.remove(slot);
    this.#keys[slot] = NOTHING;
    this.#values[slot] = NOTHING;
    this.#kinds[slot] = FREE;
    this.#deadlines.clear(slot);
    this.#slots.free(slot);
  }

  #growKinds(slot: number): void {
    const kinds = new Uint8Array(2 ** Math.ceil(Math.log2(slot + 2)));
    kinds.set(this.#kinds);
    this.#kinds = kinds;
  }
}
