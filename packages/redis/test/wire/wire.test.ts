import type { Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { ErrorText } from '../../src/base/wire/error-text.js';
import { Wire } from '../../src/base/wire/wire.js';

/** A wire on a socket of which one sees what is written, and says what arrives. */
function wireOnPaper() {
  const written: string[] = [];
  const events: unknown[] = [];
  const socket = new PassThrough({ decodeStrings: false });
  socket.write = ((text: string) => written.push(text) > 0) as typeof socket.write;
  const wire = new Wire(socket as unknown as Socket, {
    onUnasked: (error, text) => events.push(['unasked', error.message, text]),
    onForeign: (error) => events.push(['foreign', error.message]),
  });
  const arrive = (text: string) => socket.emit('data', Buffer.from(text));
  const send = (...names: string[]) => {
    const outcomes: unknown[] = [];
    wire.send(
      names.map((name) => ({ name, args: ['k'] })),
      (outcome) => outcomes.push(outcome),
    );
    return outcomes;
  };
  return { wire, written, events, arrive, send };
}

describe('a wire', () => {
  it('writes what is sent together as one, and gives each its replies in order', () => {
    const { written, send, arrive } = wireOnPaper();
    const first = send('get', 'incr');
    const second = send('get');
    expect(written).toEqual([
      '*2\r\n$3\r\nget\r\n$1\r\nk\r\n*2\r\n$4\r\nincr\r\n$1\r\nk\r\n',
      '*2\r\n$3\r\nget\r\n$1\r\nk\r\n',
    ]);
    arrive('$1\r\n1\r\n-ERR no\r\n$-1\r\n');
    expect(first).toEqual(['1', new ErrorText('ERR no')]);
    expect(second).toEqual([null]);
  });

  it('tells of a reply to nothing, and then reads no more', () => {
    const { events, send, arrive } = wireOnPaper();
    const got = send('get');
    arrive('+1\r\n-ERR max number of clients reached\r\n+2\r\n');
    const late = send('get');
    arrive('+3\r\n');
    expect([got, late]).toEqual([['1'], []]);
    const text = 'ERR max number of clients reached';
    expect(events).toEqual([['unasked', text, text]]);
  });

  it('tells of what is no reply, and then reads no more', () => {
    const { events, send, arrive } = wireOnPaper();
    const got = send('get', 'get');
    arrive('+1\r\nHTTP/1.1 400\r\n');
    arrive('+2\r\n');
    expect(got).toEqual(['1']);
    expect(events).toEqual([['foreign', expect.stringContaining('HTTP/1.1')]]);
  });

  it('gives what has no reply at its end the error', () => {
    const { wire, send, arrive } = wireOnPaper();
    const [first, second] = [send('get', 'get'), send('get')];
    arrive('+1\r\n');
    const error = new Error('over');
    wire.end(error);
    arrive('+2\r\n');
    expect([first, second]).toEqual([['1', error], [error]]);
  });

  it('tells messages from replies once it has subscribed', async () => {
    const { wire, send, arrive, events } = wireOnPaper();
    const before = send('get');
    const messages: unknown[] = [];
    const subscribed = wire.subscribe('news', (message) => messages.push(message));
    const ping = send('ping');
    arrive('$1\r\n1\r\n*3\r\n$9\r\nsubscribe\r\n$4\r\nnews\r\n:1\r\n');
    arrive('*3\r\n$7\r\nmessage\r\n$4\r\nnews\r\n*1\r\n$1\r\nk\r\n');
    arrive('*2\r\n$4\r\npong\r\n$0\r\n\r\n*3\r\n$7\r\nmessage\r\n$4\r\nnews\r\n*-1\r\n');
    await subscribed;
    expect(before).toEqual(['1']);
    expect(ping).toEqual([['pong', '']]);
    expect(messages).toEqual([['k'], null]);
    expect(events).toEqual([]);
  });

  it('rejects a subscription that is refused', async () => {
    const { wire, arrive } = wireOnPaper();
    const subscribed = wire.subscribe('news', () => {});
    arrive('-NOPERM no\r\n');
    await expect(subscribed).rejects.toThrow('NOPERM no');
  });
});
