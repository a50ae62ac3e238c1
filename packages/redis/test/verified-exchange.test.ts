import { describe, expect, it } from 'vitest';
import { VerifiedExchange } from '../src/base/verified-exchange.js';
import { ErrorText } from '../src/base/wire/error-text.js';

/** Two commands that are sent together, the question behind them, and what has become of them. */
function exchangeOfTwo() {
  const doubts: string[] = [];
  const settled: unknown[] = [];
  const commands = ['a', 'b'].map((key) => ({ name: 'get', args: [key] }));
  const exchange = new VerifiedExchange(commands, (outcomes) => settled.push(...outcomes), {
    isReply: (error) => error instanceof ErrorText,
    toError: (error) => error,
    onWrong: () => doubts.push('wrong'),
  });
  const token = exchange.requests[2]?.args[0];
  return { take: exchange.take, token, doubts, settled };
}

describe('commands that are sent together', () => {
  it('get their replies when the question behind them has been answered', () => {
    const { take, token, settled, doubts } = exchangeOfTwo();
    take('1');
    take(new ErrorText('WRONGTYPE no string'));
    expect(settled).toEqual([]);
    take(token);
    expect(settled).toEqual(['1', new ErrorText('WRONGTYPE no string')]);
    expect(doubts).toEqual([]);
  });

  it.each(['another', ['1'], null, new ErrorText('WRONGTYPE no string')])(
    'get none of them where the question got %j, which one of them must have caused',
    (answer) => {
      const { take, settled, doubts } = exchangeOfTwo();
      take('OK');
      take('1');
      take(answer);
      expect(doubts).toEqual(['wrong']);
      expect(settled).toHaveLength(2);
      for (const outcome of settled) expect(outcome).toBeInstanceOf(Error);
    },
  );

  it.each([
    'LOADING the data',
    'BUSY a script',
    'NOAUTH',
    "NOPERM no permissions to run the 'ping' command",
  ])('get their own where the server answers the question with %s', (message) => {
    const { take, settled, doubts } = exchangeOfTwo();
    take('1');
    take(new ErrorText(message));
    take(new ErrorText(message));
    expect(settled).toEqual(['1', new ErrorText(message)]);
    expect(doubts).toEqual([]);
  });

  it('end with the connection; what the server said of its trouble is still true', () => {
    const { take, settled, doubts } = exchangeOfTwo();
    const end = new Error('the connection has ended');
    take('1');
    take(new ErrorText('LOADING the data'));
    take(end);
    expect(settled).toEqual([end, new ErrorText('LOADING the data')]);
    expect(doubts).toEqual([]);
  });
});
