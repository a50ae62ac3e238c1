import { grownSlots, initialSlots } from './slot-list.js';

/** One byte for each slot. */
export class ByteArray {
  bytes: Uint8Array;

  constructor(capacity: number) {
    this.bytes = new Uint8Array(initialSlots(capacity));
  }

  /** Makes sure that `slot` has a byte. */
  reserve(slot: number): void {
    if (slot < this.bytes.length) return;
    const bytes = new Uint8Array(grownSlots(slot));
    bytes.set(this.bytes);
    this.bytes = bytes;
  }
}
