import { setTimeout as sleep } from 'node:timers/promises';
import type { Session } from './sessions.js';
import type { Shop } from './shop.js';

export const VISITORS = 48;
/** Among the visitors; they click without looking, and run into the rate limit. */
const ROBOTS = 3;
/** How long a session lives after the last click, milliseconds. */
export const SESSION_LIFETIME = 60_000;
/** Some log in only for a look, milliseconds: their sessions run out during the story. */
const GLANCE = 1500;
const SETTINGS = ['currency', 'shipping', 'discount', 'banner', 'opening hours'];

/** Everybody who uses the shop at the same time. */
export class Crowd {
  readonly #shop: Shop;
  #open = false;
  #everybody: Promise<unknown> = Promise.resolve();

  constructor(shop: Shop) {
    this.#shop = shop;
  }

  /** Lets everybody in. */
  start(): void {
    this.#open = true;
    const visitors = Array.from({ length: VISITORS }, (_, index) =>
      this.#again(() =>
        index < ROBOTS
          ? this.#visit(`robot-${index + 1}`, 1)
          : this.#visit(`visitor-${index + 1}`, 40),
      ),
    );
    this.#everybody = Promise.all([
      ...visitors,
      this.#again(() => this.#clerk()),
      this.#again(() => this.#editor()),
    ]);
  }

  /** Sends everybody home; resolves when the last call is answered. */
  async stop(): Promise<void> {
    this.#open = false;
    await this.#everybody;
  }

  /** A failed call ends a visit, as an error page does; it is counted where it happened. */
  async #again(visit: () => Promise<void>): Promise<void> {
    while (this.#open) {
      try {
        await visit();
      } catch {
        await sleep(10);
      }
    }
  }

  /** @param pace - milliseconds between two clicks, on average. */
  async #visit(user: string, pace: number): Promise<void> {
    const { sessions } = this.#shop;
    if (Math.random() < 0.2) await sessions.logIn(user, GLANCE);
    const session = await sessions.logIn(user, SESSION_LIFETIME);
    const clicks = 10 + Math.floor(Math.random() * 30);
    for (let click = 1; click <= clicks && this.#open; click++) {
      await sleep(pace * (0.5 + Math.random()));
      await this.#click(session, click);
    }
    // The others just leave; their sessions stay until they run out.
    if (Math.random() < 0.7) await sessions.logOut(session);
  }

  async #click(session: Session, click: number): Promise<void> {
    const { sessions, clicks, config, pages } = this.#shop;
    if (!(await clicks.admit(session.user))) return;
    await Promise.all([
      sessions.recognise(session),
      config.read(),
      pages.show(Math.floor(Math.random() * pages.size)),
    ]);
    if (click % 4 === 0) await sessions.putInBasket(session, click / 4);
  }

  async #clerk(): Promise<void> {
    for (const setting of SETTINGS) {
      if (!this.#open) return;
      await this.#shop.config.change(setting, `set at ${new Date().toISOString()}`);
      await sleep(60);
    }
  }

  async #editor(): Promise<void> {
    const { pages } = this.#shop;
    await pages.publish(Math.floor(Math.random() * pages.size));
    await sleep(50);
  }
}
