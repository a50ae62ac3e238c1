import { CacheTimeoutError, CacheUnavailableError, type Clock } from '@cachefb/core';
import type { Greeting } from './handshake.js';
import type { ClosedLink, Link } from './link.js';

/** A link on which commands are admitted, and what its server said of itself. */
export interface Session {
  readonly link: Link;
  readonly greeting: Greeting;
}

/** What a {@link Connection} works with. */
export interface ConnectionOptions {
  /** Makes a link; every attempt has its own. */
  readonly makeLink: () => ClosedLink;
  /** What comes before commands are admitted. */
  readonly prepare: (link: Link) => Promise<Greeting>;
  /** How long opening may take in all, milliseconds. */
  readonly timeout: number;
  readonly clock: Clock;
  /** Told of every session that has ended. */
  readonly onLost: (session: Session) => void;
}

/** Holds at most one session, and opens one on demand: never by itself, never two at once. */
export class Connection {
  readonly #options: ConnectionOptions;
  #session: Session | undefined;
  #link: ClosedLink | undefined;
  #opening: Promise<Session> | undefined;
  #failure: CacheUnavailableError | undefined;

  constructor(options: ConnectionOptions) {
    this.#options = options;
  }

  /** What commands can be sent on. */
  get session(): Session | undefined {
    return this.#session;
  }

  /** Why there is no session; `undefined` before the first attempt. */
  get failure(): CacheUnavailableError | undefined {
    return this.#failure;
  }

  /** Whether a session is being opened. */
  get opening(): boolean {
    return this.#opening !== undefined;
  }

  /** The session, opened if there is none. Rejects with a `CacheUnavailableError`. */
  open(): Promise<Session> {
    if (this.#session?.link.open) return Promise.resolve(this.#session);
    this.#opening ??= this.#open().finally(() => {
      this.#opening = undefined;
    });
    return this.#opening;
  }

  /** Ends the session, and whatever attempt at one is under way. */
  close(reason: CacheUnavailableError): void {
    const session = this.#session;
    this.#link?.destroy(reason);
    if (session === undefined) return;
    session.link.destroy(reason);
    this.#lost(session, reason);
  }

  async #open(): Promise<Session> {
    const link = this.#options.makeLink();
    this.#link = link;
    const patience = this.#limit(link);
    try {
      await link.connect();
      const greeting = await this.#options.prepare(link);
      const session = { link, greeting };
      link.onClosed((reason) => this.#lost(session, reason));
      this.#session = session;
      return session;
    } catch (error) {
      const failure = toUnsent(error as CacheUnavailableError);
      this.#failure = failure;
      link.destroy(failure);
      throw failure;
    } finally {
      patience.end();
      this.#link = undefined;
    }
  }

  /** Ends an attempt that takes too long. Time in which our own event loop stood still does not count. */
  #limit(link: Link): { end(): void } {
    const { clock, timeout } = this.#options;
    const arm = (ms: number) => {
      const due = clock.now() + ms;
      return clock.after(ms, () => {
        const late = clock.now() - due;
        if (late > STALL) timer = arm(Math.min(late, timeout));
        else link.destroy(tookTooLong(link.address, timeout));
      });
    };
    let timer = arm(timeout);
    return { end: () => clock.clear(timer) };
  }

  #lost(session: Session, reason: CacheUnavailableError): void {
    if (this.#session !== session) return;
    this.#session = undefined;
    this.#failure = reason;
    this.#options.onLost(session);
  }
}

/** How late a timer has to be for the event loop to have stood still, milliseconds. */
const STALL = 50;

function tookTooLong(address: string, timeout: number): CacheTimeoutError {
  return new CacheTimeoutError(`Redis at ${address} did not answer within ${timeout} ms`, {
    fate: 'unsent',
  });
}

/** Whatever became of the questions that open a connection, nothing of a caller's was among them. */
function toUnsent(error: CacheUnavailableError): CacheUnavailableError {
  if (error.fate !== 'unknown') return error;
  const { message, cause } = error;
  return error instanceof CacheTimeoutError
    ? new CacheTimeoutError(message, { fate: 'unsent', cause })
    : new CacheUnavailableError(message, { fate: 'unsent', cause });
}
