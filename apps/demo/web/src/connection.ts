import type { Message } from '../../src/web/protocol.js';
import { backoff } from './backoff.js';

/** Whether the page hears from the service. */
export type LinkState = 'connecting' | 'live' | 'lost' | 'paused';

/** What a connection is for. */
export interface ConnectionOptions {
  readonly url: string;
  readonly onMessage: (message: Message) => void;
  readonly onState: (state: LinkState) => void;
}

/** A silence that long is a lost connection, milliseconds; the service gives a sign of life every ten seconds. */
const SILENCE = 25_000;

/** The stream of events: lost, it is opened again, later each time; while nobody looks at the page it is closed. */
export class Connection {
  readonly #options: ConnectionOptions;
  #source: EventSource | undefined;
  #failures = 0;
  #retry: number | undefined;
  #watch: number | undefined;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    document.addEventListener('visibilitychange', () => this.#adapt());
    this.#adapt();
  }

  #adapt(): void {
    this.#close();
    if (document.hidden) this.#options.onState('paused');
    else this.#open();
  }

  #open(): void {
    this.#close();
    this.#options.onState(this.#failures === 0 ? 'connecting' : 'lost');
    const source = new EventSource(this.#options.url);
    this.#source = source;
    source.addEventListener('message', ({ data }: MessageEvent<string>) => {
      this.#failures = 0;
      this.#listen();
      this.#options.onState('live');
      this.#options.onMessage(JSON.parse(data) as Message);
    });
    source.addEventListener('alive', () => this.#listen());
    source.addEventListener('error', () => this.#lost());
    this.#listen();
  }

  #listen(): void {
    clearTimeout(this.#watch);
    this.#watch = setTimeout(() => this.#lost(), SILENCE);
  }

  #lost(): void {
    this.#close();
    this.#options.onState('lost');
    this.#retry = setTimeout(() => this.#open(), backoff(this.#failures++, Math.random()));
  }

  #close(): void {
    clearTimeout(this.#retry);
    clearTimeout(this.#watch);
    this.#source?.close();
    this.#source = undefined;
  }
}
