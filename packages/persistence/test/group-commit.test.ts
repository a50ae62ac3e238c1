import { FakeClock } from '@cachefb/testkit';
import { describe, expect, it, vi } from 'vitest';
import type { Batch } from '../src/database.js';
import { GroupCommit } from '../src/group-commit.js';

/** A group whose commits end when the test says so. */
function setUp(delay: number | undefined) {
  const clock = new FakeClock();
  const commits: { readonly batch: Batch; readonly end: (error?: Error) => void }[] = [];
  const onHealth = vi.fn();
  const group = new GroupCommit({
    delay,
    clock,
    onHealth,
    commit: (batch) =>
      new Promise((resolve, reject) => {
        commits.push({ batch, end: (error) => (error === undefined ? resolve() : reject(error)) });
      }),
  });
  const put = (key: string, byte: number) => group.write([{ key, value: Uint8Array.of(byte) }]);
  return { clock, commits, onHealth, group, put };
}

const turn = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
const content = ({ changes }: Batch) =>
  [...changes].map(([key, value]) => `${key}=${value}`).join();

describe('a group with a delay', () => {
  it('acknowledges at once, and commits what came within the delay together', async () => {
    const { clock, commits, group, put } = setUp(50);
    await put('a', 1);
    await clock.advance(40);
    await put('b', 1);
    await put('a', 2);
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

  it('does not wait with very many changes', async () => {
    const { commits, group } = setUp(50);
    await group.write(Array.from({ length: 16_384 }, (_, i) => ({ key: `${i}`, value: null })));
    await turn();
    expect(commits[0]?.batch.changes.size).toBe(16_384);
  });

  it('commits one at a time', async () => {
    const { clock, commits, put } = setUp(50);
    await put('a', 1);
    await clock.advance(50);
    await turn();
    await put('a', 2);
    await clock.advance(500);
    await turn();
    expect(commits.length).toBe(1);
    commits[0]?.end();
    await turn();
    await clock.advance(50);
    await turn();
    expect(commits.map(({ batch }) => content(batch))).toEqual(['a=1', 'a=2']);
  });

  it('keeps what could not be committed beneath what came later, and tries again', async () => {
    const { clock, commits, onHealth, group, put } = setUp(50);
    await put('a', 1);
    await put('b', 1);
    await clock.advance(50);
    await turn();
    await put('a', 2);
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

  it('acknowledges nothing more while commits fail, so that no more piles up', async () => {
    const { clock, commits, onHealth, group, put } = setUp(50);
    await put('a', 1);
    await clock.advance(50);
    await turn();
    const error = new Error('full');
    commits[0]?.end(error);
    await turn();
    const refused = put('b', 1);
    await turn();
    expect(content(commits[1]?.batch as Batch)).toBe('a=1,b=1');
    commits[1]?.end(error);
    await expect(refused).rejects.toBe(error);
    expect(group.pending).toBe(1);

    const accepted = put('b', 2);
    await turn();
    commits[2]?.end();
    await accepted;
    expect(group.pending).toBe(0);
    await put('c', 1);
    expect(group.pending).toBe(1);
    expect(onHealth).toHaveBeenCalledTimes(2);
  });

  it('lets a clear take what came before it, in one commit with what came after', async () => {
    const { clock, commits, group, put } = setUp(50);
    await put('a', 1);
    await group.write([], true);
    await put('b', 1);
    await clock.advance(50);
    await turn();
    expect(commits.map(({ batch }) => [batch.clear, content(batch)])).toEqual([[true, 'b=1']]);
    commits[0]?.end(new Error('full'));
    await turn();
    await clock.advance(1000);
    await turn();
    expect(commits.map(({ batch }) => [batch.clear, content(batch)])[1]).toEqual([true, 'b=1']);
  });

  it('flushes when asked, after what is under way', async () => {
    const { clock, commits, group, put } = setUp(50);
    await put('a', 1);
    await clock.advance(50);
    await turn();
    await put('b', 1);
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

  it('says when a flush fails', async () => {
    const { commits, group, put } = setUp(50);
    await put('a', 1);
    const flush = group.flush();
    commits[0]?.end(new Error('full'));
    await expect(flush).rejects.toThrow('full');
    expect(group.pending).toBe(1);
    group.stop();
  });
});

describe('a group without a delay', () => {
  it('acknowledges what is committed; who comes meanwhile shares the next commit', async () => {
    const { commits, put } = setUp(undefined);
    const acknowledged: string[] = [];
    const write = (key: string, byte: number) =>
      put(key, byte).then(() => acknowledged.push(`${key}${byte}`));
    const first = [write('a', 1), write('b', 1)];
    await turn();
    const second = [write('a', 2), write('c', 1)];
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

  it('rejects all who shared a commit that failed, keeps nothing of it, and goes on', async () => {
    const { commits, group, put } = setUp(undefined);
    const both = Promise.allSettled([put('a', 1), put('b', 1)]);
    await turn();
    commits[0]?.end(new Error('full'));
    expect((await both).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    const next = put('c', 1);
    await turn();
    expect(content(commits[1]?.batch as Batch)).toBe('c=1');
    commits[1]?.end();
    await next;
    expect(group.pending).toBe(0);
  });
});
