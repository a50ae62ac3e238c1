import { describe, expect, it } from 'vitest';
import { recurring } from '../src/pauses/recurring.js';

const long = (index: number, ms: number, collected = false) => ({ index, ms, collected });

describe('pauses that recur', () => {
  it('are those of operations that took long in every round, at their shortest', () => {
    expect(recurring([[long(7, 3)], [long(7, 2)], [long(7, 9), long(8, 40)]])).toEqual([2]);
  });

  it('are not those that strike another operation in each round', () => {
    expect(recurring([[long(1, 50)], [long(2, 50)], [long(3, 50)]])).toEqual([]);
    expect(recurring([[long(1, 50)], [long(1, 50)], []])).toEqual([]);
  });

  it('are told by the rounds in which the garbage collector did not run, if there are two', () => {
    expect(recurring([[long(1, 30, true)], [long(1, 2)], [long(1, 3)]])).toEqual([2]);
    expect(recurring([[long(1, 30, true)], [long(1, 2)], []])).toEqual([]);
    expect(recurring([[long(1, 30, true)], [long(1, 20, true)], [long(1, 3)]])).toEqual([]);
  });
});
