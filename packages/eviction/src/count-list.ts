import { grownSlots, initialSlots } from './slot-list.js';

/** Fields of a slot's node. */
const NEXT = 0;
const PREVIOUS = 1;
const GROUP = 2;
/** Fields of a group: the first two link the groups by rising count, the others are its oldest and newest slot. */
const OLDEST = 2;
const NEWEST = 3;
const NONE = 0xffffffff;

/**
 * Slots in groups of equal count, the groups linked by rising count; within a group the slot that came first is the
 * oldest. Adding near the lowest count, incrementing, removing and taking the lowest are O(1). 36 bytes a slot.
 */
export class CountList {
  #slots: Uint32Array;
  #groups: Uint32Array;
  #counts: Float64Array;
  #first = NONE;
  #free = NONE;
  #used = 0;

  constructor(capacity: number) {
    const slots = initialSlots(capacity);
    this.#slots = new Uint32Array(3 * slots);
    // An increment makes the new group before it drops the old one.
    this.#groups = new Uint32Array(4 * (slots + 1));
    this.#counts = new Float64Array(slots + 1);
  }

  /** Adds a slot with `count`, which may be at most one above the lowest there is, or has been. */
  add(slot: number, count: number): void {
    if (3 * slot >= this.#slots.length) this.#grow(slot);
    let before = NONE;
    let group = this.#first;
    while (group !== NONE && this.#counts[group]! < count) {
      before = group;
      group = this.#groups[4 * group + NEXT]!;
    }
    if (group === NONE || this.#counts[group] !== count) group = this.#insertGroup(before, count);
    this.#append(group, slot);
  }

  /** Adds 1 to the count of a slot and makes it the newest of that count. */
  increment(slot: number): void {
    const group = this.#slots[3 * slot + GROUP]!;
    const count = this.#counts[group]! + 1;
    let target = this.#groups[4 * group + NEXT]!;
    const fits = target !== NONE && this.#counts[target] === count;
    if (!fits && this.#isAlone(group)) {
      this.#counts[group] = count;
      return;
    }
    if (!fits) target = this.#insertGroup(group, count);
    this.#unlink(group, slot);
    this.#append(target, slot);
  }

  /** Takes a slot out. */
  remove(slot: number): void {
    this.#unlink(this.#slots[3 * slot + GROUP]!, slot);
  }

  /** The lowest count, 0 if the list is empty. */
  lowest(): number {
    return this.#first === NONE ? 0 : this.#counts[this.#first]!;
  }

  /** Takes out the oldest slot of the lowest count and answers it, `-1` if the list is empty. */
  shift(): number {
    if (this.#first === NONE) return -1;
    const slot = this.#groups[4 * this.#first + OLDEST]!;
    this.#unlink(this.#first, slot);
    return slot;
  }

  /** Empties the list. */
  clear(): void {
    this.#first = NONE;
    this.#free = NONE;
    this.#used = 0;
  }

  #isAlone(group: number): boolean {
    return this.#groups[4 * group + OLDEST] === this.#groups[4 * group + NEWEST];
  }

  #append(group: number, slot: number): void {
    const slots = this.#slots;
    const newest = this.#groups[4 * group + NEWEST]!;
    slots[3 * slot + NEXT] = NONE;
    slots[3 * slot + PREVIOUS] = newest;
    slots[3 * slot + GROUP] = group;
    if (newest === NONE) this.#groups[4 * group + OLDEST] = slot;
    else slots[3 * newest + NEXT] = slot;
    this.#groups[4 * group + NEWEST] = slot;
  }

  #unlink(group: number, slot: number): void {
    const slots = this.#slots;
    const next = slots[3 * slot + NEXT]!;
    const previous = slots[3 * slot + PREVIOUS]!;
    if (next === NONE && previous === NONE) {
      this.#dropGroup(group);
      return;
    }
    if (previous === NONE) this.#groups[4 * group + OLDEST] = next;
    else slots[3 * previous + NEXT] = next;
    if (next === NONE) this.#groups[4 * group + NEWEST] = previous;
    else slots[3 * next + PREVIOUS] = previous;
  }

  /** A new, empty group behind `before`, or in front of all. */
  #insertGroup(before: number, count: number): number {
    let group = this.#free;
    if (group === NONE) group = this.#used++;
    else this.#free = this.#groups[4 * group + NEXT]!;
    const groups = this.#groups;
    const next = before === NONE ? this.#first : groups[4 * before + NEXT]!;
    groups[4 * group + NEXT] = next;
    groups[4 * group + PREVIOUS] = before;
    groups[4 * group + OLDEST] = NONE;
    groups[4 * group + NEWEST] = NONE;
    this.#counts[group] = count;
    if (before === NONE) this.#first = group;
    else groups[4 * before + NEXT] = group;
    if (next !== NONE) groups[4 * next + PREVIOUS] = group;
    return group;
  }

  #dropGroup(group: number): void {
    const groups = this.#groups;
    const next = groups[4 * group + NEXT]!;
    const previous = groups[4 * group + PREVIOUS]!;
    if (previous === NONE) this.#first = next;
    else groups[4 * previous + NEXT] = next;
    if (next !== NONE) groups[4 * next + PREVIOUS] = previous;
    groups[4 * group + NEXT] = this.#free;
    this.#free = group;
  }

  #grow(slot: number): void {
    const size = grownSlots(slot);
    const slots = new Uint32Array(3 * size);
    slots.set(this.#slots);
    this.#slots = slots;
    const groups = new Uint32Array(4 * (size + 1));
    groups.set(this.#groups);
    this.#groups = groups;
    const counts = new Float64Array(size + 1);
    counts.set(this.#counts);
    this.#counts = counts;
  }
}
