import type { RawRedis } from '@cachefb/testkit';

/** How a Redis that was away comes back. */
export interface Return {
  /** Without any data. */
  readonly empty?: boolean;
  /** Done by somebody else, over a connection of their own, before the shop has noticed that Redis is back. */
  readonly meanwhile?: (other: RawRedis) => Promise<void>;
}

/** Where Redis is, and how it is taken away and brought back. */
export interface Stage {
  /** Where the shop finds it. */
  readonly url: string;
  /** What this Redis is. */
  readonly description: string;
  /** Whether it may come back empty. */
  readonly mayLoseData: boolean;
  /** Opens a connection that has nothing to do with the shop's. */
  connect(): Promise<RawRedis>;
  /** What {@link Stage.takeAway} does now, in words. */
  readonly farewell: string;
  /** Takes Redis away at once. */
  takeAway(): Promise<void>;
  /** What {@link Stage.bringBack} does, in words. */
  welcome(how?: Return): string;
  /** Brings Redis back. */
  bringBack(how?: Return): Promise<void>;
  /** Removes what the demo has left, the keys under the prefix too. Idempotent. */
  close(prefix: string): Promise<void>;
}
