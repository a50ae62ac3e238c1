import { type Command, readCommand } from '@cachefb/core';
import { describe, expect, it } from 'vitest';
import { isSplittable, joinReplies, splitCommand } from '../src/split-command.js';

const byFirstLetter = (key: string) => key[0];

function split(command: Command) {
  if (!isSplittable(command)) throw new Error('not splittable');
  const parts = splitCommand(command, byFirstLetter);
  return { command, parts: [...parts.values()] };
}

describe('splitting commands over several keys', () => {
  it('gives each owner its keys, in order', () => {
    const { parts } = split(readCommand.del(['a1', 'b1', 'a2']));
    expect(parts.map(({ command }) => command)).toEqual([
      { name: 'del', keys: ['a1', 'a2'] },
      { name: 'del', keys: ['b1'] },
    ]);
  });

  it('adds up what was counted', () => {
    const { command, parts } = split(readCommand.exists(['a1', 'b1', 'a2']));
    expect(joinReplies(command, parts, [2, 1])).toBe(3);
  });

  it('puts the values of mget back into the order asked', () => {
    const { command, parts } = split(readCommand.mget(['a1', 'b1', 'a2', 'a1']));
    expect(joinReplies(command, parts, [['A1', null, 'A1'], ['B1']])).toEqual([
      'A1',
      'B1',
      null,
      'A1',
    ]);
  });

  it('splits the pairs of mset', () => {
    const { command, parts } = split(readCommand.mset([{ a1: 1, b1: 2, a2: 3 }]));
    expect(parts.map((part) => part.command)).toEqual([
      { name: 'mset', pairs: ['a1', '1', 'a2', '3'] },
      { name: 'mset', pairs: ['b1', '2'] },
    ]);
    expect(joinReplies(command, parts, ['OK', 'OK'])).toBe('OK');
  });

  it('does not split commands of one key', () => {
    expect(isSplittable(readCommand.hdel('k', ['a', 'b']))).toBe(false);
  });
});
