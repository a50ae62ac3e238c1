import { ReplyError } from '@cachefb/core';
import type { CacheManager } from '@cachefb/manager';
import { sleep } from '@cachefb/testkit';
import { ending, type Promises, type StringPromise, TOLERANCE } from './promises.js';
import type { Tally } from './tally.js';
import { UNTOUCHED, untouchedKeys } from './untouched.js';

/** Globs of the keys that callers treat as critical. */
export const CRITICAL_KEYS = ['session:*'];
const SESSION_TTL = 60_000;
const LEASE_SECONDS = 90;
const BRIEF_TTL = 1500;
/** Rounds in which one key that soon ends is left to end. */
const BRIEF_ROUNDS = 15;
const NO_INTEGER = 'ERR value is not an integer or out of range';

/** Calls the cache again and again, one call after the other, and remembers what it was promised. */
export class Caller {
  readonly #cache: CacheManager;
  readonly #promises: Promises;
  readonly #tally: Tally;
  readonly #name: number;
  /** Rounds finished. */
  rounds = 0;

  constructor(name: number, cache: CacheManager, promises: Promises, tally: Tally) {
    this.#name = name;
    this.#cache = cache;
    this.#promises = promises;
    this.#tally = tally;
  }

  /** Goes on until told to stop; then finishes its round. */
  async run(goesOn: () => boolean): Promise<void> {
    for (let round = 1; goesOn(); round++) {
      await this.#critical(round);
      await this.#ordinary(round);
      this.rounds = round;
    }
  }

  async #critical(round: number): Promise<void> {
    const { strings, hashes } = this.#promises;
    const session = `session:${this.#name}`;
    const note = `session:note:${this.#name}`;
    const cart = `session:cart:${this.#name}`;
    const gone = `session:gone:${this.#name}`;
    await this.#set(strings, session, `v${round}`, SESSION_TTL);
    await this.#read(session, strings.get(session), false);
    await this.#set(strings, note, `n${round}`);
    await this.#mistake(note);
    await this.#count('session:count');
    await this.#setField(hashes, cart, `f${round % 5}`, String(round));
    if (round % 2 === 1) await this.#set(strings, gone, `g${round}`);
    else await this.#delete(strings, gone);
    await this.#lease(strings, `session:lease:${this.#name}`, `l${round}`, true);
    const brief = `session:brief:${this.#name}`;
    if (round % BRIEF_ROUNDS === 1) await this.#set(strings, brief, `b${round}`, BRIEF_TTL);
    else await this.#read(brief, strings.get(brief), false);
    await this.#readFields(cart);
    const untouched = untouchedKeys(this.#name);
    await this.#read(untouched.critical, { value: UNTOUCHED }, false);
  }

  async #ordinary(round: number): Promise<void> {
    const { pages, pageHashes } = this.#promises;
    const page = `page:${this.#name}`;
    const gone = `page:gone:${this.#name}`;
    await this.#read(page, pages.get(page), true);
    if (round % 3 === 0) await this.#set(pages, page, `p${round}`);
    await this.#read(page, pages.get(page), true);
    await this.#read(untouchedKeys(this.#name).ordinary, { value: UNTOUCHED }, true);
    await this.#count('hits');
    await this.#setField(pageHashes, `page:tags:${this.#name}`, `f${round % 5}`, String(round));
    if (round % 2 === 1) await this.#set(pages, gone, `g${round}`, SESSION_TTL);
    else await this.#delete(pages, gone);
    if (round % 4 === 0) {
      await this.#lease(pages, `page:lease:${this.#name}`, `l${round}`, false);
    }
  }

  async #set(
    kept: Promises['strings'],
    key: string,
    value: string,
    ttl?: number | undefined,
  ): Promise<void> {
    const asked = performance.now();
    await this.#call(`set ${key}`, () => this.#cache.set(key, value, ttl));
    kept.set(key, ttl === undefined ? { value } : ending(value, ttl, asked));
  }

  async #delete(kept: Promises['strings'], key: string): Promise<void> {
    await this.#call(`del ${key}`, () => this.#cache.del(key));
    kept.set(key, { value: null });
  }

  /** A key that is written, and then given an end. */
  async #lease(
    kept: Promises['strings'],
    key: string,
    value: string,
    certain: boolean,
  ): Promise<void> {
    await this.#set(kept, key, value);
    const asked = performance.now();
    const done = await this.#call(`expire ${key}`, () => this.#cache.expire(key, LEASE_SECONDS));
    if (done === 1) kept.set(key, ending(value, LEASE_SECONDS * 1000, asked));
    else if (certain) this.#tally.broken.push(`expire of ${key}, just written, answered ${done}`);
  }

  async #setField(
    kept: Promises['hashes'],
    key: string,
    field: string,
    value: string,
  ): Promise<void> {
    await this.#call(`hset ${key}`, () => this.#cache.hset(key, field, value));
    this.#promises.field(kept, key, field, value);
  }

  async #count(key: string): Promise<void> {
    await this.#call(`incr ${key}`, () => this.#cache.incr(key));
    this.#promises.counted(key);
  }

  async #read(key: string, promised: StringPromise | undefined, mayBeGone: boolean): Promise<void> {
    const asked = performance.now();
    const seen = await this.#call(`get ${key}`, () => this.#cache.get(key));
    const { value = null, deadline = Number.POSITIVE_INFINITY } = promised ?? {};
    const mayBeOver = performance.now() >= (promised?.earliest ?? Number.POSITIVE_INFINITY);
    if (seen === null && (mayBeGone || value === null || mayBeOver)) return;
    if (seen === value && asked <= deadline + TOLERANCE) return;
    const late = asked > deadline ? `, and ended ${Math.round(asked - deadline)} ms before` : '';
    this.#tally.broken.push(`${key} was ${seen} after ${value} had been written${late}`);
  }

  async #readFields(key: string): Promise<void> {
    const expected = this.#promises.hashes.get(key) ?? new Map();
    const seen = await this.#call(`hgetall ${key}`, () => this.#cache.hgetall(key));
    for (const [field, value] of expected) {
      if (seen?.[field] === value) continue;
      this.#tally.broken.push(`${field} of ${key} was ${seen?.[field]} after ${value}`);
    }
  }

  /** What a caller does wrong gives him the same error, whoever answers. */
  async #mistake(key: string): Promise<void> {
    await this.#call(`incr ${key}`, async () => {
      try {
        await this.#cache.incr(key);
      } catch (error) {
        if (error instanceof ReplyError && error.message === NO_INTEGER) return;
        throw error;
      }
      this.#tally.broken.push(`incr of the text at ${key} was answered`);
    });
  }

  async #call<T>(name: string, call: () => Promise<T>): Promise<T | undefined> {
    const answer = await this.#tally.time(name, call);
    // Whoever calls a cache does something else in between.
    await sleep(1);
    return answer;
  }
}
