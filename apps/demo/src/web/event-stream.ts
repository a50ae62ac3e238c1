import type { ServerResponse } from 'node:http';
import type { Feed } from './feed.js';
import type { Message } from './protocol.js';

/** Bytes that may wait for a reader; past them the reader is given up, and begins anew with a snapshot if it comes back. */
const MOST_WAITING = 4_000_000;
/** Milliseconds between two signs of life: a page takes a longer silence for a lost connection. */
const HEARTBEAT = 10_000;

/** Sends everything so far, and then whatever changes, as server-sent events until the reader goes. */
export function streamEvents(feed: Feed, response: ServerResponse): void {
  response.writeHead(200, {
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  const write = (text: string) => {
    response.write(text);
    if (response.writableLength > MOST_WAITING) response.destroy();
  };
  const send = (message: Message) => write(`data: ${JSON.stringify(message)}\n\n`);
  send(feed.snapshot());
  const undo = feed.subscribe(send);
  const timer = setInterval(() => write('event: alive\ndata:\n\n'), HEARTBEAT);
  response.on('close', () => {
    clearInterval(timer);
    undo();
  });
}
