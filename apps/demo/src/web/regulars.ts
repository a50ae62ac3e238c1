import { setTimeout as sleep } from 'node:timers/promises';
import type { Crowd } from '../shop/crowd.js';
import type { Session } from '../shop/sessions.js';
import type { Shop } from '../shop/shop.js';

/** Milliseconds between two things that the one who shops puts into the basket. */
const PACE = 1000;
const LIFETIME = 60_000;
/** The one who only looks: the session runs out, and a new one is begun. */
const GLANCE = 20_000;
const NAP = 100;

/** Two visitors whose sessions can be followed, because they stay. They come and go with the crowd. */
export class Regulars {
  readonly #shop: Shop;
  readonly #crowd: Crowd;
  #shopper: Session | undefined;
  #looker: Session | undefined;
  #staying = true;
  #everybody: Promise<unknown> = Promise.resolve();

  constructor(shop: Shop, crowd: Crowd) {
    this.#shop = shop;
    this.#crowd = crowd;
  }

  /** The session of the one who shops, and of the one who looks. */
  get sessions(): { readonly shopper: Session | undefined; readonly looker: Session | undefined } {
    return { shopper: this.#shopper, looker: this.#looker };
  }

  start(): void {
    this.#everybody = Promise.all([
      this.#again(PACE, (turn) => this.#buy(turn)),
      this.#again(GLANCE, () => this.#look()),
    ]);
  }

  async stop(): Promise<void> {
    this.#staying = false;
    await this.#everybody;
  }

  /** A failed call is counted where it happened, and tried again at the next turn. */
  async #again(pause: number, act: (turn: number) => Promise<void>): Promise<void> {
    for (let turn = 0; this.#staying; turn++) {
      if (this.#crowd.isOpen) await this.#crowd.step(() => act(turn)).catch(() => {});
      await this.#sleep(pause);
    }
  }

  async #sleep(ms: number): Promise<void> {
    const end = performance.now() + ms;
    while (this.#staying && performance.now() < end) await sleep(NAP);
  }

  async #buy(turn: number): Promise<void> {
    const { sessions, clicks } = this.#shop;
    this.#shopper ??= await sessions.logIn('regular', LIFETIME);
    await clicks.admit(this.#shopper.user);
    await sessions.recognise(this.#shopper);
    await sessions.putInBasket(this.#shopper, turn);
  }

  async #look(): Promise<void> {
    this.#looker = await this.#shop.sessions.logIn('looker', GLANCE - PACE);
  }
}
