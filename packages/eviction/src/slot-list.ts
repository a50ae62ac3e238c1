/** The first allocation where no capacity is known, in slots. */
const INITIAL_SLOTS = 64;
/** No more than this is allocated ahead of use; what is not written to takes no memory. */
const LARGEST_START = 1 << 20;

/** How many slots to allocate for a cache of `capacity` entries before any of them is used. */
export function initialSlots(capacity: number): number {
  return Math.max(INITIAL_SLOTS, Math.min(LARGEST_START, Math.ceil(capacity)));
}

/** The size that an array for `slot` should grow to. */
export function grownSlots(slot: number): number {
  return 2 ** Math.ceil(Math.log2(slot + 2));
}

/**
 * The links of several doubly linked lists over the same slots: a slot is in at most one of them. Everything is in one
 * flat array, next and previous side by side; the first nodes are the lists' sentinels, so that linking and unlinking
 * need no branch.
 */
export class SlotLinks {
  /** Node `n` has its next node at `2n` and its previous one at `2n + 1`. */
  nodes: Int32Array;
  /** How many sentinels stand before the first slot. */
  readonly lists: number;

  constructor(lists: number, capacity: number) {
    this.lists = lists;
    this.nodes = new Int32Array(2 * (lists + initialSlots(capacity)));
  }

  /** Makes sure that `slot` has a node. */
  reserve(slot: number): void {
    if (2 * (slot + this.lists) < this.nodes.length) return;
    const nodes = new Int32Array(2 * (this.lists + grownSlots(slot)));
    nodes.set(this.nodes);
    this.nodes = nodes;
  }
}

/** One list of slots, newest first; every method is O(1). */
export class SlotList {
  /** How many slots are in the list. */
  length = 0;
  readonly #links: SlotLinks;
  readonly #offset: number;
  readonly #sentinel: number;

  /** @param sentinel - which of the lists of `links` this is, from 0. */
  constructor(links: SlotLinks, sentinel = 0) {
    this.#links = links;
    this.#offset = links.lists;
    this.#sentinel = sentinel;
    this.clear();
  }

  /** Adds a slot, which must be in no list, as the newest. */
  push(slot: number): void {
    const node = slot + this.#offset;
    const sentinel = this.#sentinel;
    const nodes = this.#links.nodes;
    const first = nodes[sentinel << 1]!;
    nodes[node << 1] = first;
    nodes[(node << 1) | 1] = sentinel;
    nodes[(first << 1) | 1] = node;
    nodes[sentinel << 1] = node;
    this.length++;
  }

  /** Takes a slot out of this list. */
  remove(slot: number): void {
    const node = slot + this.#offset;
    const nodes = this.#links.nodes;
    const next = nodes[node << 1]!;
    const previous = nodes[(node << 1) | 1]!;
    nodes[previous << 1] = next;
    nodes[(next << 1) | 1] = previous;
    this.length--;
  }

  /** Makes a slot of this list the newest. */
  renew(slot: number): void {
    const node = slot + this.#offset;
    const sentinel = this.#sentinel;
    const nodes = this.#links.nodes;
    const first = nodes[sentinel << 1]!;
    if (first === node) return;
    const next = nodes[node << 1]!;
    const previous = nodes[(node << 1) | 1]!;
    nodes[previous << 1] = next;
    nodes[(next << 1) | 1] = previous;
    nodes[node << 1] = first;
    nodes[(node << 1) | 1] = sentinel;
    nodes[(first << 1) | 1] = node;
    nodes[sentinel << 1] = node;
  }

  /** The slot that has been in the list longest, `-1` if it is empty. */
  oldest(): number {
    return this.length === 0 ? -1 : this.#links.nodes[(this.#sentinel << 1) | 1]! - this.#offset;
  }

  /** The slot that came right after `slot`, `-1` for the newest. */
  newer(slot: number): number {
    const node = this.#links.nodes[((slot + this.#offset) << 1) | 1]!;
    return node === this.#sentinel ? -1 : node - this.#offset;
  }

  /** Takes out the oldest slot and answers it, `-1` if the list is empty. */
  shift(): number {
    const slot = this.oldest();
    if (slot !== -1) this.remove(slot);
    return slot;
  }

  /** Empties the list. */
  clear(): void {
    this.length = 0;
    this.#links.nodes[this.#sentinel << 1] = this.#sentinel;
    this.#links.nodes[(this.#sentinel << 1) | 1] = this.#sentinel;
  }
}
