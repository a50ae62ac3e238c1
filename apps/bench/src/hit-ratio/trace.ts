/** Requests of keys, in the order in which they came. */
export interface Trace {
  readonly name: string;
  readonly requests: Uint32Array;
  /** The sizes of cache that it is played to. */
  readonly capacities: readonly number[];
}
