import { vi } from 'vitest';
import { suitesOf } from './store-kinds.js';

vi.mock('../src/thread/start-thread.js', async () => {
  const { threadHere } = await import('./thread-here.js');
  return { startThread: threadHere };
});

suitesOf('in the thread of the test', 30);
