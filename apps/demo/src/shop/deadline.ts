import { now } from '../measure/now.js';

/** When a key has to go. Redis sets it between the call and its reply, so it is known to lie between two times. */
export interface Deadline {
  /** Epoch milliseconds. */
  readonly earliest: number;
  /** Epoch milliseconds. */
  readonly latest: number;
}

/** The deadline that a call sent at `sentAt`, and answered just now, has set. */
export function deadlineOf(sentAt: number, ttl: number): Deadline {
  return { earliest: sentAt + ttl, latest: now() + ttl };
}
