import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ActionRefused } from './action-refused.js';
import { streamEvents } from './event-stream.js';
import type { Feed } from './feed.js';
import { refusalOf } from './guard.js';
import type { Action } from './protocol.js';
import { BadAction, readAction } from './read-action.js';
import type { StaticFile } from './static-files.js';

/** What a server serves. */
export interface WebServerOptions {
  /** @defaultValue a free one */
  readonly port?: number;
  readonly files: ReadonlyMap<string, StaticFile>;
  readonly feed: Feed;
  /** Does what was asked for; an {@link ActionRefused} is told to the page. */
  readonly act: (action: Action) => Promise<void>;
}

/** Pages that may look on at once. */
const MOST_STREAMS = 20;

const HEADERS = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
};

/** Serves the page, its events and its actions on loopback, and only to itself. */
export class WebServer {
  readonly #server: Server;
  readonly #options: WebServerOptions;
  readonly port: number;

  private constructor(server: Server, options: WebServerOptions) {
    this.#server = server;
    this.#options = options;
    this.port = (server.address() as AddressInfo).port;
    server.on('request', (request, response) => void this.#answer(request, response));
  }

  static async start(options: WebServerOptions): Promise<WebServer> {
    const server = createServer();
    server.listen(options.port ?? 0, '127.0.0.1');
    await once(server, 'listening');
    return new WebServer(server, options);
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/`;
  }

  /** Ends every stream, too. */
  async close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const refusal = refusalOf(request, this.port);
    if (refusal !== undefined) return reply(response, 403, refusal);
    const path = request.url?.split('?')[0] ?? '/';
    try {
      if (path === '/api/actions') await this.#act(request, response);
      else if (request.method !== 'GET') reply(response, 405, 'there is nothing to send here');
      else if (path === '/api/events') this.#stream(response);
      else this.#file(path, response);
    } catch (error) {
      reply(response, statusOf(error), error instanceof Error ? error.message : String(error));
    }
  }

  async #act(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method !== 'POST') return reply(response, 405, 'actions are posted');
    await this.#options.act(await readAction(request));
    response.writeHead(204, HEADERS).end();
  }

  #stream(response: ServerResponse): void {
    const { feed } = this.#options;
    if (feed.subscribers < MOST_STREAMS) streamEvents(feed, response);
    else reply(response, 503, 'too many pages look on');
  }

  #file(path: string, response: ServerResponse): void {
    const file = this.#options.files.get(path);
    if (file === undefined) reply(response, 404, 'there is no such page');
    else response.writeHead(200, { ...HEADERS, 'content-type': file.type }).end(file.body);
  }
}

function statusOf(error: unknown): number {
  if (error instanceof BadAction) return 400;
  return error instanceof ActionRefused ? 409 : 500;
}

function reply(response: ServerResponse, status: number, text: string): void {
  if (response.headersSent) return;
  response.writeHead(status, { ...HEADERS, 'content-type': 'text/plain; charset=utf-8' });
  response.end(`${text}\n`);
}
