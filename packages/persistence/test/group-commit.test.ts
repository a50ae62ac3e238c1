import { FakeClock } from '@cachefb/testkit';
import { describe, expect, it, vi } from 'vitest';
import type { Batch } from '../src/database.js';
import { GroupCommit } from '../src/group-commit.js';

/** A group whose commits end when the test says so. */
function setUp() {
  const clock = new FakeClock();
  const commits: { readonly batch: Batch; readonly end: (error?: Error) => void }[] = [];
  const onHealth = vi.fn();
  const onCommitted = vi.fn();
  const group = new GroupCommit({
    delay: 50,
    clock,
    onHealth,
    onCommitted,
    commit: (batch) =>
      new Promise((resolve, reject) => {
        commits.push({ batch, end: (error) => (error === undefined ? resolve() : reject(error)) });
      }),
  });
  const change = (key: string, byte: number) => [{ key, value: Uint8Array.of(byte) }];
  /** Acknowledged already. */
  const put = (key: string, byte: number) => group.acknowledge(change(key, byte));
  /** Waits. */
  const write = (key: string, byte: number) => group.write(change(key, byte));
  return { clock, commits, onHealth, onCommitted, group, put, write };
}

const turn = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
const content = ({ changes }: Batch) =>
  [...changes].map(([key, value]) => `${key}=${value}`).join();

describe('what is acknowledged already', () => {
  it('is committed together with what came within the delay', async () => {
    const { clock, commits, group, put } = setUp();
    put('a', 1);
    await clock.advance(40);
    put('b', 1);
    put('a', 2);
    await turn();
    expect(commits.length).toBe(0);
    await clock.advance(10);
    await turn();
    expect(commits.map(({ batch }) => content(batch))).toEqual(['a=2,b=1']);
    commits[0]?.end();
    await turn();
    expect(group.pending).toBe(0);
    await clock.advance(1000);
    expect(commits.length).toBe(1);
  });

  it('has its delay from when it came, however long the commit before it takes', async () => {
    const { clock, commits, put } = setUp();
    put('a', 1);
    await clock.advance(50);
    await turn();
    expect(commits.length).toBe(1);
    put('b', 1);
    await clock.advance(30);
    commits[0]?.end();
    await turn();
    await clock.advance(19);
    await turn();
    expect(commits.length).toBe(1);
    await clock.advance(1);
    await turn();
    expect(commits.length).toBe(2);
  });

  it('does not wait if it is very much', async () => {
    const { commits, group } = setUp();
    group.acknowledge(Array.from({ length: 16_384 }, (_, i) => ({ key: `${i}`, value: null })));
    await turn();
    expect(commits[0]?.batch.changes.size).toBe(16_384);
  });

  it('is committed one batch at a time', async () => {
    const { clock, commits, put } = setUp();
    put('a', 1);
    await clock.advance(50);
    await turn();
    put('a', 2);
    await clock.advance(500);
    await turn();
    expect(commits.length).toBe(1);
    commits[0]?.end();
    await turn();
    await clock.advance(50);
    await turn();
    expect(commits.map(({ batch }) => content(batch))).toEqual(['a=1', 'a=2']);
  });

  it('is kept beneath what came later if it cannot be committed, and tried again', async () => {
    const { clock, commits, onHealth, group, put } = setUp();
    put('a', 1);
    put('b', 1);
    await clock.advance(50);
    await turn();
    put('a', 2);
    const error = new Error('full');
    commits[0]?.end(error);
    await turn();
    expect(group.pending).toBe(2);
    await clock.advance(1000);
    await turn();
    expect(content(commits[1]?.batch as Batch)).toBe('a=2,b=1');
    commits[1]?.end();
    await turn();
    expect(onHealth.mock.calls).toEqual([[error], [undefined]]);
    expect(group.pending).toBe(0);
  });

  it('is told of when it is committed, and not before', async () => {
    const { clock, commits, onCommitted, put } = setUp();
    put('a', 1);
    put('a', 2);
    await clock.advance(50);
    await turn();
    commits[0]?.end(new Error('full'));
    await turn();
    put('b', 1);
    expect(onCommitted).not.toHaveBeenCalled();
    await clock.advance(1000);
    await turn();
    commits[1]?.end();
    await turn();
    expect(onCommitted.mock.calls).toEqual([[3]]);
  });

  it('is tried again with what waits, and shares its error with it', async () => {
    const { clock, commits, onHealth, group, put, write } = setUp();
    put('a', 1);
    await clock.advance(50);
    await turn();
    const error = new Error('full');
    commits[0]?.end(error);
    await turn();
    const refused = write('b', 1);
    await turn();
    expect(content(commits[1]?.batch as Batch)).toBe('a=1,b=1');
    commits[1]?.end(error);
    await expect(refused).rejects.toBe(error);
    expect(group.pending).toBe(1);

    const accepted = write('b', 2);
    await turn();
    commits[2]?.end();
    await accepted;
    expect(group.pending).toBe(0);
    expect(onHealth).toHaveBeenCalledTimes(2);
  });

  it('lets a clear take what came before it, in one commit with what came after', async () => {
    const { clock, commits, group, put } = setUp();
    put('a', 1);
    group.acknowledge([], true);
    put('b', 1);
    await clock.advance(50);
    await turn();
    expect(commits.map(({ batch }) => [batch.clear, content(batch)])).toEqual([[true, 'b=1']]);
    commits[0]?.end(new Error('full'));
    await turn();
    await clock.advance(1000);
    await turn();
    expect(commits.map(({ batch }) => [batch.clear, content(batch)])[1]).toEqual([true, 'b=1']);
  });

  it('is flushed when asked, after what is under way', async () => {
    const { clock, commits, group, put } = setUp();
    put('a', 1);
    await clock.advance(50);
    await turn();
    put('b', 1);
    const flushed = vi.fn();
    const flush = group.flush().then(flushed);
    commits[0]?.end();
    await turn();
    expect(commits.map(({ batch }) => content(batch))).toEqual(['a=1', 'b=1']);
    expect(flushed).not.toHaveBeenCalled();
    commits[1]?.end();
    await flush;
    await group.flush();
    expect(commits.length).toBe(2);
  });

  it('makes a flush that fails reject', async () => {
    const { commits, group, put } = setUp();
    put('a', 1);
    const flush = group.flush();
    commits[0]?.end(new Error('full'));
    await expect(flush).rejects.toThrow('full');
    expect(group.pending).toBe(1);
    group.stop();
  });
});

describe('what waits for its commit', () => {
  it('is acknowledged when it is committed; who comes meanwhile shares the next commit', async () => {
    const { commits, write } = setUp();
    const acknowledged: string[] = [];
    const told = (key: string, byte: number) =>
      write(key, byte).then(() => acknowledged.push(`${key}${byte}`));
    const first = [told('a', 1), told('b', 1)];
    await turn();
    const second = [told('a', 2), told('c', 1)];
    await turn();
    expect(commits.map(({ batch }) => content(batch))).toEqual(['a=1,b=1']);
    expect(acknowledged).toEqual([]);
    commits[0]?.end();
    await Promise.all(first);
    expect(acknowledged).toEqual(['a1', 'b1']);
    await turn();
    commits[1]?.end();
    await Promise.all(second);
    expect(commits.map(({ batch }) => content(batch))).toEqual(['a=1,b=1', 'a=2,c=1']);
  });

  it('is rejected with all that shared a commit that failed, of which nothing is kept', async () => {
    const { commits, group, write } = setUp();
    const both = Promise.allSettled([write('a', 1), write('b', 1)]);
    await turn();
    commits[0]?.end(new Error('full'));
    expect((await both).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    const next = write('c', 1);
    await turn();
    expect(content(commits[1]?.batch as Batch)).toBe('c=1');
    commits[1]?.end();
    await next;
    expect(group.pending).toBe(0);
  });
});
