import { setTimeout as sleep } from 'node:timers/promises';
import { Gate } from './gate.js';
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

/** Nobody sleeps longer at a time, milliseconds: what is asked of them meanwhile must not wait for long. */
const NAP = 100;

/** Everybody who uses the shop at the same time. */
export class Crowd {
  readonly #shop: Shop;
  readonly #robots: number;
  readonly #gate = new Gate();
  /** How much longer than usual everybody waits between two steps. */
  slowness = 1;
  #open = false;
  #everybody: Promise<unknown> = Promise.resolve();

  constructor(shop: Shop, robots = ROBOTS) {
    this.#shop = shop;
    this.#robots = robots;
  }

  /** Whether anybody is let in. */
  get isOpen(): boolean {
    return this.#open;
  }

  /** Does something as one of the crowd, who can be made to stand still. */
  step<T>(work: () => Promise<T>): Promise<T> {
    return this.#gate.pass(work);
  }

  /** Does something while everybody stands still and every call is answered. */
  standingStill<T>(work: () => Promise<T>): Promise<T> {
    return this.#gate.whileShut(work);
  }

  /** Lets everybody in. */
  start(): void {
    this.#open = true;
    const visitors = Array.from({ length: VISITORS }, (_, index) =>
      this.#again(() =>
        index < this.#robots
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

  async #sleep(ms: number): Promise<void> {
    for (let slept = 0; this.#open && slept < ms * this.slowness; ) {
      const nap = Math.min(NAP, ms * this.slowness - slept);
      await sleep(nap);
      slept += nap;
    }
  }

  /** @param pace - milliseconds between two clicks, on average. */
  async #visit(user: string, pace: number): Promise<void> {
    const { sessions } = this.#shop;
    if (Math.random() < 0.2) await this.#gate.pass(() => sessions.logIn(user, GLANCE));
    const session = await this.#gate.pass(() => sessions.logIn(user, SESSION_LIFETIME));
    const clicks = 10 + Math.floor(Math.random() * 30);
    for (let click = 1; click <= clicks && this.#open; click++) {
      await this.#sleep(pace * (0.5 + Math.random()));
      await this.#gate.pass(() => this.#click(session, click));
    }
    // The others just leave; their sessions stay until they run out.
    if (Math.random() < 0.7) await this.#gate.pass(() => sessions.logOut(session));
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
    const { config } = this.#shop;
    for (const setting of SETTINGS) {
      if (!this.#open) return;
      const value = `set at ${new Date().toISOString()}`;
      await this.#gate.pass(() => config.change(setting, value));
      await this.#sleep(60);
    }
  }

  async #editor(): Promise<void> {
    const { pages } = this.#shop;
    await this.#gate.pass(() => pages.publish(Math.floor(Math.random() * pages.size)));
    await this.#sleep(50);
  }
}
