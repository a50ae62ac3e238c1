import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { waitFor } from '@cachefb/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ActionRefused } from '../../src/web/action-refused.js';
import { Feed } from '../../src/web/feed.js';
import type { Action, Message } from '../../src/web/protocol.js';
import { WebServer } from '../../src/web/web-server.js';
import { lineAt } from './samples.js';

let feed: Feed;
let server: WebServer;
let asked: Action[];

beforeEach(async () => {
  feed = new Feed(() => 0);
  asked = [];
  const act = async (action: Action) => {
    if (action.do === 'resume') throw new ActionRefused('it is not frozen');
    asked.push(action);
  };
  const files = new Map([['/', { type: 'text/html', body: Buffer.from('<p>hello') }]]);
  server = await WebServer.start({ files, feed, act });
});
afterEach(() => server.close());

interface Asked {
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

/** `fetch` would not let the test choose its Host and Origin. */
async function ask({ path = '/', method = 'GET', headers = {}, body }: Asked) {
  const sent = request({ host: '127.0.0.1', port: server.port, path, method, headers });
  sent.end(body);
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  return response;
}

async function textOf(response: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of response) text += chunk;
  return text;
}

const post = (body: string, headers: Record<string, string> = {}) =>
  ask({
    path: '/api/actions',
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });

/** Reads messages as they come. */
async function listen(): Promise<{ messages: Message[]; response: IncomingMessage }> {
  const response = await ask({ path: '/api/events' });
  const messages: Message[] = [];
  let text = '';
  response.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
    const parts = text.split('\n\n');
    text = parts.pop() ?? '';
    for (const part of parts) {
      if (part.startsWith('data: ')) messages.push(JSON.parse(part.slice(6)));
    }
  });
  return { messages, response };
}

describe('the web server', () => {
  it('sends the page, which may load nothing from anywhere else', async () => {
    const response = await ask({});
    expect(response.statusCode).toBe(200);
    expect(response.headers['content-security-policy']).toContain("default-src 'none'");
    expect(await textOf(response)).toBe('<p>hello');
  });

  it.each(['/../package.json', '/%2e%2e/package.json', '/nothing', '/api'])(
    'has nothing at %s',
    async (path) => {
      expect((await ask({ path })).statusCode).toBe(404);
    },
  );

  it('does what is posted', async () => {
    expect((await post('{"do":"kill"}')).statusCode).toBe(204);
    expect(asked).toEqual([{ do: 'kill' }]);
  });

  it('says why an action is not done', async () => {
    const refused = await post('{"do":"resume"}');
    expect(refused.statusCode).toBe(409);
    expect(await textOf(refused)).toBe('it is not frozen\n');
    const unknown = await post('{"do":"dance"}');
    expect(unknown.statusCode).toBe(400);
    expect(await textOf(unknown)).toContain('do is one of kill');
    expect((await post('x'.repeat(5000))).statusCode).toBe(400);
    expect(asked).toEqual([]);
  });

  it('does nothing for other pages, or under another name', async () => {
    expect((await post('{"do":"kill"}', { origin: 'https://example.org' })).statusCode).toBe(403);
    expect((await post('{"do":"kill"}', { host: 'rebound.example' })).statusCode).toBe(403);
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    expect((await post('{"do":"kill"}', form)).statusCode).toBe(403);
    expect((await ask({ path: '/api/actions' })).statusCode).toBe(405);
    expect((await ask({ path: '/', method: 'PUT' })).statusCode).toBe(405);
    const events = { path: '/api/events', headers: { host: 'rebound.example' } };
    expect((await ask(events)).statusCode).toBe(403);
    expect(asked).toEqual([]);
  });

  it('tells those who come late what was before, and everybody what is new', async () => {
    feed.append('log', lineAt(1));
    const { messages, response } = await listen();
    await waitFor(() => messages.length === 1);
    expect(messages[0]).toEqual(feed.snapshot());
    feed.append('log', lineAt(2));
    await waitFor(() => messages.length === 2);
    expect(messages[1]).toEqual({ kind: 'append', list: 'log', item: lineAt(2) });
    expect(feed.subscribers).toBe(1);
    response.destroy();
    await waitFor(() => feed.subscribers === 0);
  });

  it('gives up a reader that does not read, instead of keeping everything for it', async () => {
    const response = await ask({ path: '/api/events' });
    response.pause();
    const text = 'x'.repeat(100_000);
    for (let turn = 0; turn < 2000 && feed.subscribers > 0; turn++) {
      feed.append('log', { at: turn, tone: 'info', text });
      if (turn % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    await waitFor(() => feed.subscribers === 0);
  });

  it('lets only so many look on', async () => {
    const streams = await Promise.all(Array.from({ length: 20 }, () => listen()));
    expect((await ask({ path: '/api/events' })).statusCode).toBe(503);
    for (const { response } of streams) response.destroy();
  });
});
