import { describe, expect, it } from 'vitest';
import { Senders } from '../../src/persistence/senders.js';

describe('the list of senders', () => {
  it('names this process and those it inherited from, once it begins', () => {
    const senders = new Senders('b');
    senders.inherit('a');
    expect(senders.size).toBe(0);
    expect(senders.begin()).toBe(true);
    expect([...senders.all].sort()).toEqual(['a', 'b']);
    expect(senders.begin()).toBe(false);
    expect(senders.mayHaveSent('a')).toBe(true);
    senders.inherit('c');
    expect(senders.mayHaveSent('c')).toBe(true);
    expect(senders.end()).toBe(true);
    expect(senders.end()).toBe(false);
  });

  it('takes over what an earlier process had on it, and not more', () => {
    const senders = new Senders('c');
    senders.restore(['a']);
    senders.inherit('a');
    senders.inherit('b');
    expect(senders.mayHaveSent('a')).toBe(true);
    expect(senders.mayHaveSent('b')).toBe(false);
    senders.begin();
    expect(senders.mayHaveSent('b')).toBe(true);
  });
});
