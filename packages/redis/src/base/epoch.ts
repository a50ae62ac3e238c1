import { randomUUID } from 'node:crypto';
import { ReplyError } from '@cachefb/core';
import type { Link } from './link.js';

/** How long the marker lives without being renewed, milliseconds: seven days. */
const TTL = String(7 * 24 * 60 * 60 * 1000);

/**
 * Tells a server that lost everything from one that merely restarted: a marker is kept there, and when a new `run_id`
 * comes without it, so did the data go. All processes share one marker; each remembers the word in it, so that one
 * process's renewal hides nothing from another.
 */
export class Epoch {
  readonly #key: string;
  #word: string | undefined;
  #instance: string | undefined;
  #emptied = false;

  /** @param key - where the marker is kept. */
  constructor(key: string) {
    this.#key = key;
  }

  /** Whether the server lost everything, and nobody has said yet that he knows. */
  get emptied(): boolean {
    return this.#emptied;
  }

  /** Looks at a server just connected to, before any of its replies is believed. */
  async examine(link: Link, instance: string | undefined): Promise<void> {
    const known = this.#instance;
    const restarted = known !== undefined && instance !== undefined && instance !== known;
    if (restarted && this.#word !== undefined) {
      const found = await this.#tolerate(link.send('GET', [this.#key]));
      if (found !== undefined && found !== this.#word) this.#emptied = true;
    }
    // Only now: if the connection broke meanwhile, the next one has to look again.
    this.#instance = instance ?? known;
  }

  /** Prolongs the marker's life, and sets it where there is none; not on a server whose loss is yet to be handled. */
  async renew(link: Link): Promise<void> {
    if (this.#emptied) return;
    const word = this.#word ?? randomUUID();
    const [, found] = await Promise.all([
      this.#tolerate(link.send('SET', [this.#key, word, 'PX', TTL, 'NX'])),
      this.#tolerate(link.send('GET', [this.#key])),
      this.#tolerate(link.send('PEXPIRE', [this.#key, TTL])),
    ]);
    if (typeof found === 'string') this.#word = found;
  }

  /** The loss has been handled: what is there from now on is what the server holds. */
  async acknowledge(link: Link): Promise<void> {
    this.#emptied = false;
    this.#word = undefined;
    await this.renew(link);
  }

  /** The words that put the marker back behind a flush of ours; `undefined` if there is none to put back. */
  restore(): readonly [key: string, word: string, ttl: string] | undefined {
    return this.#word === undefined || this.#emptied ? undefined : [this.#key, this.#word, TTL];
  }

  /** Puts the marker back behind a flush of ours, which is no loss. Never rejects: the next probe would set it. */
  async putBack(link: Link): Promise<void> {
    const marker = this.restore();
    if (marker === undefined) return;
    const [key, word, ttl] = marker;
    await link.send('SET', [key, word, 'PX', ttl]).catch(() => {});
  }

  /** A reply, `undefined` where this user may not ask, or writes are refused. */
  async #tolerate(reply: Promise<unknown>): Promise<unknown> {
    try {
      return await reply;
    } catch (error) {
      if (error instanceof ReplyError || isWriteRefusal(error)) return undefined;
      throw error;
    }
  }
}

function isWriteRefusal(error: unknown): boolean {
  return (error as { scope?: unknown }).scope === 'writes';
}
