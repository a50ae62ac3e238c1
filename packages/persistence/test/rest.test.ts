import { describe, expect, it, vi } from 'vitest';
import { Rest } from '../src/thread/rest.js';

describe('the end of a process', () => {
  it('does not wait for a thread at rest, which begins nothing any more', async () => {
    const rest = new Rest();
    const thread = new Rest(rest.buffer);
    expect(await thread.during(() => 1)).toBe(1);
    await expect(thread.during(() => Promise.reject(new Error('full')))).rejects.toThrow('full');
    const begin = performance.now();
    rest.await();
    expect(performance.now() - begin).toBeLessThan(500);
    const work = vi.fn();
    void thread.during(work);
    await new Promise((resolve) => setImmediate(resolve));
    expect(work).not.toHaveBeenCalled();
  });

  it('waits for what a thread has begun, but not for ever', async () => {
    const rest = new Rest();
    void new Rest(rest.buffer).during(() => new Promise(() => {}));
    const begin = performance.now();
    rest.await();
    expect(performance.now() - begin).toBeGreaterThan(1000);
  });
});
