import { randomUUID } from 'node:crypto';
import type { MeteredCache } from '../measure/metered-cache.js';
import { now } from '../measure/now.js';
import { deadlineOf } from './deadline.js';
import type { Keys } from './keys.js';
import type { Ledger } from './ledger.js';

/** Somebody who is logged in. */
export interface Session {
  readonly key: string;
  readonly user: string;
  /** Milliseconds from the last click. */
  readonly lifetime: number;
}

/** Who is logged in, and what is in the basket. Each session belongs to one visitor, who makes one call at a time. */
export class Sessions {
  readonly #cache: MeteredCache;
  readonly #ledger: Ledger;
  readonly #keys: Keys;

  constructor(cache: MeteredCache, ledger: Ledger, keys: Keys) {
    this.#cache = cache;
    this.#ledger = ledger;
    this.#keys = keys;
  }

  async logIn(user: string, lifetime: number): Promise<Session> {
    const session = { key: this.#keys.session(randomUUID()), user, lifetime };
    await this.putInBasket(session, 0);
    return session;
  }

  async putInBasket(session: Session, items: number): Promise<void> {
    const { key, user, lifetime } = session;
    const value = JSON.stringify({ user, basket: items });
    const sentAt = now();
    await this.#cache.set(key, value, lifetime);
    this.#ledger.sessions.set(key, { value, deadline: deadlineOf(sentAt, lifetime) });
  }

  /** Reads a session, and lets it live on from here; every answer is compared with what was written. */
  async recognise({ key, lifetime }: Session): Promise<void> {
    const found = await this.#cache.get(key);
    const promised = this.#ledger.sessions.get(key);
    if (promised === undefined) return;
    if (found !== null || now() < promised.deadline.earliest) {
      this.#ledger.sessionAnswers.checked++;
      if (found !== promised.value) this.#ledger.sessionAnswers.wrong++;
    }
    const sentAt = now();
    if ((await this.#cache.pexpire(key, lifetime)) !== 1) return;
    this.#ledger.sessions.set(key, { ...promised, deadline: deadlineOf(sentAt, lifetime) });
  }

  async logOut({ key }: Session): Promise<void> {
    await this.#cache.del(key);
    this.#ledger.sessions.delete(key);
    this.#ledger.loggedOut.add(key);
  }
}
