import type { CacheCommands } from '@cachefb/core';
import { type SessionData, Store } from 'express-session';

const DAY = 86_400_000;

/** Sessions of express-session in a cache. Make their keys critical: then they outlive Redis. */
export class CacheStore extends Store {
  readonly #cache: CacheCommands;
  readonly #prefix: string;

  constructor(cache: CacheCommands, prefix = 'session:') {
    super();
    this.#cache = cache;
    this.#prefix = prefix;
  }

  override get(id: string, done: (error: unknown, session?: SessionData | null) => void): void {
    this.#cache.getJSON<SessionData>(this.#key(id)).then((session) => done(null, session), done);
  }

  override set(id: string, session: SessionData, done: (error?: unknown) => void = () => {}): void {
    const ttl = ttlOf(session);
    if (ttl <= 0) this.destroy(id, done);
    else this.#cache.set(this.#key(id), session, ttl).then(() => done(), done);
  }

  override destroy(id: string, done: (error?: unknown) => void = () => {}): void {
    this.#cache.del(this.#key(id)).then(() => done(), done);
  }

  /** The session was used, and not changed. */
  override touch(id: string, session: SessionData, done: () => void = () => {}): void {
    this.#cache.pexpire(this.#key(id), ttlOf(session)).then(done, done);
  }

  #key(id: string): string {
    return `${this.#prefix}${id}`;
  }
}

/** How long the cookie still lasts, milliseconds; a day for one that ends with the browser. */
function ttlOf({ cookie }: SessionData): number {
  return cookie.expires ? Math.ceil(new Date(cookie.expires).getTime() - Date.now()) : DAY;
}
