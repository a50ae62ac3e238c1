import type { KeyState } from '@cachefb/core';
import { InMemoryCache } from '@cachefb/memory';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Rereading, type Sent } from '../src/mirror/rereading.js';

const NONE: KeyState = { type: 'none' };
const turn = () => new Promise((resolve) => setImmediate(resolve));
const DELETE = { kind: 'delete' } as const;

/** A Redis whose readings a test answers. */
class Asked extends InMemoryCache {
  readonly readings: {
    readonly keys: readonly string[];
    readonly answer: (states: KeyState[]) => void;
    readonly fail: (error: Error) => void;
  }[] = [];

  override read(keys: readonly string[]): Promise<KeyState[]> {
    return new Promise((answer, fail) => this.readings.push({ keys, answer, fail }));
  }
}

let primary: Asked;
let rereading: Rereading;
let epoch: number;
let told: [key: string, since: readonly Sent[]][];
let isBroken: boolean;

beforeEach(() => {
  primary = new Asked();
  epoch = 0;
  told = [];
  isBroken = false;
  rereading = new Rereading({
    primary,
    isPaused: () => false,
    isOld: () => false,
    begin: () => ++epoch,
    onRead: (key, _state, since) => {
      if (isBroken) throw new Error('broken');
      told.push([key, since]);
    },
  });
});

afterEach(() => primary.disconnect());

/** Answers what is asked for, until nothing is any more. */
async function answerAll(): Promise<string[]> {
  for (let answered = 0, idle = 0; idle < 3; ) {
    await turn();
    if (answered === primary.readings.length) idle++;
    else idle = 0;
    for (; answered < primary.readings.length; answered++) {
      const { keys, answer } = primary.readings[answered]!;
      answer(keys.map(() => NONE));
    }
  }
  return told.map(([key]) => key);
}

describe('keys', () => {
  it('behind writes are asked for in the same turn, a hundred at a time', async () => {
    for (let i = 0; i < 250; i++) rereading.wantBehind(`k${i}`);
    await new Promise<void>((resolve) => process.nextTick(resolve));
    expect(primary.readings.map(({ keys }) => keys.length)).toEqual([100, 100, 50]);
  });

  it('are asked for once, however often they are wanted', async () => {
    rereading.want('k');
    rereading.wantBehind('k');
    rereading.want('k');
    rereading.wantBehind('k');
    expect(await answerAll()).toEqual(['k']);
    expect(primary.readings.length).toBe(1);
  });

  it('that are wanted no more, or once more, are not told of what was asked before', async () => {
    rereading.wantBehind('a');
    rereading.wantBehind('b');
    await turn();
    expect(rereading.unwant('a')).toBe(true);
    expect(rereading.unwant('b')).toBe(true);
    rereading.want('b');
    primary.readings[0]?.answer([NONE, NONE]);
    await turn();
    expect(told).toEqual([]);
    expect(await answerAll()).toEqual(['b']);
  });

  it('left for later are read, all of them, though others have them read meanwhile', async () => {
    for (let i = 0; i < 101; i++) rereading.wantLater(`k${i}`);
    for (let i = 1; i < 101; i++) rereading.wantBehind(`k${i}`);
    await turn();
    rereading.catchUp();
    expect(await answerAll()).toContain('k0');
  });

  it('can be wanted again after a reading that failed, was too short, or could not be used', async () => {
    rereading.want('a');
    await turn();
    primary.readings[0]?.fail(new Error('away'));
    await turn();
    rereading.want('a');
    rereading.want('b');
    await turn();
    primary.readings[1]?.answer([]);
    await turn();
    isBroken = true;
    rereading.want('a');
    rereading.want('b');
    rereading.wantBehind('c');
    await turn();
    await answerAll();
    isBroken = false;
    for (const key of ['a', 'b', 'c']) rereading.want(key);
    expect((await answerAll()).sort()).toEqual(['a', 'b', 'c']);
  });
});

describe('what happened to a key', () => {
  it('by what was sent after it was asked for is told with what was read, and nothing else', async () => {
    rereading.wantBehind('k');
    rereading.happened('k', DELETE, epoch);
    await turn();
    rereading.happened('k', DELETE, epoch - 1);
    rereading.happened('k', DELETE, epoch);
    rereading.happened('other', DELETE, epoch);
    rereading.happenedToAll(DELETE, epoch);
    await answerAll();
    const sent = { happening: DELETE, epoch };
    expect(told).toEqual([['k', [sent, sent]]]);
  });
});
