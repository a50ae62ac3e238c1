/** Requests of keys, in the order in which they came. */
export interface Trace {
  readonly name: string;
  readonly requests: Uint32Array;
  /** The sizes of cache that it is played to. */
  readonly capacities: readonly number[];
}

/** How many different keys a trace has. */
export function distinctKeys(requests: Uint32Array): number {
  return new Set(requests).size;
}
