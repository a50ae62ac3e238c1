import type { NodeRedisOptions } from '../src/index.js';

type Provider = NonNullable<NodeRedisOptions['credentialsProvider']>;
type Streaming = Extract<Provider, { type: 'streaming-credentials-provider' }>;
type Listener = Parameters<Streaming['subscribe']>[0];
/** What logs in. */
export type Credentials = Parameters<Listener['onNext']>[0];

/** Credentials that are told again whenever they change, for which node-redis keeps the connection to itself. */
export class StreamingProvider implements Streaming {
  readonly type = 'streaming-credentials-provider';
  readonly failures: Error[] = [];
  readonly #credentials: Credentials;
  readonly #listeners = new Set<Listener>();

  /** @param credentials - the first ones; with none, nobody logs in. */
  constructor(credentials: Credentials = {}) {
    this.#credentials = credentials;
  }

  /** How many connections listen. */
  get listeners(): number {
    return this.#listeners.size;
  }

  readonly subscribe: Streaming['subscribe'] = async (listener) => {
    this.#listeners.add(listener);
    return [this.#credentials, { dispose: () => this.#listeners.delete(listener) }];
  };

  readonly onReAuthenticationError = (error: Error): void => {
    this.failures.push(error);
  };

  /** Has every connection log in once more. */
  renew(credentials: Credentials): void {
    for (const { onNext } of this.#listeners) onNext(credentials);
  }
}
