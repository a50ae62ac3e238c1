import { sleep, waitFor } from '@cachefb/testkit';
import { randomNumbers } from '../harness/random.js';
import { type Rival, TTL } from './contestants/contestant.js';
import { before, COUNTERS, during, GONE, PAGES, SHARED } from './keys.js';
import type { Player, PlayReport, Writes } from './player.js';
import { type Command, Tally } from './tally.js';

/** Milliseconds from one command to the next of its kind. Like requests, they come whether or not those before are answered. */
const PACE = { read: 4, set: 5, del: 50 };
/** What a counter's caller does after each answer, milliseconds. */
const PAUSE = 10;
/** How long a contestant gets to connect, milliseconds. */
const CONNECTING = 200;
/** How long commands on their way, and the last reads, may take at the end, milliseconds. */
const PATIENCE = 3000;

/** Calls a cache, and remembers what it was promised. */
export class Load implements Player {
  readonly #rival: Rival;
  readonly #tally = new Tally();
  readonly #random = randomNumbers(1);
  readonly #acknowledged = { set: 0, del: 0, count: 0 };
  /** When the last write of a page was acknowledged. */
  readonly #set = new Map<string, number>();
  readonly #deleted: string[] = [];
  #counted = 0;
  #reads = 0;
  #right = 0;
  #awayAt = Number.POSITIVE_INFINITY;
  #backAt = Number.POSITIVE_INFINITY;
  #ended = false;

  constructor(rival: Rival) {
    this.#rival = rival;
  }

  async begin(): Promise<void> {
    // Some connect at the first command, and lose what comes before they are connected.
    await this.#rival.set('first', '', TTL);
    await sleep(CONNECTING);
    for (const key of [...PAGES, ...GONE, ...SHARED]) {
      await this.#rival.set(key, before(key), TTL);
    }
    this.#every(PACE.read, () => this.#read());
    for (const key of COUNTERS) void this.#countOn(key);
  }

  async away(): Promise<void> {
    this.#awayAt = performance.now();
    this.#every(PACE.set, (n) => this.#write(PAGES[n]));
    this.#every(PACE.del, (n) => this.#delete(GONE[n]));
  }

  async share(): Promise<void> {
    for (const key of SHARED) void this.#time(() => this.#rival.set(key, during(key), TTL));
  }

  async back(): Promise<void> {
    this.#backAt = performance.now();
  }

  async finish(): Promise<PlayReport> {
    this.#ended = true;
    // Whatever never settles is counted as such.
    await waitFor(() => this.#tally.open === 0, { timeout: PATIENCE }).catch(() => {});
    return {
      outage: this.#tally.between(this.#awayAt, this.#backAt),
      acknowledged: this.#acknowledged,
      reads: this.#reads,
      right: this.#right,
      set: [...this.#set.keys()],
      deleted: this.#deleted,
      counted: this.#counted,
      ambiguous: this.#rival.ambiguous?.() ?? 0,
      shared: await Promise.all(SHARED.map((key) => this.#look(key))),
    };
  }

  async close(): Promise<void> {
    await this.#rival.close();
  }

  /** Calls at an even pace until Redis is back, or for reads until the end, however long an answer takes. */
  #every(ms: number, send: (n: number) => void): void {
    const start = performance.now();
    let sent = 0;
    const timer = setInterval(() => {
      if (this.#ended) clearInterval(timer);
      else while (sent * ms < performance.now() - start) send(sent++);
    }, ms);
  }

  async #read(): Promise<void> {
    const key = PAGES[Math.floor(this.#random() * PAGES.length)] as string;
    const counts = this.#isAway();
    if (counts) this.#reads++;
    const { command, answer } = await this.#time(() => this.#rival.get(key));
    if (!counts || command.rejected) return;
    const acknowledged = this.#set.get(key) ?? Number.POSITIVE_INFINITY;
    const wasCurrent = answer === before(key) && acknowledged > command.sent;
    if (wasCurrent || answer === during(key)) this.#right++;
  }

  async #write(key: string | undefined): Promise<void> {
    if (key === undefined || !this.#isAway()) return;
    const { command } = await this.#time(() => this.#rival.set(key, during(key), TTL));
    if (this.#isPromised(command, 'set')) this.#set.set(key, command.settled);
  }

  async #delete(key: string | undefined): Promise<void> {
    if (key === undefined || !this.#isAway()) return;
    const { command } = await this.#time(() => this.#rival.del(key));
    if (this.#isPromised(command, 'del')) this.#deleted.push(key);
  }

  async #countOn(key: string): Promise<void> {
    while (!this.#ended) {
      const { command } = await this.#time(() => this.#rival.count(key));
      if (this.#isPromised(command, 'count')) this.#counted++;
      await sleep(PAUSE);
    }
  }

  /** Whether a write was acknowledged; counts it if that was while Redis was away. */
  #isPromised({ settled, rejected }: Command, kind: keyof Writes): boolean {
    if (rejected) return false;
    if (settled >= this.#awayAt && settled < this.#backAt) this.#acknowledged[kind]++;
    return true;
  }

  #isAway(): boolean {
    return this.#awayAt !== Number.POSITIVE_INFINITY && this.#backAt === Number.POSITIVE_INFINITY;
  }

  #time(send: () => Promise<unknown>) {
    return this.#tally.time(send);
  }

  async #look(key: string): Promise<string | null> {
    const answer = this.#rival.get(key).catch(() => null);
    return ((await Promise.race([answer, sleep(PATIENCE)])) as string | undefined) ?? null;
  }
}
