import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { freePort, waitFor } from '../src/index.js';

describe('waitFor', () => {
  it('hands the answer on once there is one', async () => {
    let looks = 0;
    expect(await waitFor(() => ++looks === 3 && 'seen', { interval: 1 })).toBe('seen');
  });

  it('takes an error for "not yet", and names it when time is up', async () => {
    const never = () => {
      throw new Error('no such thing');
    };
    await expect(waitFor(never, { timeout: 5, interval: 1, message: 'the thing' })).rejects.toThrow(
      'the thing: still not so after 5 ms: no such thing',
    );
  });
});

describe('freePort', () => {
  it('finds a port that can be listened on', async () => {
    const port = await freePort();
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    server.close();
  });
});
