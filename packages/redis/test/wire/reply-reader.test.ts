import { describe, expect, it } from 'vitest';
import { ErrorText } from '../../src/base/wire/error-text.js';
import { ReplyReader } from '../../src/base/wire/reply-reader.js';

/** What is read of bytes that arrive in pieces of a size. */
function repliesTo(bytes: string | Buffer, size = Number.POSITIVE_INFINITY): unknown[] {
  const replies: unknown[] = [];
  const reader = new ReplyReader(
    (reply) => replies.push(reply),
    (error) => {
      throw error;
    },
  );
  const data = Buffer.from(bytes as string);
  for (let at = 0; at < data.length; at += size) reader.read(data.subarray(at, at + size));
  return replies;
}

const NESTED = '*3\r\n*2\r\n$1\r\na\r\n:1\r\n*0\r\n*1\r\n*-1\r\n';

describe('replies', () => {
  it.each([
    ['a line', '+OK\r\n', 'OK'],
    ['a text', '$5\r\nhello\r\n', 'hello'],
    ['an empty text', '$0\r\n\r\n', ''],
    ['a text with line ends in it', '$6\r\na\r\n\r\nb\r\n', 'a\r\n\r\nb'],
    ['no text', '$-1\r\n', null],
    ['a text beyond ASCII', '$5\r\né€\r\n', 'é€'],
    ['a number', ':42\r\n', 42],
    ['a number below zero', ':-7\r\n', -7],
    ['the largest number', ':9223372036854775807\r\n', Number('9223372036854775807')],
    ['the smallest number', ':-9223372036854775806\r\n', Number('-9223372036854775806')],
    ['an empty array', '*0\r\n', []],
    ['no array', '*-1\r\n', null],
    ['arrays in arrays', NESTED, [['a', 1], [], [null]]],
    ['an error', '-ERR no\r\n', new ErrorText('ERR no')],
    ['errors in an array', '*2\r\n-ERR no\r\n+OK\r\n', [new ErrorText('ERR no'), 'OK']],
  ])('may be %s', (_what, text, reply) => {
    expect(repliesTo(text)).toEqual([reply]);
  });

  it('are the same in whatever pieces they arrive', () => {
    const long = 'ä'.repeat(500);
    const text = `+OK\r\n${NESTED}$1000\r\n${long}\r\n:-12\r\n-ERR no\r\n*2\r\n$-1\r\n$2\r\nab\r\n`;
    const whole = repliesTo(text);
    expect(whole).toHaveLength(6);
    for (let size = 1; size < 40; size++) expect(repliesTo(text, size)).toEqual(whole);
  });

  it('have U+FFFD where bytes are no UTF-8', () => {
    expect(repliesTo(Buffer.from('$3\r\na\xffb\r\n', 'latin1'))).toEqual(['a\ufffdb']);
  });

  it('of many megabytes are put together', () => {
    const size = 1 << 16;
    const [reply] = repliesTo(`$${256 * size}\r\n${'x'.repeat(256 * size)}\r\n`, size);
    expect((reply as string).length).toBe(256 * size);
  });

  it('stop where the one who takes them says so', () => {
    const replies: unknown[] = [];
    const reader = new ReplyReader(
      (reply) => {
        replies.push(reply);
        reader.stop();
      },
      () => {},
    );
    reader.read(Buffer.from('+1\r\n+2\r\n'));
    reader.read(Buffer.from('+3\r\n'));
    expect(replies).toEqual(['1']);
  });
});

it('one who throws at a reply loses none of the others', () => {
  const replies: unknown[] = [];
  const reader = new ReplyReader(
    (reply) => {
      replies.push(reply);
      if (reply === 1) throw new Error('not this one');
    },
    () => {},
  );
  expect(() => reader.read(Buffer.from(':1\r\n:2\r\n$3\r\na'))).toThrow('not this one');
  reader.read(Buffer.from('bc\r\n'));
  expect(replies).toEqual([1, 2, 'abc']);
});

describe('what is no reply', () => {
  it.each([
    'HTTP/1.1 400 Bad Request\r\n',
    '$x\r\n',
    ':1x\r\n',
    '*2\r\nHTTP',
    '$2\r\nabc\r\n',
    '*99999999999999\r\n',
    '\0\0\0',
  ])('is told apart: %j', (text) => {
    expect(() => repliesTo(text)).toThrow(Error);
    expect(() => repliesTo(text, 1)).toThrow(Error);
  });
});
