import { EventEmitter } from 'node:events';
import { ConfigurationError, draftOf } from '@cachefb/core';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Message, Request } from '../src/thread/messages.js';
import { StoreThread } from '../src/thread/store-thread.js';

/** A thread of which the test says what it does. */
class FakeThread extends EventEmitter {
  readonly requests: Request[] = [];
  readonly ref = vi.fn();
  readonly unref = vi.fn();

  postMessage(request: Request, transfer: ArrayBuffer[] = []): void {
    this.requests.push(structuredClone(request, { transfer }));
  }

  answer(request: Request | undefined): void {
    if (request === undefined || !('id' in request)) throw new Error('nothing to answer');
    this.tell({ kind: 'answer', id: request.id, value: undefined });
  }

  tell(message: Message): void {
    this.emit('message', message);
  }

  /** What was asked since the last look. */
  taken(): string[] {
    return this.requests.splice(0).map(({ call }) => call);
  }
}

let fake: FakeThread;
vi.mock('../src/thread/start-thread.js', () => ({ startThread: () => fake }));

const onHealth = vi.fn();
const onEnd = vi.fn();
const FULL = { code: 'STORE_FULL', message: 'full', cause: undefined };
const change = { key: 'a', value: new Uint8Array(1) };
const one = (bytes = 1) => draftOf([{ key: 'a', value: new Uint8Array(bytes) }]);

beforeEach(() => {
  vi.clearAllMocks();
  fake = new FakeThread();
});

async function opened(durability: 'relaxed' | 'strict' = 'relaxed'): Promise<StoreThread> {
  const options = { folder: 'f', file: 'f/data', secret: undefined, durability, delay: 25 };
  const opening = StoreThread.open(options, { onHealth, onEnd });
  fake.answer(fake.requests.pop());
  return opening;
}

/** Whether a promise is settled by now. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  const settled = vi.fn();
  promise.then(settled, settled);
  await new Promise((resolve) => setImmediate(resolve));
  return settled.mock.calls.length > 0;
}

describe('a relaxed write', () => {
  it('is acknowledged at once, and pending until it is committed', async () => {
    const thread = await opened();
    await thread.write(one());
    await thread.write(draftOf([change, change]), true);
    expect(fake.taken()).toEqual(['acknowledged', 'acknowledged']);
    expect(thread.pending).toBe(4);
    fake.tell({ kind: 'committed', batches: 1 });
    expect(thread.pending).toBe(3);
    fake.tell({ kind: 'committed', batches: 1 });
    expect(thread.pending).toBe(0);
  });

  it('waits for its commit while commits fail, so that no more piles up', async () => {
    const thread = await opened();
    fake.tell({ kind: 'health', error: FULL });
    expect(onHealth.mock.calls).toEqual([[expect.objectContaining(FULL)]]);
    const refused = thread.write(one());
    expect(fake.requests.at(-1)?.call).toBe('write');
    fake.tell({ kind: 'refusal', id: 2, error: FULL });
    await expect(refused).rejects.toMatchObject(FULL);
    fake.tell({ kind: 'health', error: undefined });
    fake.taken();
    await thread.write(one());
    expect(fake.taken()).toEqual(['acknowledged']);
  });

  it('waits while too much is under way, until there is room or commits fail', async () => {
    const thread = await opened();
    const much = 20 * 1024 * 1024;
    await thread.write(one(much));
    const second = thread.write(one(much));
    expect(await isSettled(second)).toBe(false);
    fake.tell({ kind: 'committed', batches: 1 });
    await second;
    const third = thread.write(one(much));
    expect(await isSettled(third)).toBe(false);
    fake.tell({ kind: 'health', error: FULL });
    await third;
  });
});

describe('a strict write', () => {
  it('is acknowledged when the thread has answered', async () => {
    const thread = await opened('strict');
    const writing = thread.write(one());
    expect(await isSettled(writing)).toBe(false);
    fake.answer(fake.requests.pop());
    await writing;
  });
});

describe('the thread', () => {
  it('keeps the process alive while it has something to do, and the disk takes it', async () => {
    const thread = await opened();
    expect([fake.ref, fake.unref].map(({ mock }) => mock.calls.length)).toEqual([0, 1]);
    await thread.write(one());
    await thread.write(one());
    expect(fake.ref).toHaveBeenCalledTimes(1);
    fake.tell({ kind: 'committed', batches: 2 });
    expect(fake.unref).toHaveBeenCalledTimes(2);
    await thread.write(one());
    fake.tell({ kind: 'health', error: FULL });
    expect([fake.ref, fake.unref].map(({ mock }) => mock.calls.length)).toEqual([2, 3]);
  });

  it('that ends by itself makes all calls reject, and is told of once', async () => {
    const thread = await opened();
    const flush = thread.flush();
    fake.emit('error', new Error('out of memory'));
    fake.emit('exit', 1);
    const ended = { code: 'STORE_FAILED', message: expect.stringContaining('out of memory') };
    await expect(flush).rejects.toMatchObject(ended);
    await expect(thread.write(one())).rejects.toMatchObject(ended);
    expect(onEnd.mock.calls).toEqual([[expect.objectContaining(ended)]]);
    await thread.close();
  });

  it('that ends because it was closed is no failure', async () => {
    const thread = await opened();
    const closing = thread.close();
    fake.answer(fake.requests.pop());
    await closing;
    fake.emit('exit', 0);
    expect(onEnd).not.toHaveBeenCalled();
    await expect(thread.flush()).rejects.not.toBeInstanceOf(ConfigurationError);
  });
});
