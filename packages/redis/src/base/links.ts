import { type Greeting, shakeHands } from './handshake.js';
import type { ClosedLink, Link, LinkMaker } from './link.js';
import type { CheckedOptions } from './options.js';
import type { ServerAddress } from './server-address.js';
import type { ServerClock } from './server-clock.js';
import type { Warn } from './warn-once.js';

/** What {@link Links} work with. */
export interface LinksOptions {
  readonly server: ServerAddress;
  /** Makes a link that still has to connect. */
  readonly linkTo: LinkMaker;
  readonly options: CheckedOptions;
  readonly serverClock: ServerClock;
  readonly warn: Warn;
  /** A key of our own. */
  readonly key: string;
}

/** Links to one server, for commands and for messages alike. */
export class Links {
  readonly #options: LinksOptions;

  constructor(options: LinksOptions) {
    this.#options = options;
  }

  /** A link that still has to connect. */
  make(): ClosedLink {
    const { linkTo, options } = this.#options;
    const { timeout, clock, maxInFlight } = options;
    return linkTo({ timeout, clock, maxInFlight });
  }

  /** Logs in on a link that is open, and asks who is there: what {@link shakeHands} does. */
  greet(link: Link): Promise<Greeting> {
    const { server, options, serverClock, warn, key } = this.#options;
    const { clock, name = server.connectionName } = options;
    return shakeHands({ link, server, name, clock, serverClock, warn, key });
  }
}
