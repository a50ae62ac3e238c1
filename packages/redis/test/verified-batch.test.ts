import { Command } from 'ioredis';
import { describe, expect, it } from 'vitest';
import { VerifiedBatch } from '../src/base/verified-batch.js';

const TEXT = { replyEncoding: 'utf8' } as const;

function replyError(message: string): Error {
  return Object.assign(new Error(message), { name: 'ReplyError' });
}

/** Two commands in a batch, the question behind them, and what has become of them. */
function batchOfTwo() {
  const doubts: string[] = [];
  const settled: unknown[] = [];
  const batch = new VerifiedBatch({
    isReply: ({ name }) => name === 'ReplyError',
    onReply: (reply) => reply,
    onError: (error) => {
      throw error;
    },
    onWrong: () => doubts.push('wrong'),
  });
  const commands = ['a', 'b'].map((key) => {
    const command = new Command('GET', [key], TEXT);
    command.promise.then(batch.reply, batch.error).then(
      (reply: unknown) => settled.push(reply),
      (error: Error) => settled.push(`error: ${error.message}`),
    );
    return command;
  });
  const question = batch.question();
  const token = Buffer.from(question.token);
  const [first, second] = commands as [Command, Command];
  return { first, second, question, token, doubts, settled };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('a batch of commands', () => {
  it('gets its replies when the question behind it has been answered', async () => {
    const { first, second, question, token, settled, doubts } = batchOfTwo();
    first.resolve(Buffer.from('1'));
    second.reject(replyError('WRONGTYPE no string'));
    await turn();
    expect(settled).toEqual([]);
    question.answered(token);
    await turn();
    expect(settled).toEqual(['1', 'error: WRONGTYPE no string']);
    expect(doubts).toEqual([]);
  });

  it('gets none of them where the question got what is not its answer', async () => {
    const { first, second, question, settled, doubts } = batchOfTwo();
    first.resolve(Buffer.from('OK'));
    second.resolve(Buffer.from('1'));
    question.answered(Buffer.from('another'));
    await turn();
    expect(doubts).toEqual(['wrong']);
    expect(settled).toEqual([expect.stringMatching(/^error: /), expect.stringMatching(/^error: /)]);
  });

  it('gets none where the question got an error that a command of it must have caused', async () => {
    const { first, second, question, settled, doubts } = batchOfTwo();
    first.resolve(Buffer.from('OK'));
    second.resolve(Buffer.from('1'));
    question.failed(replyError('WRONGTYPE no string'));
    await turn();
    expect(doubts).toEqual(['wrong']);
    expect(settled).toHaveLength(2);
    expect(settled.every((each) => String(each).startsWith('error: '))).toBe(true);
  });

  it.each([
    'LOADING the data',
    'BUSY a script',
    'NOAUTH',
    "NOPERM no permissions to run the 'ping' command",
  ])('gets its own where the server answers the question with %s', async (message) => {
    const { first, second, question, settled, doubts } = batchOfTwo();
    first.resolve(Buffer.from('1'));
    second.reject(replyError(message));
    question.failed(replyError(message));
    await turn();
    expect(settled).toEqual(['1', `error: ${message}`]);
    expect(doubts).toEqual([]);
  });

  it('ends with the connection; what the server said of its trouble is still true', async () => {
    const { first, second, question, settled, doubts } = batchOfTwo();
    first.resolve(Buffer.from('1'));
    second.reject(replyError('LOADING the data'));
    question.failed(new Error('Connection is closed.'));
    await turn();
    expect(settled.sort()).toEqual(['error: Connection is closed.', 'error: LOADING the data']);
    expect(doubts).toEqual([]);
  });

  it('passes on at once what the client says of the connection', async () => {
    const { first, settled } = batchOfTwo();
    first.reject(new Error('Connection is closed.'));
    await turn();
    expect(settled).toEqual(['error: Connection is closed.']);
  });
});
