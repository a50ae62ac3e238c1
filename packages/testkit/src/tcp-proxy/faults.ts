/** Which way bytes travel: from client to server, or back. */
export type Direction = 'requests' | 'replies';

/** What happens to the bytes of one direction: they pass, vanish, or wait until the fault is healed. */
export type Passage = 'pass' | 'swallow' | 'hold';

/** The faults that a {@link TcpProxy} makes now; shared by all its links. */
export interface Faults {
  passage: Record<Direction, Passage>;
  /** Milliseconds that bytes spend on the way. */
  delay: Record<Direction, number>;
  /** How many replies are still to be cut in their middle. */
  resets: number;
}

/** Nothing wrong. */
export const noFaults = (): Faults => ({
  passage: { requests: 'pass', replies: 'pass' },
  delay: { requests: 0, replies: 0 },
  resets: 0,
});
