import {
  CacheTimeoutError,
  CacheUnavailableError,
  type Clock,
  globPrefix,
  type InvalidationListener,
  type KeyTracking,
  ReplyError,
} from '@cachefb/core';
import { isInternalKey } from './internal-keys.js';
import type { Link } from './link.js';
import type { Links } from './links.js';

/** What a {@link Tracking} works with. */
export interface TrackingOptions {
  readonly patterns: readonly string[];
  readonly onInvalidated: InvalidationListener;
  /** Told that changes may have been missed. */
  readonly onInterrupted: () => void;
  readonly keyPrefix: string;
  readonly clock: Clock;
  /** How long setting up may take, milliseconds. */
  readonly timeout: number;
  /** One of these is for the messages. */
  readonly links: Links;
  /** Told why changes cannot be followed. */
  readonly onFailure: (error: unknown) => void;
}

const CHANNEL = '__redis__:invalidate';
/** A server that dies closes all its connections, one after the other: how long that takes, milliseconds. */
const DYING = 20;

/**
 * Redis's client tracking in broadcast mode: changes that others make to keys under some prefixes are told on a second
 * connection. It is set up on every data connection before commands are admitted there.
 */
export class Tracking implements KeyTracking {
  readonly patterns: readonly string[];
  readonly #options: TrackingOptions;
  readonly #prefixes: readonly string[];
  /** The data connection that is followed, and the one on which its messages come. */
  #data: Link | undefined;
  #messages: Link | undefined;
  #attached = false;
  /** Whether changes have been followed since the listener was last told of a gap. */
  #followed = false;
  /** The data connection on which this is not permitted. */
  #refusedOn: Link | undefined;
  #attaching: Promise<void> | undefined;
  #stopped = false;

  constructor(options: TrackingOptions) {
    this.#options = options;
    const prefixOf = (pattern: string) => options.keyPrefix + globPrefix(pattern);
    this.patterns = options.patterns.filter((pattern) => prefixOf(pattern) !== '');
    this.#prefixes = withoutOverlap(this.patterns.map(prefixOf));
  }

  get intact(): boolean {
    return this.#attached && this.#data?.open === true && this.#messages?.open === true;
  }

  /**
   * Follows changes on a data connection from now on. What changed since an earlier one ended may have been missed: the
   * listener is told that any key may have changed. Never rejects; {@link Tracking.intact} tells the outcome.
   *
   * @param lossKnown - do not tell the listener, because the server lost everything and that is told otherwise.
   */
  async attach(data: Link, lossKnown = false): Promise<void> {
    if (this.#prefixes.length === 0 || this.#stopped || this.#refusedOn === data) return;
    while (this.#attaching !== undefined) await this.#attaching;
    if (this.#data === data && this.intact) return;
    this.#attaching = this.#attach(data, lossKnown).finally(() => {
      this.#attaching = undefined;
    });
    await this.#attaching;
  }

  /** Sees whether messages still come, and sets tracking up again if not. */
  async check(data: Link): Promise<void> {
    const messages = this.#messages;
    if (this.#data !== data || !this.intact) await this.attach(data);
    // If there is no answer, its deadline ends that connection, and that is noticed.
    else await messages?.send('PING', []).catch(() => {});
  }

  /** Ends the connection for messages, until the next {@link Tracking.attach}. */
  pause(): void {
    this.#attached = false;
    this.#messages?.destroy(new CacheUnavailableError('the connection was ended on request'));
    this.#messages = undefined;
  }

  /** Stops for good. */
  stop(): void {
    this.#stopped = true;
    this.pause();
  }

  async #attach(data: Link, lossKnown: boolean): Promise<void> {
    const { clock, timeout, links, onFailure, onInterrupted } = this.#options;
    const gap = this.#followed;
    this.#followed = false;
    this.#attached = false;
    this.#messages?.destroy(new CacheUnavailableError('another connection follows changes now'));
    const messages = links.make();
    this.#data = data;
    this.#messages = messages;
    const patience = clock.after(timeout, () => {
      messages.destroy(new CacheTimeoutError(`tracking was not set up within ${timeout} ms`));
    });
    try {
      await messages.connect();
      const [{ clientId }] = await Promise.all([
        links.greet(messages),
        messages.subscribe(CHANNEL, (message) => this.#invalidated(message)),
      ]);
      if (clientId === undefined) throw new ReplyError('NOPERM CLIENT ID is not permitted');
      await Promise.all([
        // Prefixes of an earlier call would stay, and collide.
        data.send('CLIENT', ['TRACKING', 'OFF']),
        data.send('CLIENT', trackingWords(clientId, this.#prefixes)),
      ]);
      messages.onClosed(() => this.#messagesLost(messages, data));
      this.#attached = messages.open;
      this.#followed = messages.open;
    } catch (error) {
      messages.destroy(new CacheUnavailableError('tracking could not be set up'));
      if (error instanceof ReplyError) this.#refusedOn = data;
      onFailure(error);
    } finally {
      clock.clear(patience);
    }
    if (gap && !lossKnown) onInterrupted();
  }

  #messagesLost(messages: Link, data: Link): void {
    if (this.#messages !== messages || this.#stopped) return;
    // If the data connection ends as well, there is an outage, which is another matter.
    this.#options.clock.after(DYING, () => {
      if (data.open && this.#data === data) void this.attach(data);
    });
  }

  #invalidated(message: unknown): void {
    const { onInvalidated, keyPrefix } = this.#options;
    if (this.#stopped) return;
    if (!Array.isArray(message)) {
      onInvalidated(undefined);
      return;
    }
    for (const name of message) {
      const key = String(name).slice(keyPrefix.length);
      if (!isInternalKey(key)) onInvalidated(key);
    }
  }
}

function trackingWords(clientId: string, prefixes: readonly string[]): string[] {
  const words = ['TRACKING', 'ON', 'REDIRECT', clientId, 'BCAST', 'NOLOOP'];
  for (const prefix of prefixes) words.push('PREFIX', prefix);
  return words;
}

/** Redis refuses a prefix that another one already covers. */
function withoutOverlap(prefixes: readonly string[]): string[] {
  const kept: string[] = [];
  for (const prefix of [...prefixes].sort()) {
    if (!kept.some((shorter) => prefix.startsWith(shorter))) kept.push(prefix);
  }
  return kept;
}
